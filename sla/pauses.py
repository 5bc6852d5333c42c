"""How long a clock may stand: guard rails against asking just before the deadline, again and again.

A pause ends by itself when the promise has used up the paused working time its rule allows. That
is a rule of folding, not a job: nobody has to be awake for the clock to run on. So the due time of
a paused promise is the latest it can become, and a reply before then brings it nearer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sla.calendars import WorkingCalendar
from sla.commitments import Within
from sla.errors import CalendarEnds


@dataclass(frozen=True, slots=True)
class PauseRule:
    """The guard rails of one kind of promise, by a legal act from a day on.

    `most` pauses of a promise are allowed; together they stop the clock for `longest` of working
    time (elapsed rule) at most; None sets no bound. With `second_request_is_late` the promise is
    overdue from its second request on (Decision 766/QĐ-TTg, item 2.1).
    """

    effective_on: date
    legal_act: str
    most: int | None = None
    longest: Within | None = None
    second_request_is_late: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood; `end` is None while nobody has said that it runs again.

    `lapses_at` is where the time allowed for pauses is used up inside this one, and the clock runs
    on by itself; None where it is not, or no rule says.
    """

    start: datetime
    end: datetime | None
    reason: str
    lapses_at: datetime | None = None

    @property
    def stands_until(self) -> datetime | None:
        """When the clock runs on, whether told or by itself; None: not until somebody says so."""
        return min(filter(None, (self.end, self.lapses_at)), default=None)


def capped(
    pauses: Iterable[Pause], rule: PauseRule | None, calendar: WorkingCalendar | None
) -> tuple[Pause, ...]:
    """The pauses, one after the other, each with the moment at which it ends by itself.

    Without a calendar, or where it ends too early to say, they last until somebody ends them.
    """
    if calendar is None or rule is None or rule.longest is None:
        return tuple(pauses)
    left = rule.longest.seconds(calendar.day_seconds)
    result = []
    for pause in pauses:
        lapses_at, left = _spent(pause, left, calendar)
        result.append(replace(pause, lapses_at=lapses_at))
    return tuple(result)


def _spent(pause: Pause, left: int, calendar: WorkingCalendar) -> tuple[datetime | None, int]:
    try:
        if pause.end is not None:
            used = calendar.between(pause.start, pause.end)
            if used <= left:
                return None, left - used
        return calendar.after(pause.start, left).astimezone(pause.start.tzinfo), 0
    except CalendarEnds:
        return None, left
