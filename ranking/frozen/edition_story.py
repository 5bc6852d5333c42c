"""What an edition tells of an agency beside its figures: what annoyed people, where it comes from,
and how it stood before. None of it is ranked.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from feedback.texts.topics import Topic
from ranking.frozen.edition_json import COUNTED_LATER
from sla.lineage import Break


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """So many residents who were dissatisfied wrote about a topic.

    The sum of what the batches released in the period say: of each the topics of five residents or
    more, and of a quarter also the others where they come to five. A hint, never a measure.
    """

    topic: Topic
    residents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """An office that is no more."""

    code: str
    name_vi: str
    name_en: str

    def name(self, language: str) -> str:
        return self.name_vi if language == "vi" else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """From this day on the agency answers for what others answered for: its series is broken."""

    on: date
    kind: Break
    former: tuple[Former, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """One agency in an earlier published edition."""

    edition: str
    period: str
    n: int | None
    share: Decimal | None
    low: Decimal | None
    high: Decimal | None
    due: Decimal
    on_time: Decimal | None
    code: str | None = field(default=None, metadata=COUNTED_LATER)
    """Of the office before it, whose line this is; None: its own."""
    response: Decimal | None = field(default=None, metadata=COUNTED_LATER)
