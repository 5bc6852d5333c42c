"""What an edition refuses. Fields, no prose: `web` gives each its words."""

from dataclasses import dataclass
from datetime import datetime

from ranking.errors import RankingError


@dataclass(eq=False)
class NoSuchEdition(RankingError):
    """No edition of that name, or none in the state that was asked for."""

    name: str


@dataclass(eq=False)
class AlreadyPublished(RankingError):
    """A published edition never changes; what was wrong in it is corrected by a new one."""

    name: str


@dataclass(eq=False)
class NotPublishable(RankingError):
    """Not a quarter or a year: single months are never ranked."""

    name: str


@dataclass(eq=False)
class PeriodNotOver(RankingError):
    """The period still runs: nothing of it can be published, nor drafted but as a trial."""

    name: str
    ends_at: datetime


@dataclass(eq=False)
class ConfigCommitted(RankingError):
    """The period has begun under another configuration, which is committed to in public."""

    name: str
    digest: str


@dataclass(eq=False)
class BadBody(Exception):
    """A stored edition that is not written as this version writes it.

    Nothing that anybody asked for is refused: something is broken on our side.
    """

    field: str
