"""The same answers as an independent engine, where that one is right.

`businesstimedelta` cannot say 24:00, needs a holiday every five years, and has no days; it agrees
on open time in hours and on the convention that closing time is closing time.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendars import Day, DayKind, WorkingCalendar
from sla.openings import Window

START = date(2026, 2, 2)


@st.composite
def situations(draw):
    """Hours within the day, no clock change in sight, a few holidays."""
    marks = sorted(draw(st.lists(st.integers(6, 22), min_size=4, max_size=4, unique=True)))
    days = sorted(draw(st.sets(st.integers(0, 6), min_size=1)))
    off = draw(st.sets(st.integers(0, 40), max_size=6))
    zone = draw(st.sampled_from(["Asia/Ho_Chi_Minh", "Asia/Kolkata", "UTC"]))
    closed = [START + timedelta(days=n) for n in off] + [date(2029, 1, 1)]
    start = datetime(START.year, START.month, START.day, tzinfo=ZoneInfo(zone))
    start += timedelta(seconds=draw(st.integers(0, 10 * 86_400)))
    return zone, marks, days, closed, start


def ours(zone, marks, days, closed):
    hours = (Window(marks[0] * 3600, marks[1] * 3600), Window(marks[2] * 3600, marks[3] * 3600))
    week = tuple(hours if weekday in days else () for weekday in range(7))
    off = {day: Day(DayKind.HOLIDAY) for day in closed}
    return WorkingCalendar(ZoneInfo(zone), week, off)


def theirs(zone, marks, days, closed):
    tz = pytz.timezone(zone)
    spells = [
        businesstimedelta.WorkDayRule(
            start_time=time(marks[n]), end_time=time(marks[n + 1]), working_days=days, tz=tz
        )
        for n in (0, 2)
    ]
    return businesstimedelta.Rules([*spells, businesstimedelta.HolidayRule(closed, tz=tz)])


@settings(max_examples=50, deadline=None)
@given(situations(), st.integers(1, 60 * 3600))
def test_deadlines_and_open_time_agree(situation, seconds):
    *hours, start = situation
    calendar, rules = ours(*hours), theirs(*hours)
    due = calendar.after(start, seconds)
    assert due == start + businesstimedelta.BusinessTimeDelta(rules, seconds=seconds)
    passed = rules.difference(start, due)
    assert calendar.between(start, due) == passed.timedelta.total_seconds()
