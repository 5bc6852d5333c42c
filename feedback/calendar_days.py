"""Days that differ, said or taken back by whoever keeps the calendars: always with a reason."""

from datetime import date

from feedback import permissions as may
from sla import calendar_versions
from sla.acts import Act
from sla.calendars import Day


async def put(code: str, day: date, special: Day, act: Act, *, reason: str, seen: int) -> bool:
    """Say how a date differs; whether that is new. As `sla.calendar_versions.put_day`."""
    may.check_may_keep_calendars(act.by)
    verdict = await calendar_versions.put_day(code, day, special, act, reason=reason, seen=seen)
    return verdict.is_new


async def withdraw(code: str, day: date, act: Act, *, reason: str, seen: int) -> bool:
    """Let a date be as its weekday is; whether it differed. As `withdraw_day`."""
    may.check_may_keep_calendars(act.by)
    verdict = await calendar_versions.withdraw_day(code, day, act, reason=reason, seen=seen)
    return verdict.is_new
