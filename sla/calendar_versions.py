"""Calendars as they are kept: every change is a further version, and none is ever lost.

What was promised keeps the version it was counted by.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from tortoise.connection import get_connection

from sla import charter, registers, warnings
from sla.acts import Act
from sla.calendars import Day, WorkingCalendar
from sla.errors import Outdated, ReasonMissing
from sla.models import CalendarRow
from sla.registers import Verdict


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a calendar. Without `by` it came before anybody was asked who they are."""

    id: int
    code: str
    number: int
    calendar: WorkingCalendar
    published_at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The latest version of a calendar, and how many open agencies or their counters follow it.

    `days_left` counts from today to the last known day, None where no end is known; `ends_soon`
    from 60 days before it on.
    """

    latest: Version
    agencies: int
    days_left: int | None

    @property
    def ends_soon(self) -> bool:
        return self.days_left is not None and self.days_left <= warnings.SOON.days


@dataclass(frozen=True, slots=True)
class Change:
    """What one version says of a date against another; None: as its weekday is."""

    day: date
    before: Day | None
    after: Day | None


def changes(before: WorkingCalendar | None, after: WorkingCalendar) -> tuple[Change, ...]:
    """The dates of which the two say different things, in order."""
    old = before.days if before else {}
    days = sorted({*old, *after.days})
    found = (Change(day, old.get(day), after.days.get(day)) for day in days)
    return tuple(one for one in found if one.before != one.after)


async def kept(at: datetime) -> tuple[Kept, ...]:
    """Every calendar there is, by code."""
    known = await charter.current()
    rows = await CalendarRow.filter(id__in=list(known.latest_calendar.values())).order_by("code")
    found = []
    for row in rows:
        latest = _version(row)
        until = latest.calendar.known_until
        today = at.astimezone(latest.calendar.timezone).date()
        left = (until - today).days if until else None
        found.append(Kept(latest, warnings.followers(row.code, known, at), left))
    return tuple(found)


async def versions(code: str) -> tuple[Version, ...]:
    """Every version of one calendar, the latest first; none where there is no such calendar."""
    rows = await CalendarRow.filter(code=code).order_by("-version")
    return tuple(map(_version, rows))


def _version(row: CalendarRow) -> Version:
    calendar = WorkingCalendar.from_json(row.rules)
    by, why = row.published_by, row.reason
    return Version(row.id, row.code, row.version, calendar, row.published_at, by, why)


async def take(code: str, calendar: WorkingCalendar, act: Act, *, reason: str = "") -> Verdict:
    """A new version of the calendar `code`, unless it says what is stored."""
    latest = await CalendarRow.filter(code=code).order_by("-version").first()
    rules = calendar.to_json()
    if latest is not None and latest.rules == rules:
        return registers.UNCHANGED
    await CalendarRow.create(
        code=code,
        version=latest.version + 1 if latest else 1,
        rules=rules,
        known_until=calendar.known_until,
        published_at=act.at,
        published_by=act.by.reference,
        reason=reason,
    )
    return registers.TAKEN


async def latest_of(code: str) -> WorkingCalendar | None:
    """The latest version of a calendar; None where there is no such calendar."""
    found = await versions(code)
    return found[0].calendar if found else None


async def put_day(
    code: str, day: date, special: Day, act: Act, *, reason: str, seen: int
) -> Verdict:
    """Say of one local date how it differs, in a new version. Errors as `withdraw_day`."""
    latest = await _seen(code, reason, seen)
    days = {**latest.days, day: special}
    return await take(code, replace(latest, days=days), act, reason=reason.strip())


async def withdraw_day(code: str, day: date, act: Act, *, reason: str, seen: int) -> Verdict:
    """Let a local date be as its weekday is, in a new version.

    `ReasonMissing`; `Outdated` when `seen`, the number of the version somebody decided by, is not
    the latest any more. `NoOpening` where nothing would ever open.
    """
    latest = await _seen(code, reason, seen)
    days = {each: special for each, special in latest.days.items() if each != day}
    return await take(code, replace(latest, days=days), act, reason=reason.strip())


ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended($1, 0))"


async def _seen(code: str, reason: str, seen: int) -> WorkingCalendar:
    if not reason.strip():
        raise ReasonMissing("reason")
    # Versions are never changed, and so cannot be locked: of two at once the second waits here.
    await get_connection("default").execute_query(ONE_AT_A_TIME, [f"calendar {code}"])
    rows = await CalendarRow.filter(code=code).order_by("-version")
    if not rows or rows[0].version != seen:
        raise Outdated(seen)
    return WorkingCalendar.from_json(rows[0].rules)
