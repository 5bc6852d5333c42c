"""What an answer came to: what it brings the resident, and why the matter had come up.

"Not for us" is none of them: such a case is handed on, and its clock goes on.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

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
class Month:
    """What the answers of one agency in one month came to, and what they named as cause."""

    outcomes: Mapping[Outcome, int]
    causes: Mapping[Cause, int]


_BY_MONTH = """
select agency_id, date_trunc('month', at at time zone $3) as month, outcome, cause,
       count(*) as answers
from outcome
where at >= $1 and at < $2 and ($4::int is null or agency_id = $4)
group by 1, 2, outcome, cause order by 1, 2, outcome, cause
"""


async def by_month(
    starts_at: datetime, ends_at: datetime, zone: ZoneInfo, *, agency_id: int | None = None
) -> list[Month]:
    """Each agency's answers of each month of the local zone in a time, half-open; or of one agency.

    Every answer counts once, for the agency that gave it.
    """
    found = await get_connection("default").execute_query_dict(
        _BY_MONTH, [starts_at, ends_at, zone.key, agency_id]
    )
    months: dict[tuple[int, datetime], tuple[Counter[Outcome], Counter[Cause]]] = {}
    for row in found:
        ended, caused = months.setdefault((row["agency_id"], row["month"]), (Counter(), Counter()))
        ended[Outcome(row["outcome"])] += row["answers"]
        caused[Cause(row["cause"])] += row["answers"]
    return [Month(*counts) for counts in months.values()]
