"""Calendars that will soon not know the answer: the holidays of the next year are announced late.

Until a new version comes, whatever falls due beyond the last known day has no date; and a day that
was only proposed counts as its weekday, whatever is decided at the last moment.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sla import charter
from sla.calendars import Day
from sla.charter import Charter
from sla.models import CalendarRow

SOON = timedelta(days=60)
AT_LAST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class CalendarEnding:
    """The latest version of a calendar, how many days it still knows, and how many agencies use it.

    `days_left` counts from today to the last known day: 0 on that day, below 0 after it.
    """

    calendar_id: int
    code: str
    version: int
    known_until: date
    days_left: int
    agencies: int


async def calendar_ends_soon(at: datetime) -> tuple[CalendarEnding, ...]:
    """Latest versions of calendars in use that end within 60 days of today, soonest first.

    A calendar that no open agency follows is nobody's concern.
    """
    known = await charter.current()
    found = {id_: days for id_ in known.latest_calendar.values() if (days := _left(id_, known, at))}
    versions = dict(
        await CalendarRow.filter(id__in=list(found)).order_by("id").values_list("id", "version")
    )
    endings = [
        CalendarEnding(
            calendar_id=id_,
            code=code,
            version=versions[id_],
            known_until=found[id_][0],
            days_left=found[id_][1],
            agencies=agencies,
        )
        for code, id_ in known.latest_calendar.items()
        if id_ in found and (agencies := followers(code, known, at))
    ]
    return tuple(sorted(endings, key=lambda one: (one.known_until, one.code)))


@dataclass(frozen=True, slots=True)
class Undecided:
    """A day of a calendar in use, within a fortnight from today, that was only proposed."""

    code: str
    day: date
    special: Day


async def undecided_soon(at: datetime) -> tuple[Undecided, ...]:
    """Days that somebody has to decide now, or to ask about, soonest first."""
    known = await charter.current()
    found = [
        Undecided(code, day, special)
        for code, id_ in known.latest_calendar.items()
        for day, special in known.calendars[id_].days.items()
        if not special.is_confirmed and _is_near(day, at, known, id_) and followers(code, known, at)
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.code)))


def _is_near(day: date, at: datetime, known: Charter, calendar_id: int) -> bool:
    today = at.astimezone(known.calendars[calendar_id].timezone).date()
    return today <= day <= today + AT_LAST


def _left(calendar_id: int, known: Charter, at: datetime) -> tuple[date, int] | None:
    calendar = known.calendars[calendar_id]
    if calendar.known_until is None:
        return None
    left = calendar.known_until - at.astimezone(calendar.timezone).date()
    return (calendar.known_until, left.days) if left <= SOON else None


def followers(code: str, known: Charter, at: datetime) -> int:
    """How many open agencies follow a calendar, or have a counter that does."""
    zone = known.calendars[known.latest_calendar[code]].timezone
    on = at.astimezone(zone).date()
    counters = {
        one.agency
        for versions in known.commitments.values()
        for one in versions
        if one.calendar == code
    }
    return sum(
        a.is_open(on) and (a.calendar_code == code or not counters.isdisjoint({a.code, None}))
        for a in known.agencies.values()
    )
