"""What can go wrong here: small exceptions with fields, worded for people elsewhere (`web`)."""

from dataclasses import dataclass
from datetime import date, datetime


class SlaError(Exception):
    """The root of this package's errors; never raised itself."""


@dataclass(eq=False)
class NotText(SlaError):
    """A character no stored text can hold: NUL or half of a surrogate pair."""

    position: int


# Calendars


class CalendarError(SlaError):
    """A calendar that cannot be, or cannot answer; never raised itself."""


@dataclass(eq=False)
class BadCalendar(CalendarError):
    """A field of a written calendar that cannot be read."""

    field: str


@dataclass(eq=False)
class BadWindow(CalendarError):
    """Opening hours that are reversed, empty, outside the day, or overlap. Seconds of the day."""

    opens: int
    closes: int


class NoOpening(CalendarError):
    """A calendar that never opens, or never opens again: nothing could ever be due."""


@dataclass(eq=False)
class CalendarEnds(CalendarError):
    """The answer lies beyond the last day whose holidays are known."""

    known_until: date


class OutOfRange(CalendarError):
    """A moment outside the years 1900 to 2299, for which nothing is counted."""


# Amounts of time


@dataclass(eq=False)
class NaiveTime(SlaError):
    """A time without its offset could be any of two dozen moments."""

    at: datetime


@dataclass(eq=False)
class BadPause(SlaError):
    """A pause that ends before it begins."""

    start: datetime
    end: datetime


class BadWithin(SlaError):
    """An amount of time that means nothing; never raised itself."""


@dataclass(eq=False)
class BadAmount(BadWithin):
    """Negative, not finite, or a fraction where only whole days can be counted."""

    amount: object


@dataclass(eq=False)
class BadUnit(BadWithin):
    """No such unit."""

    unit: object


@dataclass(eq=False)
class BadRule(BadWithin):
    """No such rule, or one that does not go with the unit."""

    unit: object
    rule: object


@dataclass(eq=False)
class TooLong(SlaError):
    """A commitment longer than the law allows, both in `measure` (working_second or day)."""

    promised: object
    allowed: object
    measure: str


@dataclass(eq=False)
class NotComparable(SlaError):
    """Working time against calendar time: which is longer depends on the holidays between."""

    unit: str
    statutory_unit: str


# Events of a promise


class Refusal(SlaError):
    """An event that has no place in its promise; never raised itself."""


@dataclass(eq=False)
class UnknownKind(Refusal):
    """No event of a promise is called so."""

    kind: object


@dataclass(eq=False)
class BadEvent(Refusal):
    """A field of a written event is missing or cannot be read."""

    field: str


@dataclass(eq=False)
class NotStarted(Refusal):
    """Nothing was received yet: there is no promise to go on with."""

    at: datetime | None


@dataclass(eq=False)
class BeforeReceipt(Refusal):
    """Something is said to have happened before the receipt."""

    at: datetime
    started_at: datetime


@dataclass(eq=False)
class AlreadyStarted(Refusal):
    """A promise is received once."""

    at: datetime


@dataclass(eq=False)
class AlreadyPaused(Refusal):
    """The clock already stands."""

    at: datetime


@dataclass(eq=False)
class TooManyPauses(Refusal):
    """The clock was stopped as often as the rule for this promise allows."""

    at: datetime
    most: int


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """Whoever stops a clock, tells a new date or corrects a time says why."""

    field: str


@dataclass(eq=False)
class NotPaused(Refusal):
    """The clock already runs."""

    at: datetime


@dataclass(eq=False)
class AlreadyEnded(Refusal):
    """Finished, refused or withdrawn: only a reopening can follow."""

    at: datetime


@dataclass(eq=False)
class NotEnded(Refusal):
    """Only what has ended is reopened or corrected."""

    at: datetime


@dataclass(eq=False)
class AlreadyExtended(Refusal):
    """A new date is set once (Decree 61/2018)."""

    at: datetime


@dataclass(eq=False)
class DateNotLater(Refusal):
    """A new date lies after the moment it is told, and after the date it takes the place of."""

    until: datetime


# Corrections


@dataclass(eq=False)
class NoSuchRequest(Refusal):
    """There is no request for a correction of this number."""

    request_id: int


@dataclass(eq=False)
class AlreadyDecided(Refusal):
    """A request for a correction is decided once."""

    request_id: int


@dataclass(eq=False)
class SamePerson(Refusal):
    """Whoever asked for a correction does not decide about it."""

    request_id: int


@dataclass(eq=False)
class AlreadyRequested(Refusal):
    """A correction of this promise waits for a decision."""

    promise_id: int


@dataclass(eq=False)
class Outdated(Refusal):
    """The promise has gone on since the correction was asked for."""

    request_id: int


@dataclass(eq=False)
class UnknownHolder(Refusal):
    """Work is said to have been handed to an agency nobody knows."""

    code: str
