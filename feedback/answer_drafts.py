"""Answers not sent yet: one a case, shared by those who work on it, gone once it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback import casework
from feedback import permissions as may
from feedback.drafts import REASON_AT_MOST, TEXT_AT_MOST, Reader
from feedback.errors import DraftOvertaken
from feedback.models import AnswerDraftRow, Cause, Outcome
from feedback.staff import accounts
from sla import spelling
from sla.acts import Act


@dataclass(frozen=True, slots=True)
class Unsent:
    """An answer as far as somebody has come with it; every part may be empty."""

    text: str
    outcome: str
    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored draft; `by` is its author's name, `reference` who that is."""

    unsent: Unsent
    by: str
    reference: str
    saved_at: datetime

    @property
    def version(self) -> str:
        """What a form that began with this draft says it began with."""
        return self.saved_at.isoformat()


def unsent(given: Mapping[str, object]) -> Unsent:
    """From named values: text, outcome, cause, outcome_reason. Raises `Faulty`."""
    reader = Reader(given)
    made = Unsent(
        text=reader.text("text", at_most=TEXT_AT_MOST, clean=spelling.tidy),
        outcome=reader.choice("outcome", {o.value: o.value for o in Outcome}, default="") or "",
        cause=reader.choice("cause", {c.value: c.value for c in Cause}, default="") or "",
        reason=reader.text("outcome_reason", at_most=REASON_AT_MOST, clean=spelling.tidy),
    )
    reader.finish()
    return made


async def save(reference: str, draft: Unsent, act: Act, *, over: str = "") -> Kept:
    """Keep a draft in place of the one it began with, whose version is `over`.

    `DraftOvertaken` when a colleague has saved another one since: neither is lost.
    """
    case = await casework.held(reference)
    may.check_may_draft(act.by, case.facts)
    before = await of_case(case.row.id)
    if before is not None and before.reference != act.by.reference and before.version != over:
        raise DraftOvertaken(case.row.id, before.by, before.saved_at)
    await AnswerDraftRow.update_or_create(
        case_id=case.row.id,
        defaults={
            "text": draft.text,
            "outcome": draft.outcome,
            "cause": draft.cause,
            "reason": draft.reason,
            "by": act.by.reference,
            "saved_at": act.at,
        },
    )
    names = await accounts.display_names({act.by.reference})
    return Kept(draft, names.get(act.by.reference, ""), act.by.reference, act.at)


async def of_case(case_id: int) -> Kept | None:
    """The draft of a case; None where there is none."""
    row = await AnswerDraftRow.get_or_none(case_id=case_id)
    if row is None:
        return None
    names = await accounts.display_names({row.by})
    unsent = Unsent(row.text, row.outcome, row.cause, row.reason)
    return Kept(unsent, names.get(row.by, row.by), row.by, row.saved_at)
