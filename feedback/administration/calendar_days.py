"""Days that differ, said or taken back by whoever keeps the calendars: always with a reason.

A day that has passed, and an opening day some running clock counts on, only two persons change:
what was promised keeps its version of the calendar, but everybody was told of these days.
"""

import dataclasses
from collections.abc import Iterable
from datetime import date, datetime

from feedback import audit
from feedback import permissions as may
from feedback.administration import changes
from feedback.administration.change_errors import ChangeImpossible
from feedback.administration.changes import Change
from feedback.deeds import ChangeKind, Deed, Subject
from sla import calendar_versions
from sla.acts import Act
from sla.calendars import Day, WorkingCalendar
from sla.errors import CalendarEnds, NoOpening, Outdated, ReasonMissing
from sla.models import PromiseRow


async def ask(
    code: str, day: date, special: Day | None, act: Act, *, reason: str, seen: int, today: date
) -> int | None:
    """Say how a date differs, None: it is as its weekday is; the number of the proposal it has
    become where two have to. Raises `RoleMayNot`, and as `sla.calendar_versions.put_day`.
    """
    may.check_may_keep_calendars(act.by)
    versions = await calendar_versions.versions(code)
    if not reason.strip():
        raise ReasonMissing("reason")
    if not versions or versions[0].number != seen:
        raise Outdated(seen)
    calendar = versions[0].calendar
    if calendar.days.get(day) == special or not await touched(code, calendar, [day], today=today):
        await _change(code, day, special, act, reason=reason, seen=seen)
        return None
    days = {each: one for each, one in calendar.days.items() if each != day}
    if special is not None:
        days[day] = special
    wanted = dataclasses.replace(calendar, days=days).to_json()["days"]  # `NoOpening` is told now
    written = {each: one for each, one in wanted.items() if each == day.isoformat()}
    body = {"calendar": code, "day": day.isoformat(), "days": written}
    about = f"{code} {day.isoformat()}"
    return await changes.propose(ChangeKind.CALENDAR_DAY, about, body, act, reason=reason)


async def touched(
    code: str, calendar: WorkingCalendar, days: Iterable[date], *, today: date
) -> bool:
    """Whether one of the days has passed, or is open and lies before the last told date that is
    counted by this calendar and still runs.
    """
    last = await _last_due(code, calendar)
    return any(
        day < today or (last is not None and day <= last and _is_open(calendar, day))
        for day in days
    )


async def _last_due(code: str, calendar: WorkingCalendar) -> date | None:
    running = PromiseRow.filter(calendar__code=code, ended_at__isnull=True, due_at__isnull=False)
    for row in await running.order_by("-due_at", "-id").limit(1).only("id", "due_at"):
        due_at: datetime | None = row.due_at
        return due_at.astimezone(calendar.timezone).date() if due_at else None
    return None


def _is_open(calendar: WorkingCalendar, day: date) -> bool:
    try:
        return calendar.opens_on(day)
    except CalendarEnds:
        return False


async def wanted_by(change: Change) -> tuple[date, Day | None, Day | None]:
    """The date a proposal is about: what it is today, and what it is to be."""
    calendar = await calendar_versions.latest_of(str(change.body["calendar"]))
    day = date.fromisoformat(str(change.body["day"]))
    if calendar is None:
        raise ChangeImpossible(change.id, "calendar")
    written = {**calendar.to_json(), "days": change.body["days"]}
    return day, calendar.days.get(day), WorkingCalendar.from_json(written).days.get(day)


async def carry_out(change: Change, act: Act) -> None:
    """Change the day a second person approved, upon what the calendar says by now."""
    code = str(change.body["calendar"])
    [latest, *_] = await calendar_versions.versions(code)
    day, _, special = await wanted_by(change)
    try:
        await _change(code, day, special, act, reason=change.reason, seen=latest.number)
    except NoOpening:
        raise ChangeImpossible(change.id, "day") from None


async def _change(
    code: str, day: date, special: Day | None, act: Act, *, reason: str, seen: int
) -> None:
    before = await calendar_versions.latest_of(code)
    if special is None:
        verdict = await calendar_versions.withdraw_day(code, day, act, reason=reason, seen=seen)
    else:
        verdict = await calendar_versions.put_day(code, day, special, act, reason=reason, seen=seen)
    if not verdict.is_new:
        return
    earlier = before.days.get(day) if before else None
    await audit.record(
        Subject.CALENDAR,
        code,
        Deed.CHANGED,
        act,
        before={"day": day, **_facts(earlier)},
        after={"day": day, **_facts(special)},
        reason=reason,
    )


def _facts(day: Day | None) -> dict[str, object]:
    return dataclasses.asdict(day) if day else {}
