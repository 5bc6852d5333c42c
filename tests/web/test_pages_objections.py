"""A draft on the pages of those it is about: own figures, objections, their decision, replies."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from feedback.models import Role
from ranking.counts import recounting
from ranking.life import editions, objections
from ranking.life.objections import ObjectionState
from ranking.method import periods
from ranking.models import PeriodRow, RecountRow
from sla.models import AgencyRow
from tests import make, pages
from tests.make import ZONE, Clock
from tests.ranking import rows
from tests.web.test_pages_corrections import get, sign_in

Q3 = periods.parse("2026-Q3", ZONE)
DRAFTED = Q3.cutoff_at + timedelta(days=1)
AUGUST = Q3.starts_at + timedelta(days=40)
DRAFT = "/en/objections/2026-Q3"
TEXT = "Three files were answered on the day, and stand as late."


@pytest.fixture
def clock() -> Clock:
    return Clock(DRAFTED)


@pytest.fixture
async def browser(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A draft that is open to its agencies, and everybody who has a say in it."""
    agency = await AgencyRow.get(code="W1")
    await rows.make_ratings(agency, AUGUST, satisfied=110, unsatisfied=15)
    await recounting.again(Q3, DRAFTED, ZONE)
    await editions.draft("2026-Q3", make.act(at=DRAFTED), ZONE)
    for name, role in (("duc", Role.COORDINATOR), ("phuc", Role.PUBLISHER)):
        await make.make_staff(name, role=role, agency=None)
    await make.make_staff("mai", role=Role.HEAD, agency="W1")
    await make.make_staff("cuc", role=Role.HEAD, agency="W2")
    await sign_in(browser, "mai")
    return browser


async def post(
    browser: httpx.AsyncClient, page: str, *, to: str = "", **data: str
) -> httpx.Response:
    """What is filled in on a page, as one of its forms sends it: to the page, or elsewhere."""
    token = next(
        field.get("value", "")
        for field in (await get(browser, page)).all("input")
        if field.get("name") == "csrf_token"
    )
    return await browser.post(to or page, data={"csrf_token": token, **data})


async def test_a_head_sees_the_figures_of_the_own_agency_in_words(browser: httpx.AsyncClient):
    page = await get(browser, DRAFT)
    assert page.h1 == "Your figures in Q3 2026"
    assert "You see those of your own agency only." in page.text
    assert "88.0%" in page.text
    assert "complaints, on this page" in page.text
    assert "case:" not in page.text
    assert "Not ranked, because" not in page.text
    assert (
        "phản ánh, kiến nghị, trên trang này" in (await get(browser, "/vi/objections/2026-Q3")).text
    )
    await sign_in(browser, "cuc")
    page = await get(browser, DRAFT)
    assert "88.0%" not in page.text


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"about", "text"}),
        ({"about": "satisfaction"}, {"text"}),
        ({"text": TEXT}, {"about"}),
        ({"about": "everything", "text": TEXT}, {"about"}),
        ({"what": "reply"}, {"reply"}),
    ],
)
async def test_all_that_is_missing_is_said_at_once_and_nothing_is_lost(
    browser: httpx.AsyncClient, given: dict[str, str], wrong: set[str]
):
    answer = await post(browser, DRAFT, **given)
    assert answer.status_code == 422
    summary = pages.read(answer.text).links()
    assert {link.partition("#")[2] for link in summary if link.startswith("#")} >= wrong
    assert given.get("text", "") in answer.text
    assert await objections.of_edition("2026-Q3") == []


async def test_an_objection_is_decided_by_somebody_else_and_holds_publication_until_then(
    browser: httpx.AsyncClient, clock: Clock
):
    answer = await post(browser, DRAFT, about="punctuality", text=TEXT)
    assert answer.headers["location"] == f"{DRAFT}?done=objected"
    [raised] = await objections.of_edition("2026-Q3")
    one = f"{DRAFT}/{raised.id}"
    clock.move(days=16)
    await sign_in(browser, "phuc")
    for language, why in (
        ("en", "Objections of agencies wait for a decision"),
        ("vi", "Còn kiến nghị số liệu của cơ quan chưa được giải quyết"),
    ):
        path = f"/{language}/publishing/2026-Q3"
        assert why in (await get(browser, path)).text
        refused = await post(browser, path, read="yes")
        assert (refused.status_code, why in refused.text) == (409, True)
    await sign_in(browser, "duc")
    answer = await post(browser, one)
    assert answer.status_code == 422
    assert {"#decision", "#answer"} <= set(pages.read(answer.text).links())
    answer = await post(browser, one, decision="declined", answer="The register says otherwise.")
    assert answer.headers["location"] == "/en/objections?done=declined"
    assert (await objections.one(raised.id)).state is ObjectionState.DECLINED
    assert (await post(browser, one, decision="upheld", answer="x")).status_code == 409
    await sign_in(browser, "phuc")
    answer = await post(browser, "/en/publishing/2026-Q3", read="yes")
    assert answer.headers["location"] == "/en/publishing/2026-Q3?done=published"
    again = await post(browser, "/en/publishing/2026-Q3", read="yes")
    assert again.status_code == 409
    assert "never changes" in again.text


async def test_after_its_days_only_a_reply_is_taken(browser: httpx.AsyncClient, clock: Clock):
    clock.move(days=16)
    await sign_in(browser, "mai")
    page = await get(browser, DRAFT)
    assert "The time to object ended" in page.text
    late = await post(browser, DRAFT, about="punctuality", text=TEXT)
    assert late.status_code == 410
    assert "The time for this is over." in late.text
    assert "This could not be done" in late.text  # there is nothing to mend
    kept = await post(browser, DRAFT, what="reply", reply="We opened a second counter.")
    assert kept.headers["location"] == f"{DRAFT}?done=replied"


async def test_an_open_window_is_said_before_anybody_tries(browser: httpx.AsyncClient):
    await sign_in(browser, "phuc")
    page = await get(browser, "/en/publishing/2026-Q3")
    assert "it is too early to publish" in page.text
    refused = await post(browser, "/vi/publishing/2026-Q3", read="yes")
    assert refused.status_code == 409
    assert "chưa thể công bố" in refused.text


async def uncounted() -> None:
    await RecountRow.all().delete()


async def otherwise_committed() -> None:
    await PeriodRow.filter(name="2026-Q3").update(config_digest="0" * 64)


@pytest.mark.parametrize(
    ("happens", "why", "in_vietnamese"),
    [
        (uncounted, "Everything has yet to be counted again", "Phải đếm lại toàn bộ số liệu"),
        (otherwise_committed, "under other rules than were committed to", "quy tắc khác"),
    ],
)
async def test_what_stands_in_the_way_is_said_on_top_and_to_whoever_tries(
    browser: httpx.AsyncClient,
    clock: Clock,
    happens: Callable[[], Awaitable[None]],
    why: str,
    in_vietnamese: str,
):
    await happens()
    clock.move(days=16)
    await sign_in(browser, "phuc")
    page = await get(browser, "/en/publishing/2026-Q3")
    [summary, *_] = page.all("dl")
    assert why in "".join(summary.itertext())
    refused = await post(browser, "/vi/publishing/2026-Q3", read="yes")
    assert (refused.status_code, in_vietnamese in refused.text) == (409, True)
