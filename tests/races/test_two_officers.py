"""Two officers on one case at the same moment: one wins, nothing the other wrote is lost."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from feedback import casework
from feedback.actors import Staff
from feedback.models import AccountRow, CaseRow, MessageRow, Role
from sla.models import PromiseEventRow
from tests import make, pages
from tests.make import Clock
from tests.web.client import client
from tests.web.test_pages_case import ANSWER, hidden, typed
from tests.web.test_pages_staff import get, sign_in
from web import reactions
from web.settings import Settings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desks(
    committed_database: str, settings: Settings, clock: Clock
) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """The browsers of Lan, an officer, and Hai, who heads the agency."""
    await make.make_city()
    real = settings.model_copy(update={"database_url": committed_database})
    async with client(real, clock) as one, client(real, clock) as two:
        for name, role, browser in (("lan", Role.OFFICER, one), ("hai", Role.HEAD, two)):
            browser.base_url = httpx.URL(settings.base_url or "")
            await make.make_staff(name, role=role)
            await sign_in(browser, name)
        yield one, two


async def officer() -> Staff:
    row = await AccountRow.get(name="lan")
    return Staff(row.id, row.name, row.display_name, row.role, row.agency_id)


async def test_one_wins_and_the_other_gets_the_page_again_with_all_that_was_written(
    desks: tuple[httpx.AsyncClient, httpx.AsyncClient], settings: Settings, clock: Clock
) -> None:
    keys = reactions.keyring(settings)
    lan_desk, hai_desk = desks
    rounds = 6
    for number in range(rounds):
        receipt = await make.make_case(keys=keys, subject=f"Rác {number}")
        path = f"/vi/inbox/{receipt.reference}"
        case = await CaseRow.get(reference=receipt.reference)
        await casework.assign(receipt.reference, make.act(await officer()), officer="lan")
        clock.move(minutes=5)
        answer = hidden(await get(lan_desk, f"{path}/answer"), "/answer")
        answer |= {**ANSWER, "text": f"Câu trả lời {number}"}
        moved = hidden(await get(hai_desk, f"{path}/recategorise"), "/recategorise")
        moved |= {"service": "CERT", "reason": f"Nhầm {number}"}
        told = await asyncio.gather(
            lan_desk.post(f"{path}/answer", data=answer),
            hai_desk.post(f"{path}/recategorise", data=moved),
        )
        assert sorted(one.status_code for one in told) == [303, 409]
        lost = next(one for one in told if one.status_code == 409)
        page = pages.read(lost.text)
        [banner] = [s for s in page.all("section") if "hl-notice--warning" in s.get("class", "")]
        said = "".join(banner.itertext())
        if lost is told[0]:
            assert typed(page, "text") == f"Câu trả lời {number}"
            assert "Hai" in said
            assert await MessageRow.filter(case_id=case.id).count() == 0
        else:
            assert typed(page, "reason") == f"Nhầm {number}"
            assert "Lan" in said
    assert await PromiseEventRow.filter(kind="finished").count() <= rounds
