"""Coordinators: what waits in their own queue, and cases that are sent from hand to hand."""

from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import casework
from feedback.errors import RoleMayNot
from feedback.models import Role
from feedback.office import routing
from sla.models import AgencyRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, Clock, act
from tests.web.client import client
from tests.web.test_pages_corrections import get, sign_in
from web.settings import Settings


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    await AgencyRow.filter(code="W2").update(kind=routing.COORDINATORS, name_vi="Tổng đài 1022")
    async with client(settings, Clock(NOW)) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made


async def sent(reference: str, *way: str) -> None:
    """Hand a case on along a way, each time by who sees them all."""
    mai = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    for number, to in enumerate(way):
        await casework.transfer(reference, act(mai), to=to, reason=f"Lý do thứ {number + 1}")


async def test_what_waits_in_the_coordinators_queue_is_listed_with_its_way_and_its_reason(
    browser: httpx.AsyncClient,
) -> None:
    unsure = await make.make_case(subject="Không rõ nơi nào", agency="W2", keys=KEYS)
    handed = await make.make_case(subject="Dây điện đứt", keys=KEYS)
    await sent(handed.reference, "W2")
    await sign_in(browser, "mai")
    page = await get(browser, "/vi/routing")
    assert "Không rõ nơi nào" in page.text
    assert "Dây điện đứt" in page.text
    assert "Lý do thứ 1" in page.text
    assert any(one.endswith(f"/vi/inbox/{unsure.reference}/transfer") for one in page.links())
    assert "Không có vụ việc đang giải quyết nào bị chuyển đi chuyển lại." in page.text
    assert "All cases of" in (await get(browser, "/en/routing")).text


async def test_a_case_that_came_back_is_told_on_its_page_and_in_the_coordinators_list(
    browser: httpx.AsyncClient,
) -> None:
    once = await make.make_case(subject="Chuyển một lần", keys=KEYS)
    twice = await make.make_case(subject="Chuyển qua lại", keys=KEYS)
    await sent(twice.reference, "W2", "W1", "W2", "W1")
    mai = await make.make_staff("minh", role=Role.COORDINATOR, agency=None)
    await casework.transfer(once.reference, act(mai), to="W2", reason="Của tổng đài")
    await sign_in(browser, "mai")
    found = await routing.routing(mai, at=NOW)
    assert [(one.row.subject, one.transfers, one.returns) for one in found.rounds] == [
        ("Chuyển qua lại", 4, 3)
    ]
    assert [agency.code for agency in found.rounds[0].way] == ["W1", "W2", "W1", "W2", "W1"]
    assert "quay lại 3 lần" in (await get(browser, "/vi/routing")).text
    assert "came back 3 times" in (await get(browser, f"/en/inbox/{twice.reference}")).text
    assert "came back" not in (await get(browser, f"/en/inbox/{once.reference}")).text


async def test_an_answered_case_went_round_no_more(browser: httpx.AsyncClient) -> None:
    receipt = await make.make_case(keys=KEYS)
    await sent(receipt.reference, "W2", "W1")
    lan = await make.make_staff("lan")
    await casework.assign(receipt.reference, act(lan), officer="lan")
    await casework.answer(receipt.reference, "Đã xong.", act(lan), KEYS)
    mai = await make.make_staff("minh", role=Role.COORDINATOR, agency=None)
    assert (await routing.routing(mai, at=NOW)).rounds == ()


async def test_an_office_without_coordinators_is_told_how_to_have_some(
    browser: httpx.AsyncClient,
) -> None:
    await AgencyRow.filter(code="W2").update(kind="ward")
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    assert "Quản trị" in (await get(browser, "/vi/routing")).text


async def test_officers_do_not_see_what_goes_from_agency_to_agency(
    browser: httpx.AsyncClient,
) -> None:
    lan = await make.make_staff("lan")
    with pytest.raises(RoleMayNot):
        await routing.routing(lan, at=NOW)
    await sign_in(browser, "lan")
    assert (await browser.get("/vi/routing")).status_code == 403


@given(st.lists(st.sampled_from("ABCD"), max_size=12))
def test_a_case_came_back_as_often_as_its_hands_are_more_than_its_holders(way: list[str]) -> None:
    assert routing.returns(way) == len(way) - len(set(way))
