"""Which agency answers for a promise, and what its pauses did, folded from its events. Pure.

Only promises that were transferred or paused need this; of all others the row says everything.
A case is charged to its holders in proportion to the net clock time each held before the due time
(method, section 12), so that nobody passes a lost case on to another's account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from ranking.method import rounding
from sla import deadlines, promises
from sla.calendars import WorkingCalendar
from sla.errors import CalendarEnds
from sla.pauses import Pause, PauseRule
from sla.promises import PromiseEvent, Standing

LAST_PART = Fraction(9, 10)
"""A pause begun when so much of the allowance is used up is a late one."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One promise's holders with their parts of it, which sum to 1, and what its pauses did."""

    holders: tuple[tuple[str, Decimal], ...]
    stints: tuple[tuple[str, datetime], ...]
    gross_due_at: datetime | None
    """When it would have been due had the clock never stood."""
    pauses: int
    late_pauses: int
    paused_seconds: int


def charge(
    events: Sequence[PromiseEvent],
    calendar: WorkingCalendar | None,
    *,
    rule: PauseRule | None,
    until: datetime,
) -> Charge:
    """What the events say; a pause that lasts is counted up to `until`. Raises `NotStarted`."""
    standing = promises.fold(events, calendar, rule=rule)
    plain = promises.fold([standing.started], calendar, rule=rule)
    return Charge(
        _parts(standing, calendar),
        tuple((stint.holder, stint.start) for stint in standing.stints),
        plain.due_at,
        len(standing.pauses),
        sum(_is_late(standing, number, calendar) for number in range(len(standing.pauses))),
        sum(_stood(pause, until) for pause in standing.pauses),
    )


def _parts(standing: Standing, calendar: WorkingCalendar | None) -> tuple[tuple[str, Decimal], ...]:
    """To 9 decimals; what rounding leaves over goes to the last holder."""
    if calendar is None:
        return ((standing.holder, Decimal(1)),)
    try:
        shares = standing.shares(calendar)
    except CalendarEnds:
        return ((standing.holder, Decimal(1)),)
    parts = [(holder, rounding.nine(share)) for holder, share in shares.items()]
    rest = 1 - sum((part for _, part in parts[:-1]), Decimal(0))
    held = [*parts[:-1], (parts[-1][0], rest)]
    return tuple((holder, part) for holder, part in held if part)


def _is_late(standing: Standing, number: int, calendar: WorkingCalendar | None) -> bool:
    """Whether the pause began when nine tenths of the time to the due time had been used."""
    if calendar is None or standing.due_at is None:
        return False
    start = standing.pauses[number].start
    breaks = standing.breaks()
    try:
        used = deadlines.elapsed(standing.started_at, start, calendar, breaks)
        whole = deadlines.elapsed(standing.started_at, standing.due_at, calendar, breaks)
    except CalendarEnds:
        return False
    return bool(whole) and used >= LAST_PART * whole


def _stood(pause: Pause, until: datetime) -> int:
    end = pause.stands_until
    stopped = until if end is None else min(end, until)
    return max(0, int((stopped - pause.start).total_seconds()))
