"""What is known of appeals: which case is about which, and whom an appeal must never reach."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.connection import get_connection

from feedback import appeal_rules, messages
from feedback.errors import BelongsToTheAccused
from feedback.lifecycle import CaseStatus
from feedback.messages import Message
from feedback.models import AppealRow, CaseRow
from sla import charter
from sla.charter import Agency

# From a case down to the one it all began with: the case itself first.
BELOW = """
with recursive down as (
    select c.id, c.promise_id, c.officer_id, 0 as step from resident_case c where c.id = $1
    union all
    select c.id, c.promise_id, c.officer_id, d.step + 1
    from down d join appeal a on a.above_id = d.id join resident_case c on c.id = a.case_id
)
select d.id, d.officer_id, p.agency_id
from down d join promise p on p.id = d.promise_id
order by d.step
"""


@dataclass(frozen=True, slots=True)
class Side:
    """The other case of an appeal, as both sides of it may see it."""

    reference: str
    agency: Agency
    status: CaseStatus
    text: str
    messages: tuple[Message, ...]
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Appeals:
    """What a case has to do with appeals: the one about it, and the one it is."""

    above: Side | None
    below: Side | None
    level: int


NONE = Appeals(above=None, below=None, level=1)


@dataclass(frozen=True, slots=True)
class Offer:
    """Who would look at a case again, if it is asked before `until`."""

    agency: Agency
    until: datetime


async def of_case(case_id: int) -> Appeals:
    """The case above and the case below this one."""
    up = await AppealRow.get_or_none(case_id=case_id)
    down = await AppealRow.get_or_none(above_id=case_id)
    return Appeals(
        above=await _side(up.above_id) if up else None,
        below=await _side(down.case_id) if down else None,
        level=down.level if down else 1,
    )


async def is_appealed(case_id: int) -> bool:
    """Whether the level above was asked about this case, which it is once."""
    return await AppealRow.exists(case_id=case_id)


async def _side(case_id: int) -> Side:
    row = await CaseRow.get(id=case_id).select_related("promise")
    known = await charter.current()
    return Side(
        reference=row.reference,
        agency=known.agency_of_id(row.promise.agency_id),
        status=row.status,
        text=row.text,
        messages=tuple(await messages.read(case_id)),
        due_at=row.promise.due_at,
    )


async def offer(row: CaseRow, *, at: datetime) -> Offer | None:
    """Who would look again at the answer of a case, and until when; None where nobody can."""
    if row.answered_at is None:
        return None
    levels = await _below(row.id)
    known = await charter.current()
    agency = known.agency_of_id(levels[0][1])
    on = at.date()
    rule = appeal_rules.rule(on=row.answered_at.date())
    if rule is None or len(levels) >= rule.levels:
        return None
    accused = {agency_id for _, agency_id in levels}
    target = appeal_rules.above(agency, known, accused=accused, on=on, rule=rule)
    return Offer(target, row.answered_at + rule.window) if target else None


async def _below(case_id: int) -> list[tuple[int | None, int]]:
    """Officer and agency of the case and of every case it is about, the case itself first."""
    rows = await get_connection("default").execute_query_dict(BELOW, [case_id])
    return [(row["officer_id"], row["agency_id"]) for row in rows]


async def check_not_the_accused(
    case_id: int, *, agency_id: int | None = None, officer_id: int | None = None
) -> None:
    """Raises `BelongsToTheAccused` when an appeal would go to whom it is about."""
    accused = (await _below(case_id))[1:]
    if any(
        agency_id == agency or (officer_id is not None and officer_id == officer)
        for officer, agency in accused
    ):
        raise BelongsToTheAccused(case_id)
