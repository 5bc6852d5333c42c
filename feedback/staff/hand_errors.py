"""What can go wrong where an account is to be another person's."""

from dataclasses import dataclass

from feedback.errors import Refusal


@dataclass(eq=False)
class NotApart(Refusal):
    """One person may be behind both accounts: `hand`, by name, set how they sign in."""

    hand: str


@dataclass(eq=False)
class SecondPersonNeeded(Refusal):
    """Nobody alone opens an account that has the second word somewhere."""

    role: str


@dataclass(eq=False)
class NothingToConfirm(Refusal):
    """Nobody else has had a hand in how this account signs in."""

    name: str
