"""Days worked in exchange, against an engine that has none; ten years, against walking them."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import businesstimedelta
import pytest
import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendars import Day, DayKind, WorkingCalendar
from sla.openings import Window

FIRST = date(2026, 2, 2)  # a Monday
SATURDAYS = [FIRST + timedelta(days=5 + 7 * n) for n in range(400)]
DAY = (Window(27_000, 41_400), Window(46_800, 61_200))


@settings(max_examples=25, deadline=None)
@given(
    st.sets(st.integers(0, 6), max_size=3),
    st.integers(0, 20 * 86_400),
    st.integers(1, 60 * 3600),
)
def test_a_saturday_worked_in_exchange_counts_as_a_saturday_of_an_office_that_shuts_all_others(
    swapped: set[int], start: int, seconds: int
) -> None:
    worked = {SATURDAYS[n] for n in swapped}
    off = FIRST + timedelta(days=8)
    days = {day: Day(DayKind.SWAPPED_WORKING) for day in worked}
    days[off] = Day(DayKind.SWAPPED_OFF)
    zone = "Asia/Ho_Chi_Minh"
    ours = WorkingCalendar(ZoneInfo(zone), (*[DAY] * 5, (), ()), days)
    clock = pytz.timezone(zone)
    spells = [
        businesstimedelta.WorkDayRule(
            start_time=_clock(window.opens),
            end_time=_clock(window.closes),
            working_days=[0, 1, 2, 3, 4, 5],
            tz=clock,
        )
        for window in DAY
    ]
    shut = [off, *(day for day in SATURDAYS if day not in worked)]
    theirs = businesstimedelta.Rules([*spells, businesstimedelta.HolidayRule(shut, tz=clock)])
    at = datetime(2026, 2, 2, tzinfo=ZoneInfo(zone)) + timedelta(seconds=start)
    due = ours.after(at, seconds)
    assert due == at + businesstimedelta.BusinessTimeDelta(theirs, seconds=seconds)
    assert ours.between(at, due) == theirs.difference(at, due).timedelta.total_seconds()


def _clock(second: int) -> time:
    return time(second // 3600, second % 3600 // 60)


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York"])
def test_ten_years_are_the_sum_of_their_days_though_clocks_change_at_night(zone: str) -> None:
    night = (Window(0, 5 * 3600), Window(8 * 3600, 86_400))
    calendar = WorkingCalendar(ZoneInfo(zone), (night,) * 7)
    first, last = date(2020, 2, 29), date(2030, 2, 28)
    midnights = [
        datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]
    by_day = [calendar.between(a, b) for a, b in itertools.pairwise(midnights)]
    whole = calendar.between(midnights[0], midnights[-1])
    assert sum(by_day) == whole
    assert calendar.after(midnights[0], whole) == midnights[-1]
    real = (midnights[-1] - midnights[0]).total_seconds()
    assert whole == real - 3 * 3600 * (len(midnights) - 1)  # shut from five to eight
