"""Counting from a receipt, in moments: the day it counts for, open time, days.

Elapsed and civil are told apart in `sla.deadlines`; the arithmetic of both is here.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sla import openings
from sla.calendars import WorkingCalendar
from sla.commitments import Unit, Within
from sla.errors import BadPause
from sla.openings import Span

Pauses = Iterable[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Counted:
    """A deadline in days, before it is a time: what was counted and what moved it."""

    receipt: date
    last: date  # the last day of the amount alone
    paused: date  # moved by pauses
    due_on: date  # moved on to an open day


def in_order(pauses: Pauses) -> list[Span]:
    """The pauses as moments; empty ones left out, those that overlap made one."""
    result: list[Span] = []
    for start, end in sorted(_span(*pause) for pause in pauses):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif start < end:
            result.append((start, end))
    return result


def received(moment: int, calendar: WorkingCalendar, cut_off: time | None) -> tuple[int, date]:
    """From when it is counted, and its day of receipt, after the cut-off has had its say."""
    at = calendar.local(moment)
    if cut_off is None or (at.time() <= cut_off and calendar.opens_on(at.date())):
        return moment, at.date()
    day = calendar.open_day_after(at.date())
    return calendar.spans_on(day)[0][0], day


def reached(begin: int, amount: int, calendar: WorkingCalendar, pauses: list[Span]) -> int:
    """The first moment at which `amount` of open time outside the pauses has passed."""
    due = calendar.reach(begin, amount)
    for start, end in pauses:
        if start >= due or not amount:  # nothing to count is due at once, paused or not
            break
        if end > begin:
            amount -= calendar.open_time(begin, start)
            begin = end
            due = calendar.reach(begin, amount)
    return due


def closing(calendar: WorkingCalendar, day: date) -> int:
    """The closing time of an open day."""
    return calendar.spans_on(day)[-1][1]


def counted(
    moment: int,
    within: Within,
    calendar: WorkingCalendar,
    cut_off: time | None,
    pauses: list[Span],
) -> Counted:
    """The days of a civil deadline. Pauses move it by local days, before the move to an open day.

    One that begins at or after the deadline reached so far changes nothing, nor does the part of
    one before the receipt.
    """
    begin, receipt = received(moment, calendar, cut_off)
    last = _last_day(receipt, within, calendar)
    paused, due_on = last, _open_day(last, begin, calendar)
    for start, end in pauses:
        if end > moment and start < closing(calendar, due_on):
            days = calendar.local(end).date() - calendar.local(max(start, moment)).date()
            paused = _shifted(paused, days.days, calendar)
            due_on = _open_day(paused, begin, calendar)
    return Counted(receipt, last, paused, due_on)


def _span(start: datetime, end: datetime) -> Span:
    span = openings.micros(start), openings.micros(end)
    if span[1] < span[0]:
        raise BadPause(start, end)
    return span


def _open_day(last: date, begin: int, calendar: WorkingCalendar) -> date:
    """Civil Code art. 148: a last day off moves to the next working day."""
    day = calendar.open_day_from(last)
    return day if closing(calendar, day) >= begin else calendar.open_day_after(day)


def _last_day(receipt: date, within: Within, calendar: WorkingCalendar) -> date:
    amount = int(within.amount)
    match within.unit:
        case Unit.WORKING_DAY:
            return calendar.open_day_after(receipt, amount) if amount else receipt
        case Unit.MONTH:
            return _months_later(receipt, amount, calendar)
        case Unit.IMMEDIATE:
            return receipt
        case _:
            return _shifted(receipt, amount, calendar)


def _months_later(day: date, months: int, calendar: WorkingCalendar) -> date:
    """The same day of the month; its last day stands for a missing one."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > openings.LAST_YEAR:
        raise calendar.no_answer()
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _shifted(day: date, days: int, calendar: WorkingCalendar) -> date:
    if day.toordinal() + days > _LAST_DAY:
        raise calendar.no_answer()
    return day + timedelta(days=days)


_LAST_DAY = date(openings.LAST_YEAR, 12, 31).toordinal()
