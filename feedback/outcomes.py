"""What an answer came to: what it brings the resident, and why the matter had come up.

"Not for us" is none of them: such a case is handed on, and its clock goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.functions import Count

from feedback import drafts
from feedback.drafts import REASON_AT_MOST, Reader
from feedback.errors import Faulty, NotAFact
from feedback.models import Cause, Outcome, OutcomeRow
from sla import spelling
from sla.acts import Act


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


async def counted(agency_id: int, *, starts_at: datetime, ends_at: datetime) -> list[Counted]:
    """What the answers of an agency came to in a period, half-open; every answer counts once."""
    rows = (
        await OutcomeRow.filter(agency_id=agency_id, at__gte=starts_at, at__lt=ends_at)
        .annotate(answers=Count("id"))
        .group_by("outcome", "cause")
        .order_by("outcome", "cause")
        .values_list("outcome", "cause", "answers")
    )
    return [Counted(Outcome(outcome), Cause(cause), int(n)) for outcome, cause, n in rows]
