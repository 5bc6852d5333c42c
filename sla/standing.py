"""Where a promise stands, and what that says at a moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from sla import deadlines
from sla.calendars import WorkingCalendar
from sla.pauses import Pause, PauseRule
from sla.promise_events import PromiseEvent, Started


class State(StrEnum):
    """Where a promise stands."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """How a promise was kept. UNDATED: promised, but its calendar does not reach the due time."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN_IN_TIME = "open_in_time"
    OPEN_OVERDUE = "open_overdue"
    WITHDRAWN = "withdrawn"
    NO_PROMISE = "no_promise"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Ending:
    """One end; `reopened_at` is None while it stands."""

    state: State
    at: datetime
    reopened_at: datetime | None = None
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class Stint:
    """From when somebody held the work."""

    holder: str
    start: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events say. `due_at` is the original due time, moved by pauses and closed gaps.

    `due_at` is None when nothing was promised, or (`promised`) when the calendar ends before it.
    While a pause lasts that ends by itself, it is the latest that it can become. Where `rule` makes
    a second request overdue, it is the moment of that request (`second_request_at`) at the latest;
    `appointed_at` is the due time without that rule.
    `set_aside` are events that make no sense at their place, such as a resumption whose pause has
    not been told yet.
    """

    started: Started
    rule: PauseRule | None = None
    state: State = State.RUNNING
    pauses: tuple[Pause, ...] = ()
    endings: tuple[Ending, ...] = ()
    stints: tuple[Stint, ...] = ()
    extensions: int = 0
    extended_until: datetime | None = None
    due_at: datetime | None = None
    appointed_at: datetime | None = None
    set_aside: tuple[PromiseEvent, ...] = ()

    @property
    def started_at(self) -> datetime:
        """When it was received."""
        return self.started.at

    @property
    def promised(self) -> bool:
        """Whether any time was promised."""
        return self.started.promised_at is not None or self.started.within is not None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its end."""
        return self.state in {State.RUNNING, State.PAUSED}

    @property
    def ended_at(self) -> datetime | None:
        """When it ended; None while it is open."""
        return None if self.is_open else self.endings[-1].at

    @property
    def rounds(self) -> int:
        """1, and one more for each reopening."""
        return 1 + sum(ending.reopened_at is not None for ending in self.endings)

    @property
    def holder(self) -> str:
        """Who holds the work now."""
        return self.stints[-1].holder

    @property
    def lapses_at(self) -> datetime | None:
        """When the pause that lasts ends by itself; None without such a pause."""
        return self.pauses[-1].lapses_at if self.state is State.PAUSED else None

    @property
    def second_request_at(self) -> datetime | None:
        """When the resident was asked a second time, which is reported whatever the rule."""
        return self.pauses[1].start if len(self.pauses) > 1 else None

    @property
    def corrections(self) -> int:
        """How often an end was corrected."""
        return sum(ending.corrections for ending in self.endings)

    def verdict(self, at: datetime) -> Verdict:
        """How it stands at a moment, by the times at which things happened.

        On time when ended at or before the due time. Withdrawn only when that came before it was
        late. A pause begun before the due time keeps it in time for as long as it lasts: until
        somebody ends it, or the due time of one that ends by itself. To look back, fold what had
        happened by then (`as_of`).
        """
        if not self.promised:
            return Verdict.NO_PROMISE
        if self.due_at is None:
            return Verdict.UNDATED
        if self.ended_at is not None and self.ended_at <= at:
            if self.ended_at > self.due_at:
                return Verdict.LATE
            return Verdict.WITHDRAWN if self.state is State.WITHDRAWN else Verdict.ON_TIME
        paused = self.state is State.PAUSED and self.lapses_at is None
        stands = paused and self.pauses[-1].start < self.due_at
        return Verdict.OPEN_IN_TIME if stands or at <= self.due_at else Verdict.OPEN_OVERDUE

    def breaks(self) -> list[tuple[datetime, datetime]]:
        """When the clock stood: pauses with an end, and gaps between an end and a reopening."""
        stood = [(pause.start, pause.stands_until) for pause in self.pauses]
        pauses = [(start, end) for start, end in stood if end is not None]
        gaps = [(end.at, end.reopened_at) for end in self.endings if end.reopened_at is not None]
        return sorted(pauses + gaps)

    def shares(self, calendar: WorkingCalendar) -> dict[str, Fraction]:
        """What part of the clock's time each holder had before the due time; they sum to 1.

        Whoever holds it now is taken to hold it until it is due. Where no time was counted at all,
        the last holder before then has the whole. `CalendarEnds` where that time is unknown.
        """
        until = min(filter(None, (self.due_at, self.ended_at)), default=self.stints[-1].start)
        held = [stint for stint in self.stints if stint.start < until] or [self.stints[0]]
        ends = [stint.start for stint in held[1:]] + [until]
        if len({stint.holder for stint in held}) == 1:
            return {held[0].holder: Fraction(1)}
        breaks = self.breaks()
        seconds = dict.fromkeys((stint.holder for stint in held), 0)
        for stint, end in zip(held, ends, strict=True):
            seconds[stint.holder] += deadlines.elapsed(stint.start, end, calendar, breaks)
        total = sum(seconds.values())
        if not total:
            return {**dict.fromkeys(seconds, Fraction(0)), held[-1].holder: Fraction(1)}
        return {holder: Fraction(part, total) for holder, part in seconds.items()}
