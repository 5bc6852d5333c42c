"""Why something about a spot check was refused."""

from dataclasses import dataclass

from feedback.errors import Refusal


@dataclass(eq=False)
class NoSuchSpotCheck(Refusal):
    """There is none of this number."""

    number: int


@dataclass(eq=False)
class SpotCheckDone(Refusal):
    """What came of it is on record already; nobody says it twice."""

    number: int
