"""Agencies renamed, merged, split or closed on a day: proposed by one, approved by another.

An office that changes ends on its day under its old name, with all its history; its heirs go on.
What an heir takes over stands in `handing`; open cases and dossiers follow one by one (the holder
changes, the clock goes on). A heir made that day has the office's own commitments. The old names
stay searchable. What is open at an office that nobody goes on for is its superior's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from feedback import audit, drafts, timeline
from feedback.administration import changes, handing
from feedback.administration.change_errors import ChangeImpossible
from feedback.administration.changes import Change
from feedback.deeds import ChangeKind, ChangeState, Deed, Subject
from feedback.drafts import Reader
from feedback.events import CaseTransferred
from feedback.models import AccountRow, AgencyKeyRow, CaseRow, ChangeRow, WebhookRow
from sla import charter, heirs, ledger
from sla.acts import Act
from sla.charter import Charter
from sla.models import PromiseKind, PromiseRow
from sla.promises import Transferred

OPEN = ("running", "paused")
LINES_AT_MOST = 20
KINDS = (ChangeKind.RENAME, ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.CLOSE)


@dataclass(frozen=True, slots=True)
class Heir:
    """Who goes on: an agency there is, or a new one, which then has names."""

    code: str
    name_vi: str = ""
    name_en: str = ""

    @property
    def is_new(self) -> bool:
        return bool(self.name_vi)


@dataclass(frozen=True, slots=True)
class Reform:
    """What becomes of whom: `olds` end, `heirs` go on, the first of them takes over."""

    kind: ChangeKind
    olds: tuple[str, ...]
    heirs: tuple[Heir, ...]
    effective_on: date
    reason: str

    def body(self) -> dict[str, object]:
        """As a change stores it; `of_body` reads it."""
        names = [[one.code, one.name_vi, one.name_en] for one in self.heirs]
        return {"olds": list(self.olds), "heirs": names}


def of_change(change: Change) -> Reform:
    """What a change of these kinds says."""
    body: Mapping[str, Any] = change.body
    return Reform(
        kind=change.kind,
        olds=tuple(body["olds"]),
        heirs=tuple(Heir(*one) for one in body["heirs"]),
        effective_on=change.effective_on or change.proposed_at.date(),
        reason=change.reason,
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """How much of an office goes over to its heir."""

    code: str
    cases: int
    dossiers: int
    accounts: int
    keys: int
    webhooks: int


def draft(
    code: str, kind: ChangeKind, given: Mapping[str, object], known: Charter, *, today: date
) -> Reform:
    """From named values: heirs (a line each: code; Vietnamese name; English name), others (codes
    that end together with it), effective_on, reason. Raises `Faulty`.
    """
    reader = Reader(given)
    reason = reader.text("reason", at_most=drafts.REASON_AT_MOST, required=True)
    effective_on = _day(reader, today)
    found = _heirs(reader, known, today)
    others = reader.text("others", at_most=1_000, clean=str.strip).replace(",", " ").split()
    olds = tuple(dict.fromkeys([code, *others])) if kind is ChangeKind.MERGE else (code,)
    for other in olds:
        if other not in known.agencies or not known.agencies[other].is_open(today):
            reader.fault("others", "no_such_agency")
    _check_shape(reader, kind, olds, found)
    if not found and kind is ChangeKind.CLOSE and known.agencies[code].parent_id is None:
        reader.fault("heirs", "nobody_above")
    reader.finish()
    return Reform(kind, olds, found, effective_on, reason)


def _day(reader: Reader, today: date) -> date:
    text = reader.text("effective_on", at_most=10, required=True)
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        reader.fault("effective_on", "not_a_day")
        return today
    if day < today:
        reader.fault("effective_on", "in_the_past")
    return day


def _heirs(reader: Reader, known: Charter, today: date) -> tuple[Heir, ...]:
    text = reader.text("heirs", at_most=10_000, clean=str.strip)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > LINES_AT_MOST:
        reader.fault("heirs", "too_many", LINES_AT_MOST)
    found = []
    for line in lines[:LINES_AT_MOST]:
        code, name_vi, name_en, *_ = (*(part.strip() for part in line.split(";")), "", "")
        heir = Heir(code, name_vi, name_en or name_vi)
        is_known = code in known.agencies
        if not code or len(code) > 40 or len(name_vi) > 200 or len(name_en) > 200:
            reader.fault("heirs", "not_an_heir")
        elif is_known == heir.is_new or (is_known and not known.agencies[code].is_open(today)):
            reader.fault("heirs", "code_taken" if is_known and heir.is_new else "no_such_agency")
        found.append(heir)
    return tuple(found)


def _check_shape(
    reader: Reader, kind: ChangeKind, olds: tuple[str, ...], found: tuple[Heir, ...]
) -> None:
    least = {ChangeKind.SPLIT: 2, ChangeKind.CLOSE: 0}.get(kind, 1)
    most = LINES_AT_MOST if kind is ChangeKind.SPLIT else 1
    if not least <= len(found) <= most:
        reader.fault("heirs", "missing" if len(found) < least else "one_heir_only")
    if len({heir.code for heir in found}) < len(found) or any(h.code in olds for h in found):
        reader.fault("heirs", "heir_twice")
    if kind is ChangeKind.RENAME and not all(heir.is_new for heir in found):
        reader.fault("heirs", "not_an_heir")


async def propose(reform: Reform, act: Act) -> int:
    """Ask a second person to have it carried out on its day; the number of the proposal.

    Raises `RoleMayNot`.
    """
    return await changes.propose(
        reform.kind,
        reform.olds[0],
        reform.body(),
        act,
        reason=reform.reason,
        effective_on=reform.effective_on,
    )


async def foreseen(reform: Reform) -> tuple[Moved, ...]:
    """What would go over today, office by office."""
    known = await charter.current()
    found = []
    for code in reform.olds:
        id_ = known.agencies[code].id
        held = PromiseRow.filter(agency_id=id_, state__in=OPEN)
        found.append(
            Moved(
                code=code,
                cases=await held.filter(kind=PromiseKind.CASE).count(),
                dossiers=await held.filter(kind=PromiseKind.DOSSIER).count(),
                accounts=await AccountRow.filter(agency_id=id_, disabled_at=None).count(),
                keys=await AgencyKeyRow.filter(agency_id=id_, revoked_at=None).count(),
                webhooks=await WebhookRow.filter(agency_id=id_, ended_at=None).count(),
            )
        )
    return tuple(found)


_DEEDS = {
    ChangeKind.RENAME: Deed.RENAMED,
    ChangeKind.MERGE: Deed.MERGED,
    ChangeKind.SPLIT: Deed.SPLIT,
    ChangeKind.CLOSE: Deed.CLOSED,
}


async def carry_out(change: Change, act: Act) -> None:
    """End the old offices, open the new ones; cases follow one by one (`move_next`).

    Raises `ChangeImpossible` where an office is gone or a code was taken meanwhile.
    """
    reform = of_change(change)
    known = await charter.current()
    _check_still_possible(change, reform, known)
    first = known.agencies[reform.olds[0]]
    for heir in reform.heirs:
        if heir.is_new:
            names = (heir.code, heir.name_vi, heir.name_en)
            await heirs.open_like(first, names, reform.effective_on, legal_act=reform.reason)
            after = {"name_vi": heir.name_vi, "name_en": heir.name_en, "like": first.code}
            about = Subject.AGENCY, heir.code, Deed.ADDED
            await audit.record(*about, act, after=after, reason=reform.reason)
    for code in reform.olds:
        await heirs.close(known.agencies[code], [h.code for h in reform.heirs], reform.effective_on)
        told: dict[str, object] = {"closes_on": reform.effective_on}
        told["heirs"] = [heir.code for heir in reform.heirs]
        deed = _DEEDS[reform.kind]
        await audit.record(Subject.AGENCY, code, deed, act, after=told, reason=reform.reason)
        if reform.heirs:
            await handing.over(code, reform.heirs[0].code, reform.reason, act)
        else:
            await handing.end(code, reform.reason, act)


def _check_still_possible(change: Change, reform: Reform, known: Charter) -> None:
    for code in reform.olds:
        agency = known.agencies.get(code)
        if agency is None or agency.closes_on is not None:
            raise ChangeImpossible(change.id, "others")
    for heir in reform.heirs:
        agency = known.agencies.get(heir.code)
        is_there = agency is not None and agency.closes_on is None
        if is_there == heir.is_new:
            raise ChangeImpossible(change.id, "heirs")


async def move_next(act: Act) -> bool:
    """Hand one open case or dossier of an ended office to its heir; whether there was one.

    The holder changes, the clock goes on; who is in charge stays in charge, for staff moved too.
    """
    known = await charter.current()
    for change in await ChangeRow.filter(kind__in=KINDS, state=ChangeState.DONE).order_by("-id"):
        reform = of_change(changes.of_row(change))
        to = _taker(reform, known)
        if to is not None and await _move_one(reform, to, act):
            return True
    return False


def _taker(reform: Reform, known: Charter) -> str | None:
    """Who answers for what is open: the first heir, else whoever stands above the office."""
    if reform.heirs:
        return reform.heirs[0].code
    above = known.agencies[reform.olds[0]].parent_id
    return known.agency_of_id(above).code if above is not None else None


async def _move_one(reform: Reform, to: str, act: Act) -> bool:
    row = (
        await PromiseRow.filter(agency__code__in=reform.olds, state__in=OPEN)
        .order_by("id")
        .select_for_update(skip_locked=True, of=("promise",))
        .first()
    )
    if row is None:
        return False
    await ledger.append(row.id, Transferred(act.at, to=to), act)
    case = await CaseRow.get_or_none(promise_id=row.id)
    if case is not None:
        await timeline.record(CaseTransferred(case.id), act, to=to, reason=reform.reason)
    return True
