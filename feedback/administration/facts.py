"""Facts of agencies and services: a mistake in a name is put right by one person; what moves dates
or results only by two.

Which commitment and which calendar bind an agency, among whom it is compared and since when it
stands there, hang on its facts; what may be promised at most hangs on those of a service.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from feedback import audit
from feedback import permissions as may
from feedback.administration import changes
from feedback.administration.change_errors import ChangeImpossible
from feedback.administration.changes import Change
from feedback.deeds import ChangeKind, Deed, Subject
from sla import charter, registers, rehearsal
from sla.acts import Act
from sla.charter import Agency, Charter, Service
from sla.registers import AgencyDraft, ServiceDraft, Verdict

Draft = AgencyDraft | ServiceDraft

# What a second person has to approve, once the agency or service is there.
BY_TWO: Mapping[ChangeKind, frozenset[str]] = {
    ChangeKind.AGENCY: frozenset(
        {"level", "peer_group", "parent", "calendar", "opens_on", "closes_on"}
    ),
    ChangeKind.SERVICE: frozenset({"statutory_amount", "statutory_unit"}),
}
SUBJECTS = {ChangeKind.AGENCY: Subject.AGENCY, ChangeKind.SERVICE: Subject.SERVICE}


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of facts: a verdict, or the number of the proposal they have become."""

    verdict: Verdict
    proposal: int | None = None


async def keep(draft: Draft, act: Act, *, reason: str) -> Kept:
    """A new agency or service, or other facts about a known one.

    Raises `RoleMayNot`, and `ReasonMissing` for what becomes a proposal.
    """
    may.check_may_administer(act.by)
    kind = _kind(draft)
    before = told(draft.code, kind, await charter.current())
    changed = _changed(draft, before)
    if before is None or not changed.keys() & BY_TWO[kind]:
        return Kept(await _take(draft, act, reason))
    verdict = await _tried(draft)
    if verdict.reason:
        return Kept(verdict)
    number = await changes.propose(kind, draft.code, changed, act, reason=reason)
    return Kept(registers.TAKEN, number)


def needs_two(draft: Draft, known: Charter) -> bool:
    """Whether a second person has to approve what a draft says."""
    kind = _kind(draft)
    before = told(draft.code, kind, known)
    return before is not None and bool(_changed(draft, before).keys() & BY_TWO[kind])


async def waits(draft: Draft) -> bool:
    """Whether the very same waits for a second person already."""
    kind = _kind(draft)
    before = told(draft.code, kind, await charter.current())
    found = await changes.asked_already(kind, draft.code, _changed(draft, before))
    return found is not None


async def carry_out(change: Change, act: Act) -> None:
    """Put what a second person approved upon what is so by now. Raises `ChangeImpossible`."""
    before = told(change.about, change.kind, await charter.current())
    if before is None:
        raise ChangeImpossible(change.id, "code")
    verdict = await _take(_draft(change.kind, {**before, **change.body}), act, change.reason)
    if verdict.reason:
        raise ChangeImpossible(change.id, verdict.column)


def told(code: str, kind: ChangeKind, known: Charter) -> dict[str, Any] | None:
    """What is stored of an agency or service, as JSON has it, in the words of a draft."""
    if kind is ChangeKind.AGENCY:
        agency = known.agencies.get(code)
        return _plain(_agency(agency, known)) if agency else None
    service = known.services.get(code)
    return _plain(_service(service)) if service else None


def _agency(one: Agency, known: Charter) -> AgencyDraft:
    return AgencyDraft(
        code=one.code,
        name_vi=one.name_vi,
        name_en=one.name_en,
        kind=one.kind,
        level=one.level,
        peer_group=one.peer_group,
        parent=known.agency_of_id(one.parent_id).code if one.parent_id is not None else "",
        calendar=one.calendar_code,
        opens_on=one.opens_on,
        closes_on=one.closes_on,
    )


def _service(one: Service) -> ServiceDraft:
    return ServiceDraft(**{part.name: getattr(one, part.name) for part in _FIELDS})


_FIELDS = dataclasses.fields(ServiceDraft)


def _kind(draft: Draft) -> ChangeKind:
    return ChangeKind.AGENCY if isinstance(draft, AgencyDraft) else ChangeKind.SERVICE


def _draft(kind: ChangeKind, facts: Mapping[str, Any]) -> Draft:
    if kind is ChangeKind.SERVICE:
        return ServiceDraft(**facts)
    days = {name: facts[name] for name in ("opens_on", "closes_on")}
    read = {name: date.fromisoformat(day) if day else None for name, day in days.items()}
    return AgencyDraft(**{**facts, **read})


def _plain(draft: Draft) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in dataclasses.asdict(draft).items()
    }


def _changed(draft: Draft, before: Mapping[str, Any] | None) -> dict[str, Any]:
    return changes.anew(_plain(draft), before=before or {})


async def _store(draft: Draft) -> Verdict:
    if isinstance(draft, AgencyDraft):
        [verdict] = await registers.take_agencies([draft])
    else:
        [verdict] = await registers.take_services([draft])
    return verdict


async def _take(draft: Draft, act: Act, reason: str) -> Verdict:
    kind = _kind(draft)
    before = told(draft.code, kind, await charter.current())
    verdict = await _store(draft)
    if verdict.is_new:
        deed = Deed.ADDED if before is None else Deed.CHANGED
        about = SUBJECTS[kind], draft.code, deed
        await audit.record(*about, act, before=before, after=_plain(draft), reason=reason)
    return verdict


async def _tried(draft: Draft) -> Verdict:
    """What would become of it, with nothing stored."""
    async with rehearsal.undone():
        return await _store(draft)
