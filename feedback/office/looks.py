"""Is it feedback at all? Cases somebody from outside the agency ought to look at.

Residents who were asked and said "this is ordinary feedback" are believed, and staff may point at
a case; a coordinator decides, and meanwhile the case goes on as any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback import permissions as may
from feedback.errors import NoSuchCase
from feedback.models import CaseRow, LookRow
from feedback.permissions import CaseFacts
from sla.acts import Act, Actor


@dataclass(frozen=True, slots=True)
class Look:
    """A case somebody ought to look at; `why` is `confirmed_ordinary` or `flagged`."""

    reference: str
    agency_id: int
    why: str
    asked_at: datetime


async def ask(references: Sequence[str], act: Act) -> None:
    """Cases whose residents said "this is ordinary feedback" where the second net had asked."""
    ids = await CaseRow.filter(reference__in=references).order_by("id").values_list("id", flat=True)
    await LookRow.bulk_create(
        [LookRow(case_id=case_id, why="confirmed_ordinary", asked_at=act.at) for case_id in ids]
    )


async def point_at(case: CaseFacts, act: Act) -> None:
    """Somebody who works on a case says that it may be no feedback; it is asked once."""
    may.check_may_note(act.by, case)
    await LookRow.get_or_create(case_id=case.id, defaults={"why": "flagged", "asked_at": act.at})


async def waiting(by: Actor) -> list[Look]:
    """What waits for a coordinator's look, longest first."""
    may.check_may_look(by)
    rows = (
        await LookRow.filter(decided_at=None)
        .order_by("asked_at", "id")
        .values_list("case__reference", "case__promise__agency_id", "why", "asked_at")
    )
    return [Look(*row) for row in rows]


async def found_ordinary(reference: str, act: Act) -> None:
    """The look found ordinary feedback: the case goes on. Raises `NoSuchCase`."""
    may.check_may_look(act.by)
    row = await CaseRow.filter(reference=reference).select_for_update().first()
    if row is None:
        raise NoSuchCase(reference)
    await decide(row.id, act)


async def decide(case_id: int, act: Act) -> None:
    """Whatever was decided: nobody waits for a look any more."""
    await LookRow.filter(case_id=case_id, decided_at=None).update(
        decided_at=act.at, decided_by=act.by.reference
    )
