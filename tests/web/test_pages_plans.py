"""Improvement plans on the pages of the agency that owes one, and of everybody."""

from datetime import timedelta

import httpx
import pytest

from feedback.models import Role
from ranking.counts import recounting
from ranking.frozen.edition_life import MeasureState
from ranking.life import editions, plans
from ranking.method import periods
from sla import jobs as sla_jobs
from sla.models import AgencyRow
from tests import make, pages
from tests.make import ZONE, Clock
from tests.ranking import rows
from tests.web.test_pages_corrections import get, sign_in
from tests.web.test_pages_objections import post
from web.language import i18n

Q3 = periods.parse("2026-Q3", ZONE)
PUBLISHED = Q3.cutoff_at + timedelta(days=16)
AUGUST = Q3.starts_at + timedelta(days=40)
OURS = "/en/my-plans/2026-Q3"
PLAN = {"cause": "One counter for two thousand people.", "goal": "Nobody waits over an hour."}


@pytest.fixture
def clock() -> Clock:
    return Clock(PUBLISHED)


@pytest.fixture
async def browser(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """The head of an agency that is clearly below the target in a published edition."""
    poor, good = await AgencyRow.get(code="W1"), await AgencyRow.get(code="W2")
    await rows.make_ratings(poor, AUGUST, satisfied=60, unsatisfied=60)
    await rows.make_ratings(good, AUGUST, satisfied=118, unsatisfied=2)
    await recounting.again(Q3, Q3.cutoff_at, ZONE)
    await editions.draft("2026-Q3", make.act(at=Q3.cutoff_at), ZONE)
    await editions.publish("2026-Q3", "A", make.act(at=PUBLISHED))
    await make.make_staff("mai", role=Role.HEAD, agency="W1")
    await sign_in(browser, "mai")
    return browser


def measure(days: int = 30, *, number: int = 1) -> dict[str, str]:
    due_on = (PUBLISHED + timedelta(days=days)).astimezone(ZONE).date()
    return {
        f"measure_{number}": "A second counter",
        f"owner_{number}": "Head of the one-stop unit",
        f"due_{number}": due_on.isoformat(),
    }


async def kept() -> plans.Owed:
    return await plans.one("2026-Q3", "W1", PUBLISHED, ZONE)


async def faults(answer: httpx.Response) -> set[str]:
    """The fields that a refused form is to be mended in."""
    assert answer.status_code in {409, 422}
    links = pages.read(answer.text).links()
    return {link[1:] for link in links if link.startswith("#") and len(link) > 1} - {"main"}


async def test_a_plan_is_written_reported_on_and_public(browser: httpx.AsyncClient):
    page = await get(browser, "/en/plans")
    assert "Ward W1" in page.text
    written = await post(browser, OURS, **PLAN, **measure())
    assert written.headers["location"] == f"{OURS}?done=written"
    page = await get(browser, "/en/plans/2026-Q3/W1")
    for told in (*PLAN.values(), "A second counter", "Head of the one-stop unit"):
        assert told in page.text
    [(number, _)] = (await kept()).measures
    one = f"{OURS}/{number}"
    shown = {f"report_{number}": "Open since Monday."}
    done = await post(browser, OURS, to=one, **shown, outcome="done")
    assert done.headers["location"] == f"{OURS}?done=done"
    again = await post(browser, OURS, to=one, **shown, outcome="done")
    assert (again.status_code, await faults(again)) == (409, set())
    assert "Open since Monday." in (await get(browser, "/vi/plans/2026-Q3/W1")).text


async def test_a_measure_without_a_text_is_not_lost_but_asked_about(browser: httpx.AsyncClient):
    given = measure(number=2) | {"measure_2": ""}
    answer = await post(browser, OURS, **PLAN, **given)
    assert await faults(answer) == {"measure_2"}
    assert given["owner_2"] in answer.text
    assert (await kept()).plan.version == 0


async def test_the_day_that_cannot_be_is_named(browser: httpx.AsyncClient):
    answer = await post(browser, OURS, **PLAN, **measure(), **measure(0, number=2))
    assert await faults(answer) == {"due_2"}
    answer = await post(browser, OURS, **PLAN)
    assert await faults(answer) == {"measure_1"}


async def test_who_does_not_say_how_a_measure_ended_gives_nothing_up(browser: httpx.AsyncClient):
    await post(browser, OURS, **PLAN, **measure())
    [(number, _)] = (await kept()).measures
    answer = await post(browser, OURS, to=f"{OURS}/{number}", **{f"report_{number}": "Something"})
    assert await faults(answer) == {f"report_{number}"}
    assert PLAN["goal"] in answer.text
    [(_, found)] = (await kept()).measures
    assert found.state is MeasureState.OPEN


async def test_an_overdue_measure_is_seen_by_everybody(browser: httpx.AsyncClient, clock: Clock):
    await post(browser, OURS, **PLAN, **measure(30))
    clock.move(days=33)
    while await sla_jobs.watch(make.act(at=clock.at)):
        pass
    browser.cookies.clear()
    page = await get(browser, "/en/plans")
    assert "1 measure late" in page.text
    # An agency may owe one for every quarter: each link says which.
    assert page.links()["/en/plans/2026-Q3/W1"] == "Ward W1, Q3 2026"
    for language in ("vi", "en"):
        page = await get(browser, f"/{language}/plans/2026-Q3/W1")
        assert i18n.name_of(MeasureState.OVERDUE, language) in page.text
