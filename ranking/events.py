"""What happens to editions. What follows from each is decided in `web`."""

from dataclasses import dataclass

from sla.acts import Event


@dataclass(frozen=True, slots=True)
class EditionDrafted(Event):
    name: str


@dataclass(frozen=True, slots=True)
class EditionPublished(Event):
    name: str


@dataclass(frozen=True, slots=True)
class SubscriptionAsked(Event):
    """Somebody wants to hear of editions, and a mail that asks for a confirmation is owed."""

    number: int


@dataclass(frozen=True, slots=True)
class EditionWished(Event):
    period: str
