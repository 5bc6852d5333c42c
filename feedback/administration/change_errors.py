"""What can go wrong with changes that wait."""

from dataclasses import dataclass
from datetime import date

from feedback.errors import Refusal


@dataclass(eq=False)
class NoSuchChange(Refusal):
    """No change of this number."""

    number: int


@dataclass(eq=False)
class ChangeOver(Refusal):
    """It is decided, carried out or cancelled already."""

    number: int


@dataclass(eq=False)
class OwnProposal(Refusal):
    """Whoever proposed a change does not decide about it."""

    number: int


@dataclass(eq=False)
class DayHasCome(Refusal):
    """A planned change can be cancelled only before its day."""

    effective_on: date


@dataclass(eq=False)
class DayMissed(Refusal):
    """What was proposed for a day was not approved before or on it."""

    effective_on: date


@dataclass(eq=False)
class ChangeImpossible(Refusal):
    """What it was planned upon has changed meanwhile: it cannot be carried out."""

    number: int
    field: str
