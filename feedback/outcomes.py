"""What an answer came to: what it brings the resident, and why the matter had come up.

"Not for us" is none of them: such a case is handed on, and its clock goes on.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from tortoise.functions import Count
from tortoise.queryset import QuerySet

from feedback import drafts
from feedback.drafts import REASON_AT_MOST, Reader
from feedback.errors import Faulty, NotAFact
from feedback.models import Cause, Outcome, OutcomeRow
from sla import spelling
from sla.acts import Act

KindT = TypeVar("KindT", Outcome, Cause)


@dataclass(frozen=True, slots=True)
class Ending:
    """`reason` says why it cannot be solved, or only in part; the resident reads it."""

    outcome: Outcome
    cause: Cause = Cause.UNKNOWN
    reason: str = ""


def ending(given: Mapping[str, object], *, reason: str = "outcome_reason") -> Ending:
    """From named values: outcome, cause, and the reason under the name `reason`. Raises `Faulty`.

    Without a cause none is known. What cannot be done is told with its reason.
    """
    reader = Reader(given)
    outcome = reader.choice("outcome", {o.value: o for o in Outcome}, default=None)
    if outcome is None and not reader.faults:
        reader.fault("outcome", "missing")
    cause = reader.choice("cause", {c.value: c for c in Cause}, default=None)
    made = Ending(
        outcome or Outcome.SOLVED,
        cause or Cause.UNKNOWN,
        reader.text(
            reason,
            at_most=REASON_AT_MOST,
            required=outcome is Outcome.CANNOT,
            clean=spelling.tidy,
        ),
    )
    reader.finish()
    return made


def chosen(given: Mapping[str, object]) -> Ending:
    """As `ending`, where somebody chooses on a page: the cause too must be named, or unknown."""
    reader = Reader(given)
    if not given.get("cause"):
        reader.fault("cause", "missing")
    try:
        made = ending(given)
    except Faulty as error:
        reader.faults = [*error.faults, *reader.faults]
        made = Ending(Outcome.SOLVED)
    reader.finish()
    return made


def answer(given: Mapping[str, object]) -> tuple[str, Ending]:
    """A whole answer from a page: its text, and what it came to. Raises `Faulty` with every fault
    of both.
    """
    faults: list[NotAFact] = []
    text, told = "", Ending(Outcome.SOLVED)
    try:
        text = drafts.message(given)
    except Faulty as error:
        faults += error.faults
    try:
        told = chosen(given)
    except Faulty as error:
        faults += error.faults
    if faults:
        raise Faulty(tuple(faults))
    return text, told


async def record(case_id: int, agency_id: int, told: Ending, act: Act) -> None:
    """Count it for the agency that answered."""
    await OutcomeRow.create(
        case_id=case_id, agency_id=agency_id, outcome=told.outcome, cause=told.cause, at=act.at
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many answers of an agency came to this, for this cause."""

    outcome: Outcome
    cause: Cause
    count: int


FEWEST = 5
"""Answers below which a number could be laid beside a case."""


@dataclass(frozen=True, slots=True)
class Told(Generic[KindT]):
    """How often what, the most often first; what came up fewer than `FEWEST` times only together.

    `others` None: those are too few even together, and so no sum is told from which to take them.
    """

    shown: tuple[tuple[KindT, int], ...]
    others: int | None


def told(counts: Mapping[KindT, int]) -> Told[KindT]:
    """Numbers that may be shown: of at least `FEWEST` answers each."""
    shown = sorted(
        ((kind, n) for kind, n in counts.items() if n >= FEWEST),
        key=lambda pair: (-pair[1], str(pair[0])),
    )
    rest = sum(n for n in counts.values() if n < FEWEST)
    return Told(tuple(shown), rest if rest >= FEWEST else None)


def by_outcome(found: Iterable[Counted]) -> dict[Outcome, int]:
    """How many answers came to what."""
    counts: Counter[Outcome] = Counter()
    for one in found:
        counts[one.outcome] += one.count
    return dict(counts)


def by_cause(found: Iterable[Counted]) -> dict[Cause, int]:
    """How many answers named which cause."""
    counts: Counter[Cause] = Counter()
    for one in found:
        counts[one.cause] += one.count
    return dict(counts)


async def counted_everywhere(*, starts_at: datetime, ends_at: datetime) -> list[Counted]:
    """The same as `counted`, of the whole city."""
    return await _counted(OutcomeRow.filter(at__gte=starts_at, at__lt=ends_at))


async def counted(agency_id: int, *, starts_at: datetime, ends_at: datetime) -> list[Counted]:
    """What the answers of an agency came to in a period, half-open; every answer counts once."""
    mine = OutcomeRow.filter(agency_id=agency_id, at__gte=starts_at, at__lt=ends_at)
    return await _counted(mine)


async def _counted(found: QuerySet[OutcomeRow]) -> list[Counted]:
    rows = (
        await found.annotate(answers=Count("id"))
        .group_by("outcome", "cause")
        .order_by("outcome", "cause")
        .values_list("outcome", "cause", "answers")
    )
    return [Counted(Outcome(outcome), Cause(cause), int(n)) for outcome, cause, n in rows]
