"""What an edition's life refuses. Fields, no prose: `web` gives each its words."""

from dataclasses import dataclass
from datetime import date, datetime

from ranking.errors import RankingError


@dataclass(eq=False)
class PeriodBegun(RankingError):
    """The period has begun: what it is counted by is committed to before, or not at all."""

    name: str
    starts_at: datetime


@dataclass(eq=False)
class TooEarlyADay(RankingError):
    """The day of publication leaves no time for answers and objections."""

    publish_on: date
    earliest: date


@dataclass(eq=False)
class ConfigChanged(RankingError):
    """The draft was made under another configuration than the period is committed to."""

    name: str


@dataclass(eq=False)
class WindowOpen(RankingError):
    """Agencies may still object to their figures."""

    name: str
    closes_at: datetime


@dataclass(eq=False)
class OpenObjections(RankingError):
    """Objections wait for a decision."""

    name: str
    count: int


@dataclass(eq=False)
class DraftOutdated(RankingError):
    """An objection was upheld after the draft was made: the figures are to be made again."""

    name: str


@dataclass(eq=False)
class RecountMissing(RankingError):
    """Nobody has counted everything again, from the beginning, since the period ended."""

    name: str


@dataclass(eq=False)
class RecountDiffers(RankingError):
    """Counted again from the beginning, `answers` of the period came out other than tallied."""

    name: str
    answers: int


@dataclass(eq=False)
class WindowClosed(RankingError):
    """The time for objections and replies is over, or has not begun."""

    name: str


@dataclass(eq=False)
class NotInEdition(RankingError):
    """The agency has no line in that edition."""

    name: str
    agency_id: int | None


@dataclass(eq=False)
class NoSuchObjection(RankingError):
    """There is none of that number."""

    id: int


@dataclass(eq=False)
class ObjectionDecided(RankingError):
    """It was decided already."""

    id: int


@dataclass(eq=False)
class OwnObjection(RankingError):
    """Whoever raised an objection, or belongs to the agency, does not decide about it."""

    id: int


@dataclass(eq=False)
class NoSuchReply(RankingError):
    """There is none of that number that could be withheld."""

    id: int


@dataclass(eq=False)
class NoPlanOwed(RankingError):
    """No edition asks this agency for a plan of that name."""

    edition: str


@dataclass(eq=False)
class NoMeasure(RankingError):
    """A plan begins with one measure at least."""

    edition: str


@dataclass(eq=False)
class TooManyMeasures(RankingError):
    """A plan nobody could keep in view."""

    edition: str


@dataclass(eq=False)
class BadDay(RankingError):
    """A measure is due on a day to come, within two years."""

    due_on: date


@dataclass(eq=False)
class NoSuchMeasure(RankingError):
    """There is none of that number in a plan of this agency."""

    id: int


@dataclass(eq=False)
class MeasureEnded(RankingError):
    """The measure was reported done or dropped already."""

    id: int


@dataclass(eq=False)
class AlreadyWished(RankingError):
    """A draft of this period is being made already."""

    period: str
