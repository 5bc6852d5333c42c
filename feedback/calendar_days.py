"""Days that differ, said or taken back by whoever keeps the calendars: always with a reason."""

import dataclasses
from datetime import date

from feedback import audit
from feedback import permissions as may
from feedback.deeds import Deed, Subject
from sla import calendar_versions
from sla.acts import Act
from sla.calendars import Day, WorkingCalendar


async def put(code: str, day: date, special: Day, act: Act, *, reason: str, seen: int) -> bool:
    """Say how a date differs; whether that is new. As `sla.calendar_versions.put_day`."""
    may.check_may_keep_calendars(act.by)
    before = await calendar_versions.latest_of(code)
    verdict = await calendar_versions.put_day(code, day, special, act, reason=reason, seen=seen)
    return await _told(code, day, before, special, act, reason=reason, is_new=verdict.is_new)


async def withdraw(code: str, day: date, act: Act, *, reason: str, seen: int) -> bool:
    """Let a date be as its weekday is; whether it differed. As `withdraw_day`."""
    may.check_may_keep_calendars(act.by)
    before = await calendar_versions.latest_of(code)
    verdict = await calendar_versions.withdraw_day(code, day, act, reason=reason, seen=seen)
    return await _told(code, day, before, None, act, reason=reason, is_new=verdict.is_new)


async def _told(
    code: str,
    day: date,
    calendar: WorkingCalendar | None,
    special: Day | None,
    act: Act,
    *,
    reason: str,
    is_new: bool,
) -> bool:
    before = calendar.days.get(day) if calendar else None
    if is_new:
        await audit.record(
            Subject.CALENDAR,
            code,
            Deed.CHANGED,
            act,
            before={"day": day, **_facts(before)},
            after={"day": day, **_facts(special)},
            reason=reason,
        )
    return is_new


def _facts(day: Day | None) -> dict[str, object]:
    return dataclasses.asdict(day) if day else {}
