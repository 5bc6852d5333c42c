"""What ranking refuses. Fields, no prose: `web` gives each its words."""

from dataclasses import dataclass


class RankingError(Exception):
    """The root; never raised itself."""


@dataclass(eq=False)
class NotANumber(RankingError):
    """NaN or an infinity where a number is rounded, counted or compared."""

    value: float


@dataclass(eq=False)
class InvalidCounts(RankingError):
    """Counts that no tally can give: not finite, negative, too many, or `x` above `n`."""

    n: float
    x: float


@dataclass(eq=False)
class DuplicateAgency(RankingError):
    """One agency twice in one table."""

    id: str


@dataclass(eq=False)
class InvalidConfig(RankingError):
    """A parameter outside its range, of the wrong kind, missing or unknown."""

    field: str
    value: object


@dataclass(eq=False)
class NotAPeriod(RankingError):
    """Not a year, quarter or month of the years a public record knows."""

    name: str


@dataclass(eq=False)
class InvalidCohort(RankingError):
    """A punctuality cohort whose parts cannot be: negative, not finite, or above their whole."""

    field: str
    value: float
