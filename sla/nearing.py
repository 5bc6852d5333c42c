"""When a promise is next worth a look: soon due, or broken.

Both moments are kept beside the promise, so that whoever watches a million of them reads only the
few whose moment has come.
"""

from datetime import UTC, datetime, time

from sla import counting, openings
from sla.calendars import WorkingCalendar
from sla.counting import Pauses
from sla.errors import CalendarEnds
from sla.standing import Standing, State

# Due soon when four fifths of the time allowed are used: a fixed day would be nothing for a month
# and all of it for an hour.
USED, OF = 4, 5


def due_soon_at(
    started_at: datetime,
    due_at: datetime,
    calendar: WorkingCalendar | None,
    *,
    cut_off: time | None = None,
    breaks: Pauses = (),
) -> datetime:
    """When four fifths of the open time from receipt to due time have passed; in UTC.

    Pauses and closed gaps count for nothing. Without a calendar, or beyond its end, time is taken
    as it passes. Never after the due time.
    """
    if calendar is not None:
        try:
            return min(_reached(started_at, due_at, calendar, cut_off, breaks), due_at)
        except CalendarEnds:
            pass  # promised by somebody else, for a day whose holidays we do not know
    return min(started_at + (due_at - started_at) * USED / OF, due_at)


def _reached(
    started_at: datetime,
    due_at: datetime,
    calendar: WorkingCalendar,
    cut_off: time | None,
    breaks: Pauses,
) -> datetime:
    begin, _ = counting.received(openings.micros(started_at), calendar, cut_off)
    end, stood = openings.micros(due_at), openings.joined(counting.in_order(breaks))
    lost = sum(calendar.open_time(max(a, begin), min(b, end)) for a, b in stood)
    allowed = calendar.open_time(begin, end) - lost
    reached = counting.reached(begin, allowed * USED // OF, calendar, stood)
    return calendar.local(reached).astimezone(UTC)


def soon(standing: Standing, calendar: WorkingCalendar | None) -> datetime | None:
    """When a promise is due soon; None where it has no due time."""
    if standing.due_at is None:
        return None
    return due_soon_at(
        standing.started_at,
        standing.due_at,
        calendar,
        cut_off=standing.started.cut_off,
        breaks=standing.breaks(),
    )


def watch_at(standing: Standing, due_soon: datetime | None) -> datetime | None:
    """From when there is something to write down about it; None while there is not.

    What ended late was broken at its due time, however soon after it ended. A pause that nothing
    ends by itself keeps a promise from being broken if it began before the due time.
    """
    due_at = standing.due_at
    if due_at is None:
        return None
    if standing.ended_at is not None:
        return due_at if standing.ended_at > due_at else None
    if standing.state is State.PAUSED and standing.lapses_at is None:
        return None if standing.pauses[-1].start < due_at else due_at
    return due_soon
