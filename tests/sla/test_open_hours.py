"""Many moments at once are counted as one by one."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import counting, openings
from sla.calendars import WorkingCalendar
from sla.open_hours import BEYOND, OpenHours
from tests import strategies
from tests.sla.examples import OFFICE, at

FEW = timedelta(days=40)


@st.composite
def questions(draw: st.DrawFn) -> tuple[WorkingCalendar, date, list[int], list[int]]:
    """A calendar, a day about which it is asked, sorted moments, and amounts of open time."""
    around = draw(strategies.dates())
    calendar = draw(strategies.calendars(around=around))
    asked = draw(st.lists(strategies.moments(around=around), min_size=3, max_size=3))
    amounts = draw(st.lists(st.integers(0, 20 * 86_400), min_size=1, max_size=4))
    return calendar, around, sorted(map(openings.micros, asked)), [n * 1_000_000 for n in amounts]


@given(questions())
@settings(max_examples=50, deadline=None)
def test_columns_say_what_the_calendar_says(
    asked: tuple[WorkingCalendar, date, list[int], list[int]],
) -> None:
    calendar, around, (start, begin, end), amounts = asked
    hours = OpenHours(calendar, around - FEW, around + FEW)
    assert hours.covers(np.array([start, end])).all()
    days = hours.days(np.array([start, end])).tolist()
    assert days == [calendar.local(moment).date().toordinal() for moment in (start, end)]
    between = hours.between(np.array([start, end]), np.array([end, start])).tolist()
    assert between == [calendar.open_time(start, end), 0]
    starts, wanted = np.full(len(amounts), start), np.array(amounts)
    pauses = np.full(len(amounts), begin), np.full(len(amounts), end)
    plain, around_pause = hours.reach(starts, wanted), hours.reach_around(starts, wanted, pauses)
    for place, amount in enumerate(amounts):
        if plain[place] != BEYOND:
            assert plain[place] == calendar.reach(start, amount)
        if around_pause[place] != BEYOND:
            pause = [(begin, end)] if begin < end else []
            assert around_pause[place] == counting.reached(start, amount, calendar, pause)


def test_what_leads_out_of_the_stretch_is_not_said() -> None:
    hours = OpenHours(OFFICE, date(2026, 12, 1), date(2027, 12, 31))
    start = np.array([openings.micros(at("2026-12-31 16:00"))])
    hour = 3_600_000_000
    assert hours.reach(start, np.array([hour])).tolist() == [start[0] + hour]
    assert hours.reach(start, np.array([hour + 1])).tolist() == [BEYOND]
    edges = [datetime(2026, 11, 30, 17, tzinfo=UTC), datetime(2026, 12, 31, 17, tzinfo=UTC)]
    low, high = map(openings.micros, edges)
    assert (hours.low, hours.high) == (low, high)
    assert hours.covers(np.array([low - 1, low, high - 1, high])).tolist() == [
        False,
        True,
        True,
        False,
    ]
