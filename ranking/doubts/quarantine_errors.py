"""What the review of answers refuses. Fields, no prose: `web` gives each its words."""

from dataclasses import dataclass

from ranking.errors import RankingError


@dataclass(eq=False)
class NoSuchQuarantine(RankingError):
    """There is none of that number."""

    id: int


@dataclass(eq=False)
class AlreadySettled(RankingError):
    """Two persons have said what becomes of it."""

    id: int


@dataclass(eq=False)
class AlreadySaid(RankingError):
    """The same person has had their say; the second word is another's."""

    id: int


@dataclass(eq=False)
class BadReason(RankingError):
    """A reason code the verdict does not have."""

    reason: str


@dataclass(eq=False)
class NothingToHold(RankingError):
    """No answer there that could be set aside."""

    key: str
