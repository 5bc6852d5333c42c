"""When something is due: an amount of time, counted from its receipt in an office's open time.

Elapsed: open time outside pauses, from the start; due at the first moment at which the whole amount
has passed, so closing time and never the next opening. Civil (Civil Code, articles 147-148): the
day of receipt is not counted, due at closing time of the last day, moved on to an open day.

A receipt after the cut-off, or on a closed day where there is a cut-off, counts as the next open
day. Pauses that overlap are one pause.
"""

from dataclasses import dataclass
from datetime import datetime, time

from sla import counting, openings, steps
from sla.calendars import WorkingCalendar
from sla.commitments import Rule, Within
from sla.counting import Pauses
from sla.openings import SECOND
from sla.steps import Step


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due time and how it came about."""

    due: datetime
    steps: tuple[Step, ...]


def due(
    start: datetime,
    within: Within,
    calendar: WorkingCalendar,
    *,
    cut_off: time | None = None,
    pauses: Pauses = (),
) -> Deadline:
    """As `due_at`, with the steps that explain it."""
    breaks = list(pauses)
    at = due_at(start, within, calendar, cut_off=cut_off, pauses=breaks)
    moment, spans = openings.micros(start), counting.in_order(breaks)
    explain = steps.civil if within.rule is Rule.CIVIL else steps.elapsed
    told = explain(
        moment, openings.micros(at), within, calendar=calendar, cut_off=cut_off, pauses=spans
    )
    return Deadline(at, tuple(told))


def due_at(
    start: datetime,
    within: Within,
    calendar: WorkingCalendar,
    *,
    cut_off: time | None = None,
    pauses: Pauses = (),
) -> datetime:
    """When it is due, on the calendar's clock. Errors: the calendar's, `BadPause`, `NaiveTime`.

    Elapsed, an amount of 0 is due at the start. Civil, it is due the same day; a receipt after
    closing time then counts for the next open day, for nothing is due before it is received.
    Compare in UTC: Python compares two times of one zone by the clock, in a repeated hour wrongly.
    """
    moment, breaks = openings.micros(start), counting.in_order(pauses)
    if within.rule is Rule.CIVIL:
        days = counting.counted(moment, within, calendar, cut_off, breaks)
        return calendar.local(counting.closing(calendar, days.due_on))
    begin, _ = counting.received(moment, calendar, cut_off)
    amount = within.seconds(calendar.day_seconds) * SECOND
    return calendar.local(counting.reached(begin, amount, calendar, breaks))


def moved(promised: datetime, calendar: WorkingCalendar, pauses: Pauses) -> datetime:
    """A due time given from outside, later by the open time of the pauses begun before it."""
    due = openings.micros(promised)
    for start, end in counting.in_order(pauses):
        if start < due:
            due = calendar.reach(due, calendar.open_time(start, end))
    return calendar.local(due)


def elapsed(
    start: datetime,
    until: datetime,
    calendar: WorkingCalendar,
    pauses: Pauses = (),
    *,
    cut_off: time | None = None,
) -> int:
    """Open time from start to `until` outside pauses, in whole seconds; 0 when it is not after."""
    begin, _ = counting.received(openings.micros(start), calendar, cut_off)
    end = openings.micros(until)
    breaks = openings.joined(counting.in_order(pauses))
    paused = sum(calendar.open_time(max(a, begin), min(b, end)) for a, b in breaks)
    return (calendar.open_time(begin, end) - paused) // SECOND
