"""Answers set aside, on the pages of those who review them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from feedback.models import RatingRow, Role
from ranking.doubts import quarantine
from ranking.models import Finding
from sla.models import AgencyRow
from tests import make, pages
from tests.make import NOW, Clock
from tests.ranking import rows
from tests.web.client import client
from tests.web.test_pages_corrections import get, send, sign_in
from web.settings import Settings

EVIDENCE = {"answers": 12, "level": 5, "usual": 1.5}


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings, Clock(NOW)) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made


async def held() -> int:
    agency = await AgencyRow.get(code="W1")
    await rows.make_ratings(agency, NOW - timedelta(days=2), satisfied=12, unsatisfied=0)
    found = [row.id for row in await RatingRow.all()]
    window = (NOW - timedelta(days=3), NOW)
    number = await quarantine.hold(
        "k", Finding.BURST, agency.id, found, window=window, evidence=EVIDENCE, act=make.act()
    )
    assert number is not None
    return number


async def test_two_reviewers_leave_answers_out(browser: httpx.AsyncClient) -> None:
    number = await held()
    for name in ("mai", "an"):
        await make.make_staff(name, role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    page = await get(browser, "/en/reviews")
    assert f"/en/reviews/{number}" in page.links()
    page = await get(browser, f"/en/reviews/{number}")
    assert "12 residents gave the answer 5; usual are 1.5 a day" in page.text
    chosen = {"decision": "excluded:one_source", "note": "Một máy tính bảng."}
    answer = await send(browser, f"/en/reviews/{number}", **chosen)
    assert answer.headers["location"] == "/en/reviews?done=held"
    page = await get(browser, f"/en/reviews/{number}")
    assert "You have had your say." in page.text
    await sign_in(browser, "an")
    answer = await send(browser, f"/vi/reviews/{number}", **chosen)
    assert answer.headers["location"] == "/vi/reviews?done=excluded"
    page = await get(browser, "/vi/reviews")
    assert "Đã loại" in page.text
    assert "Một máy tính bảng." in (await get(browser, f"/vi/reviews/{number}")).text


async def test_an_unknown_answer_is_asked_for_again(browser: httpx.AsyncClient) -> None:
    number = await held()
    await make.make_staff("mai", role=Role.PUBLISHER, agency=None)
    await sign_in(browser, "mai")
    answer = await send(browser, f"/en/reviews/{number}", decision="deleted:x")
    assert answer.status_code == 422
    assert "Please choose one of the answers." in pages.read(answer.text).text


async def test_auditors_look_on(browser: httpx.AsyncClient) -> None:
    number = await held()
    await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    await sign_in(browser, "kim")
    assert f"/en/reviews/{number}" in (await get(browser, "/en/reviews")).links()
    page = await get(browser, f"/en/reviews/{number}")
    assert [one.get("disabled") for one in page.all("button") if "Store my word" in one.itertext()]
    answer = await send(browser, f"/en/reviews/{number}", decision="excluded:one_source")
    assert answer.status_code == 403


async def test_officers_have_no_such_page(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    await sign_in(browser, "lan")
    assert (await browser.get("/en/reviews")).status_code == 403
