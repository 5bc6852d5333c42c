"""The inbox in a browser without script: lists, chips, several at once, lists of one's own."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tortoise.connection import get_connection

from feedback import intake
from feedback.actors import Resident
from feedback.intake import Filing
from feedback.models import CaseRow
from tests import make, pages
from tests.conftest import KEYS
from tests.make import NOW, Clock
from tests.web.client import client
from tests.web.test_pages_staff import get, send, sign_in
from web.settings import Settings


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings, Clock()) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        await make.make_staff("lan")
        await sign_in(made)
        yield made


async def test_chips_take_away_what_narrows_a_list(browser: httpx.AsyncClient) -> None:
    await make.make_case(subject="Đèn hỏng")
    page = await get(browser, "/en/inbox?q=den&officer=-&filed_from=2026-10-01")
    assert "Đèn hỏng" in page.text
    links = page.links()
    assert any("take away" in words for words in links.values())
    assert "/en/inbox?q=den&officer=-" in links
    assert "/en/inbox?q=den&filed_from=2026-10-01" in links


@pytest.mark.parametrize(
    "query",
    ["view=x", "sort=due_at;", "status=x", "officer=hoa", "service=NONE", "agency=W2", "page=x"],
)
async def test_a_forged_value_finds_nothing(browser: httpx.AsyncClient, query: str) -> None:
    await make.make_staff("hoa", agency="W2")
    await get(browser, f"/vi/inbox?{query}", 404)


async def test_a_day_that_is_none_is_said_beside_its_field(browser: httpx.AsyncClient) -> None:
    page = await get(browser, "/en/inbox?due_from=soon", 422)
    assert "This is not a day" in page.text


async def test_several_cases_are_assigned_at_once_and_each_is_accounted_for(
    browser: httpx.AsyncClient,
) -> None:
    one, other = await make.make_case(), await make.make_case()
    page = await get(browser, "/en/inbox")
    assert len([f for f in page.all("input") if f.get("type") == "checkbox"]) == 2
    data = {"case-1": one.reference, "case-2": other.reference, "case-3": "NONE"}
    answer = await send(browser, "/en/inbox/assign", {**data, "officer": "lan"}, at="/en/inbox")
    assert answer.status_code == 200
    text = pages.read(answer.text).text
    assert "Lan is in charge of 2 more cases" in text
    assert "NONE: There is no such case." in text
    nothing = await send(browser, "/en/inbox/assign", {"officer": "lan"}, at="/en/inbox")
    assert "No case was chosen." in nothing.text


async def test_a_list_is_kept_under_a_name_and_forgotten(browser: httpx.AsyncClient) -> None:
    form = {"name": "Chợ <b>"}
    answer = await send(browser, "/vi/inbox/lists", form, at="/vi/inbox?q=ch%E1%BB%A3")
    assert answer.status_code == 303, answer.text
    page = await get(browser, "/vi/inbox")
    assert "Chợ <b>" in page.text
    assert "/vi/inbox?q=ch%E1%BB%A3" in page.links()
    answer = await send(browser, "/vi/inbox/lists", {"name": ""}, at="/vi/inbox?q=x")
    assert answer.status_code == 422
    await send(browser, "/vi/inbox/lists/forget", {}, at="/vi/inbox")
    assert "Chợ <b>" not in (await get(browser, "/vi/inbox")).text


async def test_what_came_in_meanwhile_is_counted_for_this_list(browser: httpx.AsyncClient) -> None:
    since = "2026-10-05T01:59:00%2B00:00"
    await make.make_case()
    news = await browser.get(f"/vi/inbox-news?view=open&since={since}")
    told = news.json()
    assert (told["new"], told["text"]) == (1, "1 việc mới")
    assert set(told["counts"]) >= {"view=open", "view=mine", "view=answered"}
    assert (await browser.get(f"/vi/inbox-news?view=mine&since={since}")).json()["new"] == 0
    assert (await browser.get("/vi/inbox-news?since=x")).status_code == 404


async def test_a_reference_with_slashes_has_its_pages(browser: httpx.AsyncClient) -> None:
    receipt = await make.make_case()
    await CaseRow.filter(reference=receipt.reference).update(reference="HS/2026/001")
    page = await get(browser, "/vi/inbox")
    [address] = [link for link in page.links() if "2026%2F001" in link]
    await get(browser, address)
    await get(browser, f"{address}/assign")
    await get(browser, "/vi/inbox/HS/2026/002", 404)
    answer = await send(browser, f"{address}/assign", {"officer": "lan"})
    assert answer.status_code in {303, 404}, answer.text[:500]


async def test_a_number_typed_whole_leads_to_its_case(browser: httpx.AsyncClient) -> None:
    receipt = await make.make_case()
    answer = await browser.get(f"/vi/inbox?q={receipt.reference}")
    assert answer.headers["location"] == f"/vi/inbox/{receipt.reference}"


async def test_a_list_says_how_many_more_told_of_the_same(browser: httpx.AsyncClient) -> None:
    first = await CaseRow.get(reference=(await make.make_case()).reference)
    for device in ("b", "c"):
        await intake.file_complaint(
            Filing(make.draft(subject="Rác"), Resident(device), joins=first.id),
            make.act(Resident(device)),
            KEYS,
        )
    page = await get(browser, "/en/inbox")
    assert page.text.count("2 people more report the same") == 3
    await make.make_case(subject="Đèn hỏng")
    page = await get(browser, "/en/inbox")
    assert page.text.count("more report") == 3


async def _statements(browser: httpx.AsyncClient, path: str) -> int:
    connection = get_connection("default")
    kind = type(connection)
    asked: list[str] = []
    names = ("execute_query", "execute_query_dict", "execute_insert")
    kept = {name: getattr(kind, name) for name in names}

    def counting(name: str) -> object:
        async def run(self: object, query: str, *more: object, **named: object) -> object:
            asked.append(query)
            return await kept[name](self, query, *more, **named)

        return run

    for name in names:
        setattr(kind, name, counting(name))
    try:
        await get(browser, path)
    finally:
        for name in names:
            setattr(kind, name, kept[name])
    return len(asked)


async def test_pages_ask_no_more_for_many_cases_than_for_one(browser: httpx.AsyncClient) -> None:
    receipt = await make.make_case()
    few = await _statements(browser, "/vi/inbox")
    case = await _statements(browser, f"/vi/inbox/{receipt.reference}")
    for _ in range(9):
        await make.make_case(at=NOW)
    assert await _statements(browser, "/vi/inbox") == few <= 14
    assert case <= 37
