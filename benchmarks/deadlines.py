"""Deadlines per second against businesstimedelta in the same run, and what long spans cost.

An office with a lunch break and a year's holidays; spans of 1 to 60 working days from every hour of
a year. Both sides count open time on the same hours, and must agree before anything is timed. Each
figure is the best of a few rounds that alternate between the two sides, as the machine is shared.
"""

import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz

from sla import deadlines
from sla.calendars import Day, DayKind, WorkingCalendar
from sla.commitments import Rule, Unit, Within
from sla.openings import Window

ZONE = "Asia/Ho_Chi_Minh"
HOURS = ((7.5, 11.5), (13, 17))
DAY_SECONDS = 8 * 3600
# Weekdays off of 2026 and a few of the years around; the peer wants one at least every five years.
HOLIDAYS = [
    *(date(2026, 1, day) for day in (1, 2)),
    *(date(2026, 2, day) for day in range(16, 21)),
    *(date(2026, *day) for day in ((4, 27), (4, 30), (5, 1), (8, 31), (9, 1), (9, 2), (11, 24))),
    *(date(year, *day) for year in range(2027, 2035) for day in ((1, 1), (4, 30), (9, 2))),
]
ASKS = {"small": (20_000, 100), "full": (200_000, 1_000)}  # ours, the peer's
ROUNDS = 5
PEER_AIM = 100.0
SPAN_AIM = 3.0
YEARS = 5

Ask = tuple[datetime, int]


def run(scale: str = "small") -> dict[str, Any]:
    """Deadlines per second on both sides, their ratio, and five years against one day."""
    ours, theirs = ASKS[scale]
    calendar, rules = _ours(), _theirs()
    asks = _asks(ours)
    _agree(asks[:theirs], calendar, rules)
    week, peer_week, civil, one_day, five_years = _best(
        lambda: _elapsed(asks, calendar),
        lambda: _peer(asks[:theirs], rules),
        lambda: _civil(asks, calendar),
        lambda: _elapsed([(start, 1) for start, _ in asks], calendar),
        lambda: _elapsed([(start, YEARS * 250) for start, _ in asks], calendar),
    )
    return {
        "deadlines_per_second": round(ours / week),
        "civil_deadlines_per_second": round(ours / civil),
        "businesstimedelta_per_second": round(theirs / peer_week, 1),
        "ratio_to_businesstimedelta": round((ours / week) / (theirs / peer_week)),
        "ratio_to_businesstimedelta_aim": PEER_AIM,
        "five_years_to_one_day": round(five_years / one_day, 2),
        "five_years_to_one_day_aim": SPAN_AIM,
    }


def _asks(count: int) -> list[Ask]:
    """Receipts at any second of 2026, with spans of 1 to 60 working days."""
    chance = random.Random(1)
    first = datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE))
    year = 365 * 86_400
    return [
        (first + timedelta(seconds=chance.randrange(year)), chance.randint(1, 60))
        for _ in range(count)
    ]


def _best(*sides: Callable[[], None]) -> list[float]:
    """The shortest time of each side, in seconds, over rounds in which they take turns."""
    best = [float("inf")] * len(sides)
    for _ in range(ROUNDS):
        for place, side in enumerate(sides):
            began = time.perf_counter()
            side()
            best[place] = min(best[place], time.perf_counter() - began)
    return best


def _elapsed(asks: list[Ask], calendar: WorkingCalendar) -> None:
    for start, days in asks:
        deadlines.due_at(start, Within(days, Unit.WORKING_DAY), calendar)


def _civil(asks: list[Ask], calendar: WorkingCalendar) -> None:
    for start, days in asks:
        deadlines.due_at(start, Within(days, Unit.WORKING_DAY, Rule.CIVIL), calendar)


def _peer(asks: list[Ask], rules: Any) -> None:
    for start, days in asks:
        _ended = start + businesstimedelta.BusinessTimeDelta(rules, seconds=days * DAY_SECONDS)


def _agree(asks: list[Ask], calendar: WorkingCalendar, rules: Any) -> None:
    """Raises RuntimeError where the two do not give the same answer: then nothing is comparable."""
    for start, days in asks:
        due = deadlines.due_at(start, Within(days, Unit.WORKING_DAY), calendar)
        other = start + businesstimedelta.BusinessTimeDelta(rules, seconds=days * DAY_SECONDS)
        if due != other:
            raise RuntimeError(f"{start} + {days} working days: {due}, businesstimedelta {other}")


def _ours() -> WorkingCalendar:
    hours = tuple(Window(int(opens * 3600), int(closes * 3600)) for opens, closes in HOURS)
    off = {day: Day(DayKind.HOLIDAY) for day in HOLIDAYS}
    return WorkingCalendar(ZoneInfo(ZONE), (hours,) * 5 + ((), ()), off)


def _theirs() -> Any:
    zone = pytz.timezone(ZONE)
    spells = [
        businesstimedelta.WorkDayRule(
            start_time=_clock(opens), end_time=_clock(closes), working_days=range(5), tz=zone
        )
        for opens, closes in HOURS
    ]
    return businesstimedelta.Rules([*spells, businesstimedelta.HolidayRule(HOLIDAYS, tz=zone)])


def _clock(hour: float) -> Any:
    return (datetime(2026, 1, 1) + timedelta(hours=hour)).time()  # noqa: DTZ001 -- a time of day
