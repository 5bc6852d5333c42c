"""An act: someone doing something at one moment, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime


class Actor:
    """Whoever acts. The packages above say who there is (`feedback.actors`)."""

    __slots__ = ()

    @property
    def reference(self) -> str:
        """A short stable name for the record, never a person's contact data."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened; what follows from it is decided elsewhere."""


@dataclass(slots=True)
class Act:
    """Someone doing something at one moment, and what came of it.

    Nothing is written outside an act. `at` is aware and in UTC; all that one act writes carries
    this one moment. `events` is read by whoever opened the act, after the transaction.
    """

    by: Actor
    at: datetime
    events: list[Event] = field(default_factory=list)
