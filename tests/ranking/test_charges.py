"""A case is charged to whoever held it, and pauses change nothing that is not said."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.frozen.charged import Due
from ranking.method import charges, periods
from sla.commitments import Rule, Unit, Within
from sla.models import AgencyRow, CalendarRow, PromiseEventRow, PromiseKind, PromiseRow
from sla.promises import Finished, Paused, PromiseEvent, Resumed, Started, Transferred, to_json
from tests import make
from tests.ranking import rows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = make.calendar()
MONDAY = datetime(2026, 8, 10, 0, 30, tzinfo=UTC)  # 7:30, the office opens
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TWO_DAYS = Within(2, Unit.WORKING_DAY, Rule.ELAPSED)
START = Started(MONDAY, within=TWO_DAYS, cut_off=None, promised_at=None, holder="W1")
LATER = datetime(2026, 10, 20, tzinfo=UTC)


def charge(*events: PromiseEvent) -> charges.Charge:
    return charges.charge([START, *events], CALENDAR, rule=None, until=LATER)


def test_each_holder_answers_for_the_time_it_had():
    found = charge(Transferred(MONDAY + DAY, to="W2"))
    assert found.holders == (("W1", Decimal("0.5")), ("W2", Decimal("0.5")))


def test_a_case_passed_on_after_its_due_time_stays_with_whoever_let_it_run_out():
    assert charge(Transferred(MONDAY + 3 * DAY, to="W2")).holders == (("W1", Decimal(1)),)


@given(st.lists(st.integers(1, 40), max_size=5), st.sampled_from(["W2", "W3"]))
def test_the_parts_sum_to_one(hours: list[int], other: str):
    events = [
        Transferred(MONDAY + hour * HOUR, to=other if number % 2 else "W1", seq=number)
        for number, hour in enumerate(sorted(hours), start=2)
    ]
    assert sum(part for _, part in charge(*events).holders) == 1


def test_the_due_time_without_pauses_and_pauses_in_the_last_tenth_are_known():
    late = MONDAY + DAY + timedelta(hours=9)  # 16:30 of the second day
    found = charge(Paused(late), Resumed(late + DAY), Finished(late + DAY + timedelta(minutes=5)))
    assert found.gross_due_at == MONDAY + DAY + timedelta(hours=9, minutes=30)
    assert (found.pauses, found.late_pauses, found.paused_seconds) == (1, 1, 86400)
    assert charge(Paused(MONDAY + HOUR), Resumed(MONDAY + 2 * HOUR)).late_pauses == 0


async def stored(
    agency: AgencyRow, *events: PromiseEvent, due_at: datetime, code: str = "P"
) -> None:
    calendar = await CalendarRow.first() or await make.make_calendar()
    ended = next((event.at for event in events if isinstance(event, Finished)), None)
    promise = await PromiseRow.create(
        kind=PromiseKind.CASE,
        code=code,
        agency=agency,
        calendar=calendar,
        channel="web",
        started_at=MONDAY,
        due_at=due_at,
        ended_at=ended,
        state="finished" if ended else "running",
    )
    for seq, event in enumerate([START, *events], start=1):
        detail = to_json(event)
        await PromiseEventRow.create(
            promise=promise,
            seq=seq,
            kind=detail["kind"],
            at=event.at,
            recorded_at=event.at,
            by="test",
            detail=detail,
        )


@pytest.mark.usefixtures("database")
async def test_a_transferred_promise_is_charged_in_part_in_the_cohorts():
    first, second = await rows.make_agency("W1"), await rows.make_agency("W2")
    over = MONDAY + DAY + timedelta(hours=9, minutes=30)
    moved = Transferred(MONDAY + DAY, to="W2")
    await stored(second, moved, Finished(over + HOUR), due_at=over)
    found = await rows.cohorts_of(periods.parse("2026-Q3", ZONE), LATER)
    half = Decimal("0.5")
    for agency in (first, second):
        own = found[agency.id]
        assert own.due == Due(due=half, missed_closed=half)
        assert [(week.due, week.met) for week in own.weeks] == [(half, 0)]
        assert own.charged.shared == 1
    assert [of.end for of in found[first.id].spells] == ["transferred"]
    assert [of.end for of in found[second.id].spells] == ["decided"]


@pytest.mark.usefixtures("database")
async def test_what_is_kept_of_waiting_does_not_grow_with_the_cases():
    await rows.make_agency("W1")
    second = await rows.make_agency("W2")
    over = MONDAY + DAY + timedelta(hours=9, minutes=30)
    moved, over_by = Transferred(MONDAY + DAY, to="W2"), Finished(over)
    for code in ("P1", "P2", "P3"):
        await stored(second, moved, over_by, due_at=over, code=code)
    found = await rows.cohorts_of(periods.parse("2026-Q3", ZONE), LATER)
    assert [[of.cases for of in cohort.spells] for cohort in found.values()] == [[3], [3]]


@pytest.mark.usefixtures("database")
async def test_a_pause_that_saves_a_case_shows_in_the_gross_share():
    agency = await rows.make_agency("W1")
    late = MONDAY + DAY + timedelta(hours=9)
    due = MONDAY + 2 * DAY + timedelta(hours=9, minutes=30)
    events = (Paused(late), Resumed(late + DAY), Finished(late + DAY + timedelta(minutes=5)))
    await stored(agency, *events, due_at=due)
    found = (await rows.cohorts_of(periods.parse("2026-Q3", ZONE), LATER))[agency.id]
    assert (found.due.met, found.charged.gross_met, found.charged.paused) == (1, 0, 1)
