"""The demo city: drawn from a seed, honest in its mechanics, begun again where it was cut off."""

import dataclasses
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from tortoise.connection import get_connection

from feedback import agency_keys, tracking
from feedback.actors import Staff
from feedback.lifecycle import CaseStatus
from feedback.models import AccountRow, CaseRow, ClosureRow, RatingRow, Role
from feedback.office import inbox, routing
from feedback.office.inbox_views import Filter
from feedback.staff import accounts as staff
from ranking.counts import tallies
from ranking.frozen.edition_life import MeasureState
from ranking.life import editions, objections, plans
from ranking.method.eligibility import Reason, Status
from sla import charter, ledger, promises
from sla.acts import Act
from sla.charter import Charter
from sla.models import CommitmentRow, PromiseEventRow, PromiseKind, PromiseRow
from tests import make, voices
from tests.conftest import KEYS
from web.demo import accounts, city, complaints, dossiers, filling, times
from web.demo.filling import Secrets
from web.storage import database

NOW = datetime(2026, 11, 18, 3, 30, tzinfo=UTC)
SEED = 7


@pytest.fixture(scope="module")
def secrets(postgres, template) -> Iterator[Secrets]:
    """Of one tiny city for all tests that only look."""
    postgres.create_database("demo_city", template=template)
    url = postgres.url("demo_city")
    yield filling.fill(url, KEYS, now=NOW, seed=SEED, scale=city.SCALES["tiny"])
    postgres.psql("drop database demo_city with (force)")


@pytest.fixture(scope="module")
async def filled(postgres, secrets) -> AsyncIterator[Secrets]:
    """In that city."""
    async with database.connected(postgres.url("demo_city"), patient=True):
        yield secrets


@pytest.fixture
async def known(filled) -> Charter:
    return await charter.current()


def _drawn(known: Charter, seed: int) -> list[object]:
    span = times.span(NOW, known.calendars[known.latest_calendar["hcmc"]])
    ward = known.agencies[accounts.WARD]
    profile = city.Profile(ward, 60, 0.9, 0.0, 0.4, 0.95, 0.01)
    place = city.workplace(profile, span, known, seed=seed)
    return [*dossiers.year(place), *complaints.year(place)]


async def test_the_same_seed_draws_the_same_city_and_another_draws_another(known):
    assert _drawn(known, 1) == _drawn(known, 1)
    assert _drawn(known, 1) != _drawn(known, 2)


async def test_what_a_promise_row_says_is_what_its_events_fold_to(filled):
    rows = await PromiseRow.all().order_by("id")
    sample = [
        row for n, row in enumerate(rows) if n % 11 == 0 or row.extended_until or row.round > 1
    ]
    paused = {e.promise_id for e in await PromiseEventRow.filter(kind="paused").limit(60)}
    transferred = {e.promise_id for e in await PromiseEventRow.filter(kind="transferred")}
    sample += [row for row in rows if row.id in paused | transferred]
    assert len(sample) > 300
    known = await charter.current()
    for row in sample:
        stands = await ledger.standing(row.id)
        told = (row.due_at, row.state, row.ended_at, row.round, row.extended_until)
        folded = (
            stands.due_at,
            stands.state,
            stands.ended_at,
            stands.rounds,
            stands.extended_until,
        )
        assert told == folded
        assert known.agency_of_id(row.agency_id).code == stands.holder
        assert stands.set_aside == ()
        assert stands.started.at <= NOW
        assert stands.ended_at is None or stands.ended_at <= NOW


async def test_a_due_time_follows_from_a_commitment_and_without_one_there_is_none(filled):
    work = PromiseRow.exclude(kind=PromiseKind.MILESTONE)
    rows = await work.values_list("commitment_id", "due_at")
    assert {(commitment is None, due is None) for commitment, due in rows} == {
        (True, True),
        (False, False),
    }


async def test_nothing_happens_twice_or_after_now(filled):
    late = await PromiseEventRow.filter(at__gt=NOW).count()
    codes = await PromiseRow.all().values_list("kind", "code")
    assert (late, len(codes)) == (0, len(set(codes)))


async def test_every_rating_is_of_a_result_and_inside_its_window(filled):
    closures = {row.id: row for row in await ClosureRow.all()}
    finished = {
        row.promise_id: row.at
        for row in await PromiseEventRow.filter(kind="finished").order_by("at")
    }
    ratings = await RatingRow.all()
    assert len(ratings) > 500
    for rating in ratings:
        closure = closures[rating.closure_id]
        assert closure.promise_id in finished
        assert closure.closed_at <= rating.given_at < min(closure.window_ends_at, NOW)
        assert rating.comment == "" or rating.tone is not None
    assert all(row.invited_at >= row.closed_at for row in closures.values() if row.invited_at)


async def test_everything_is_counted_and_a_recount_agrees(filled, known):
    zone = known.calendars[known.latest_calendar["hcmc"]].timezone
    quarters = ["2026-Q2", "2026-Q3"]
    assert await voices.tallied(quarters, zone) == await voices.recount(quarters, zone)
    assert not await tallies.count_some(zone)


async def test_cases_of_every_kind_are_there(filled):
    statuses = Counter(await CaseRow.all().values_list("status", flat=True))
    # Those two need a second body: the level above, and a coordinator who hands on.
    assert set(CaseStatus) - set(statuses) <= {CaseStatus.APPEALED, CaseStatus.HANDED_OVER}
    kinds = Counter(await PromiseEventRow.all().values_list("kind", flat=True))
    assert kinds.keys() >= {
        "started",
        "paused",
        "resumed",
        "transferred",
        "extended",
        "finished",
        "refused",
        "withdrawn",
        "reopened",
    }


async def test_what_is_open_and_overdue_was_written_down_when_it_became_so(filled):
    unnoticed = """
        select count(*) filter (where w.id is null)::int as unnoticed, count(*)::int as overdue
        from promise p left join watch w
          on (w.promise_id, w.round, w.kind, w.at) = (p.id, p.round, 'breached', p.due_at)
        where p.state = 'running' and p.due_at < $1"""
    [found] = await get_connection("default").execute_query_dict(unnoticed, [NOW])
    assert found["unnoticed"] == 0 < found["overdue"]


async def test_the_last_four_quarters_are_published_and_the_last_shows_every_status(filled):
    listed = await editions.listed()
    published = [one.name for one in listed if one.published_at]
    assert published == ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4"]
    # a correction waits, to which an agency objects
    assert [one.name for one in listed if not one.published_at] == ["2026-Q3.2"]
    assert (await objections.standing("2026-Q3.2")).open == 1
    owed = await plans.owed(NOW, make.ZONE)
    states = {measure.state for one in owed for measure in one.plan.measures}
    assert {MeasureState.DONE, MeasureState.OVERDUE} <= states
    replies = (await editions.read("2026-Q3")).life.replies
    assert [reply.agency for reply in replies] == [accounts.WARD]
    last = await editions.read("2026-Q3")
    scores = [agency.satisfaction.score for agency in last.agencies]
    assert {score.status for score in scores} == set(Status)
    assert {score.reason for score in scores if score.reason} >= {
        Reason.TOO_FEW_ANSWERS,
        Reason.LOW_RESPONSE,
        Reason.NEW_AGENCY,
    }
    assert {score.band for score in scores if score.band} == {"above", "below", "undetermined"}
    assert not last.notes.is_committed_late
    assert not last.notes.is_before_cutoff


async def test_every_role_can_sign_in_and_the_officer_finds_work(filled):
    assert {one.role for one in accounts.ACCOUNTS} == set(Role)
    for one in accounts.ACCOUNTS:
        act = Act(by=make.act().by, at=NOW)
        assert await staff.sign_in(one.name, accounts.PASSWORD, act, KEYS)
    row = await AccountRow.get(name=accounts.OFFICER)
    officer = Staff(row.id, row.name, row.display_name, row.role, row.agency_id)
    found = await inbox.listed(officer, Filter(), at=NOW)
    assert {one.status for one in found.rows} == {
        CaseStatus.FILED,
        CaseStatus.IN_HAND,
        CaseStatus.WAITING,
    }
    assert sum(one.due_at is not None and one.due_at < NOW for one in found.rows) >= 2
    overdue = await inbox.listed(officer, Filter(due="overdue"), at=NOW)
    assert 0 < len(overdue.rows) < len(found.rows)


async def test_the_coordinators_have_cases_to_hand_on_and_some_that_went_round(filled):
    row = await AccountRow.get(name="dieuphoi")
    by = Staff(row.id, row.name, row.display_name, row.role, row.agency_id)
    found = await routing.routing(by, at=NOW)
    assert [agency.code for agency in found.queues] == ["TT-1022"]
    assert found.waiting == len(found.queue) == 4
    assert [one.returns for one in found.rounds] == [3, 1]


async def test_the_told_code_opens_an_answered_case_that_can_be_rated(filled):
    case = await tracking.by_code(filled.tracking_code, KEYS, at=NOW)
    assert case.status is CaseStatus.ANSWERED
    assert case.rating.is_open


async def test_the_told_key_is_that_of_the_officers_agency(filled, known):
    system = await agency_keys.holder(filled.agency_key, KEYS, at=NOW, on=NOW.date())
    assert system is not None
    assert system.agency_id == known.agencies[accounts.WARD].id


async def test_what_is_invented_says_so(filled, known):
    for row in await CommitmentRow.filter(legal_act__contains="Giả định"):
        assert "giả định" in row.text_vi
        assert "invented" in row.text_en
    assert all("giả định" in one.display_name for one in accounts.ACCOUNTS)
    assert "giả định" in known.agencies[accounts.NEWCOMER].name_vi


async def test_deadlines_reach_into_the_year_after_now(known):
    calendar = known.calendars[known.latest_calendar["hcmc"]]
    late = datetime(2026, 12, 29, 3, tzinfo=UTC)
    binding = known.binding(known.agencies[accounts.WARD], known.services["PA-01"], at=late)
    begun = promises.Started(late, binding.commitment.within, None, None, accounts.WARD)
    assert promises.fold([begun], calendar).due_at.year == 2027


@pytest.mark.parametrize("month", range(1, 13))
async def test_a_demo_can_be_made_on_any_day_of_the_year(known, month):
    calendar = known.calendars[known.latest_calendar["hcmc"]]
    for day in (1, 3, 16):
        now = datetime(2026, month, day, 1, tzinfo=UTC)
        span = times.span(now, calendar)
        assert len(span.quarters) == times.ENDED + 1
        assert span.last_ended.ends_at <= now < span.quarters[-1].ends_at
        assert span.days_ago(17) < span.days_ago(0)


def test_accounts_are_plain_facts():
    names = [one.name for one in accounts.ACCOUNTS]
    assert len(names) == len(set(names))
    assert dataclasses.asdict(accounts.ACCOUNTS[0])["agency"] == accounts.WARD
