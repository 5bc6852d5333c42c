"""How urgent a promise is: what its chip says, and how much working time is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sla import charter, deadlines, ledger
from sla.calendars import WorkingCalendar
from sla.errors import CalendarEnds
from sla.ledger import Promised
from sla.standing import Standing, State
from sla.steps import Step


class Clock(StrEnum):
    """What the clock of a promise shows at a moment."""

    IN_TIME = "in_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    KEPT = "kept"
    LATE = "late"
    WITHDRAWN = "withdrawn"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Dates:
    """What a clock is read from; `paused_at` is when a pause that still lasts began.

    `lapses_at` is when that pause ends by itself; `due_at` is then the latest it can become.
    `due_soon_at` is when four fifths of the time allowed are used.
    """

    due_at: datetime | None
    ended_at: datetime | None
    state: str
    paused_at: datetime | None = None
    lapses_at: datetime | None = None
    due_soon_at: datetime | None = None

    def stands(self, at: datetime) -> bool:
        """Whether the clock stands at a moment."""
        if self.paused_at is None or self.due_at is None or self.paused_at >= self.due_at:
            return False
        return self.lapses_at is None or at < self.lapses_at


@dataclass(frozen=True, slots=True)
class Urgency:
    """`time_left` is open time, below 0 once overdue; None when nothing runs or none is known.

    `working_day` is how much of it makes a day.
    """

    clock: Clock
    time_left: timedelta | None
    working_day: timedelta


WORKING_DAY = timedelta(hours=8)


def read(dates: Dates, calendar: WorkingCalendar | None, *, at: datetime) -> Urgency:
    """The urgency of a promise at a moment. While the clock stands, time left stands too."""
    clock = _clock(dates, at)
    day = timedelta(seconds=calendar.day_seconds) if calendar else WORKING_DAY
    if calendar is None or dates.due_at is None or dates.ended_at is not None:
        return Urgency(clock, None, day)
    now = (dates.lapses_at or dates.paused_at or at) if clock is Clock.PAUSED else at
    return Urgency(clock, _left(now, dates.due_at, calendar), day)


def _clock(dates: Dates, at: datetime) -> Clock:
    if dates.due_at is None:
        return Clock.NONE
    if dates.ended_at is not None:
        if dates.ended_at > dates.due_at:
            return Clock.LATE
        return Clock.WITHDRAWN if dates.state == State.WITHDRAWN else Clock.KEPT
    if dates.stands(at):
        return Clock.PAUSED
    if at > dates.due_at:
        return Clock.OVERDUE
    is_soon = dates.due_soon_at is not None and dates.due_soon_at <= at
    return Clock.DUE_SOON if is_soon else Clock.IN_TIME


def _left(now: datetime, due_at: datetime, calendar: WorkingCalendar) -> timedelta | None:
    try:
        if now > due_at:
            return -timedelta(seconds=calendar.between(due_at, now))
        return timedelta(seconds=calendar.between(now, due_at))
    except CalendarEnds:
        return None


@dataclass(frozen=True, slots=True)
class Explained:
    """A promised date with the way to it; no `steps` where it was given from outside."""

    due_at: datetime | None
    urgency: Urgency
    standing: Standing
    steps: tuple[Step, ...]


async def explained(promise: Promised, *, at: datetime) -> Explained:
    """Why a promise is due when it is."""
    calendars = (await charter.current()).calendars
    calendar = calendars[promise.calendar_id] if promise.calendar_id is not None else None
    standing = await ledger.standing_of(promise)
    paused = standing.state is State.PAUSED
    dates = Dates(
        due_at=standing.due_at,
        ended_at=standing.ended_at,
        state=standing.state,
        paused_at=standing.pauses[-1].start if paused else None,
        lapses_at=standing.lapses_at,
        due_soon_at=promise.due_soon_at,
    )
    return Explained(
        standing.due_at, read(dates, calendar, at=at), standing, steps_of(standing, calendar)
    )


def steps_of(standing: Standing, calendar: WorkingCalendar | None) -> tuple[Step, ...]:
    """How a due time came about, piece by piece; nothing where counting alone does not lead there.

    A due time given by others was not counted, and a second request may have cut one short.
    """
    started = standing.started
    if calendar is None or standing.due_at is None or started.within is None:
        return ()
    if started.promised_at is not None:
        return ()
    found = deadlines.due(
        started.at, started.within, calendar, cut_off=started.cut_off, pauses=standing.breaks()
    )
    return found.steps if found.due == standing.due_at else ()
