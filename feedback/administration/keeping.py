"""Commitments as administrators make them: on record, and decided by two where a resident would
wait longer.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from feedback import audit
from feedback import permissions as may
from feedback.administration import changes
from feedback.administration.change_errors import ChangeImpossible
from feedback.administration.changes import Change
from feedback.deeds import ChangeKind, Deed, Subject
from sla import charter, commitment_register, commitments, promising, registers
from sla.acts import Act
from sla.charter import Charter
from sla.commitments import Commitment, Rule, Unit, Within
from sla.errors import NotComparable
from sla.promising import CommitmentDraft
from sla.registers import Verdict


@dataclass(frozen=True, slots=True)
class Promised:
    """What became of a commitment: a verdict, or the number of the proposal it has become."""

    verdict: Verdict
    proposal: int | None = None


async def promise(draft: CommitmentDraft, act: Act, *, today: date, reason: str) -> Promised:
    """A new version of a commitment; a proposal where it `lengthens` or begins in the past.

    Raises `RoleMayNot`, `ReasonMissing`.
    """
    may.check_may_administer(act.by)
    known = await charter.current()
    fault = promising.fault(draft, known)
    if fault is not None:
        return Promised(fault)
    if promising.is_stored(draft, known):
        return Promised(await _take(draft, act, reason))
    if draft.is_withdrawn:
        wrong = not_withdrawable(draft, known, today=today)
        if wrong is not None:
            return Promised(wrong)
    if draft.effective_on < today or lengthens(draft, known):
        kind = ChangeKind.WITHDRAWAL if draft.is_withdrawn else ChangeKind.COMMITMENT
        what, on = (kind, about(draft), _facts(draft)), draft.effective_on
        same = await changes.asked_already(*what, on)
        if same is not None:
            return Promised(registers.UNCHANGED, same)
        number = await changes.propose(*what, act, reason=reason, effective_on=on)
        return Promised(registers.TAKEN, number)
    return Promised(await _take(draft, act, reason))


async def carry_out(change: Change, act: Act) -> None:
    """Take a commitment that a second person approved. Raises `ChangeImpossible`."""
    verdict = await _take(of_body(change.body), act, change.reason)
    if verdict.reason:
        raise ChangeImpossible(change.id, verdict.column)


def lengthens(draft: CommitmentDraft, known: Charter) -> bool:
    """Whether residents are to wait longer by it than by what binds until then.

    Where one is working time and the other calendar time nobody can say: that counts as longer, and
    so does taking a time back, whatever is more general may say then.
    """
    if draft.is_withdrawn:
        return True
    before = earlier(draft, known)
    if before is None:
        return False
    code = draft.calendar or (known.agencies[draft.agency].calendar_code if draft.agency else "")
    calendar_id = known.latest_calendar.get(code)
    day = (
        known.calendars[calendar_id].day_seconds if calendar_id else commitment_register.WORKING_DAY
    )
    try:
        return commitments.exceeds(_within(draft), before.within, day_seconds=day)
    except NotComparable:
        return True


def withdrawal(last: Commitment, *, effective_on: date, legal_act: str) -> CommitmentDraft:
    """Takes back from a day on what a version promises; what was promised by it stays."""
    return CommitmentDraft(
        agency=last.agency or "",
        level=last.level or "",
        service=last.service or "",
        amount=int(last.within.amount),
        unit=last.within.unit.value,
        rule=str(last.within.rule),
        cut_off=last.cut_off,
        effective_on=effective_on,
        text_vi=last.text_vi,
        text_en=last.text_en,
        legal_act=legal_act,
        calendar=last.calendar or "",
        is_withdrawn=True,
    )


def not_withdrawable(draft: CommitmentDraft, known: Charter, *, today: date) -> Verdict | None:
    """Why nothing can be taken back on its day: it has passed, or nothing of the own binds then."""
    if draft.effective_on <= today:
        return registers.refused("effective_on", "not_ahead")
    now = in_force(draft, known)
    if now is None or now.is_withdrawn:
        return registers.refused("effective_on", "nothing_in_force")
    return None


def in_force(draft: CommitmentDraft, known: Charter) -> Commitment | None:
    """The version of the very same commitment that holds on the first day of another."""
    key = draft.agency or None, draft.level or None, draft.service or None
    begun = [one for one in known.commitments.get(key, ()) if one.effective_on < draft.effective_on]
    return max(begun, key=lambda one: (one.effective_on, one.id), default=None)


def earlier(draft: CommitmentDraft, known: Charter) -> Commitment | None:
    """What binds on its first day without it; None: nothing was promised."""
    agency = known.agencies.get(draft.agency)
    every = (one for versions in known.commitments.values() for one in versions)
    return commitments.binding(
        every,
        agency=draft.agency,
        level=agency.level if agency else draft.level or None,
        service=draft.service or None,
        on=draft.effective_on,
    )


def about(draft: CommitmentDraft) -> str:
    """Whom and what it binds, as the trail names it; `*` for everybody or everything."""
    return f"{draft.agency or draft.level or '*'}/{draft.service or '*'}"


def of_body(body: Mapping[str, Any]) -> CommitmentDraft:
    """The draft a proposal holds."""
    facts = dict(body)
    cut_off = facts["cut_off"]
    facts["effective_on"] = date.fromisoformat(facts["effective_on"])
    facts["cut_off"] = time.fromisoformat(cut_off) if cut_off else None
    return CommitmentDraft(**facts)


async def _take(draft: CommitmentDraft, act: Act, reason: str) -> Verdict:
    known = await charter.current()
    before = earlier(draft, known)
    [verdict] = await promising.take_commitments([draft])
    if verdict.is_new:
        told = {**before.within.to_json(), "effective_on": before.effective_on} if before else None
        deed = Deed.WITHDRAWN if draft.is_withdrawn else None
        await _tell((Subject.COMMITMENT, about(draft)), told, _facts(draft), act, reason, deed=deed)
    return verdict


def _within(draft: CommitmentDraft) -> Within:
    return Within(draft.amount, Unit(draft.unit), Rule(draft.rule))


def _facts(draft: CommitmentDraft) -> dict[str, Any]:
    """As JSON has it."""
    return {
        name: value.isoformat() if isinstance(value, date | time) else value
        for name, value in dataclasses.asdict(draft).items()
    }


async def _tell(
    what: tuple[Subject, str],
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    act: Act,
    reason: str,
    *,
    deed: Deed | None = None,
) -> None:
    deed = deed or (Deed.ADDED if before is None else Deed.CHANGED)
    await audit.record(*what, deed, act, before=before, after=after, reason=reason)
