"""What the clock of a promise shows, by the second and as laws."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.office import urgency
from feedback.office.urgency import Clock, Dates
from tests import make

# Monday 12 October 2026, 17:00 in Ho Chi Minh City: closing time.
DUE = datetime(2026, 10, 12, 10, tzinfo=UTC)
# Four fifths of five working days before.
SOON = datetime(2026, 10, 9, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
CALENDAR = make.calendar()
moments = st.datetimes(
    min_value=datetime(2026, 9, 1),  # noqa: DTZ001 -- hypothesis adds the zone itself
    max_value=datetime(2026, 11, 30),  # noqa: DTZ001 -- as above
    timezones=st.just(UTC),
)


def running(due_at: datetime | None = DUE) -> Dates:
    return Dates(due_at=due_at, ended_at=None, state="running", due_soon_at=SOON)


@pytest.mark.parametrize(
    ("at", "clock", "left"),
    [
        (SOON - SECOND, Clock.IN_TIME, timedelta(hours=8, seconds=1)),
        (SOON, Clock.DUE_SOON, timedelta(hours=8)),
        (DUE - timedelta(days=1), Clock.DUE_SOON, timedelta(hours=8)),
        (DUE - SECOND, Clock.DUE_SOON, SECOND),
        (DUE, Clock.DUE_SOON, timedelta(0)),
        (DUE + SECOND, Clock.OVERDUE, timedelta(0)),  # the office is closed: no time has passed
        (DUE + timedelta(hours=15, minutes=30), Clock.OVERDUE, -HOUR),  # Tuesday 8:30
    ],
)
def test_the_clock_turns_at_the_second(at: datetime, clock: Clock, left: timedelta) -> None:
    found = urgency.read(running(), CALENDAR, at=at)
    assert (found.clock, found.time_left, found.working_day) == (clock, left, timedelta(hours=8))


@pytest.mark.parametrize(
    ("ended_at", "state", "clock"),
    [
        (DUE, "finished", Clock.KEPT),
        (DUE + SECOND, "finished", Clock.LATE),
        (DUE, "withdrawn", Clock.WITHDRAWN),
        (DUE + SECOND, "withdrawn", Clock.LATE),
    ],
)
def test_what_ended_has_no_time_left(ended_at: datetime, state: str, clock: Clock) -> None:
    found = urgency.read(Dates(DUE, ended_at, state), CALENDAR, at=DUE + 9 * HOUR)
    assert (found.clock, found.time_left) == (clock, None)


def test_a_pause_begun_in_time_keeps_the_time_left_and_a_late_one_hides_nothing() -> None:
    at = DUE + timedelta(days=3)
    early = urgency.read(Dates(DUE, None, "paused", paused_at=DUE - HOUR), CALENDAR, at=at)
    assert (early.clock, early.time_left) == (Clock.PAUSED, HOUR)
    late = urgency.read(Dates(DUE, None, "paused", paused_at=DUE + SECOND), CALENDAR, at=at)
    assert late.clock is Clock.OVERDUE


def test_without_a_promise_or_a_calendar_no_time_is_told() -> None:
    assert urgency.read(running(None), CALENDAR, at=DUE).clock is Clock.NONE
    found = urgency.read(running(), None, at=DUE + SECOND)
    assert (found.clock, found.time_left) == (Clock.OVERDUE, None)


def test_beyond_the_known_calendar_the_time_is_not_guessed() -> None:
    found = urgency.read(running(), CALENDAR, at=datetime(2028, 3, 1, tzinfo=UTC))
    assert (found.clock, found.time_left) == (Clock.OVERDUE, None)


@settings(max_examples=50, deadline=None)
@given(due_at=moments, at=moments, later=st.timedeltas(timedelta(0), timedelta(days=30)))
def test_time_left_only_shrinks_and_is_below_zero_only_once_overdue(
    due_at: datetime, at: datetime, later: timedelta
) -> None:
    now = urgency.read(running(due_at), CALENDAR, at=at)
    then = urgency.read(running(due_at), CALENDAR, at=at + later)
    assert now.time_left is not None
    assert then.time_left is not None
    assert then.time_left <= now.time_left
    assert now.time_left >= timedelta(0) or now.clock is Clock.OVERDUE
    assert now.time_left <= timedelta(0) or now.clock is not Clock.OVERDUE
