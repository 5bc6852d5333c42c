"""The slow and obvious way: look at the clock on the wall, minute by minute."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sla.calendars import WorkingCalendar

MINUTE = timedelta(minutes=1)


def is_open(at: datetime, calendar: WorkingCalendar) -> bool:
    wall = at.astimezone(calendar.timezone)
    second = wall.hour * 3600 + wall.minute * 60
    special = calendar.days.get(wall.date())
    windows = calendar.week[wall.weekday()] if special is None else special.windows or ()
    return any(opens <= second < closes for opens, closes in windows)


def minutes(start: datetime) -> Iterator[datetime]:
    at = start.astimezone(UTC)
    while True:
        yield at
        at += MINUTE


def after(
    start: datetime,
    amount: int,
    calendar: WorkingCalendar,
    pauses: tuple[tuple[datetime, datetime], ...] = (),
) -> datetime:
    """The end of the minute in which the last of `amount` minutes passes."""
    if amount == 0:
        return start
    for at in minutes(start):
        if is_open(at, calendar) and not any(a <= at < b for a, b in pauses):
            amount -= 1
            if amount == 0:
                return at + MINUTE
    raise AssertionError


def between(
    start: datetime,
    end: datetime,
    calendar: WorkingCalendar,
    pauses: tuple[tuple[datetime, datetime], ...] = (),
) -> int:
    """Open minutes outside pauses."""
    count = 0
    for at in minutes(start):
        if at >= end:
            return count
        count += is_open(at, calendar) and not any(a <= at < b for a, b in pauses)
    raise AssertionError
