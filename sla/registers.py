"""Taking in what the registers say: agencies and their old names, services.

Each `take_…` gets the rows of a file in order, no key twice, and answers with one `Verdict` for
each; the sound ones are stored. A row equal to what is stored changes nothing, so a file may come
again.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sla import spelling
from sla.models import AgencyRow, FormerNameRow, ServiceRow


class Verdict(NamedTuple):
    """What became of a row. With a `reason` it was refused, because of `column`."""

    is_new: bool
    reason: str = ""
    column: str = ""


TAKEN = Verdict(is_new=True)
UNCHANGED = Verdict(is_new=False)


def refused(column: str, reason: str) -> Verdict:
    """A row that is not taken, because of a column."""
    return Verdict(is_new=False, reason=reason, column=column)


@dataclass(frozen=True, slots=True)
class AgencyDraft:
    """An agency as a register has it; `parent` is a code or empty."""

    code: str
    name_vi: str
    name_en: str
    kind: str
    level: str
    peer_group: str
    parent: str
    calendar: str
    opens_on: date | None
    closes_on: date | None


@dataclass(frozen=True, slots=True)
class FormerNameDraft:
    """A name that (part of) an agency's territory bore before; `agency` is the heir's code."""

    code: str
    name: str
    district: str
    is_whole: bool
    successors: int
    agency: str


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """A service as a register has it."""

    code: str
    name_vi: str
    name_en: str
    field: str
    statutory_amount: int | None
    statutory_unit: str | None
    source: str


async def take_agencies(drafts: Sequence[AgencyDraft]) -> list[Verdict]:
    """New agencies, and new facts about known ones. A parent may stand later in the same file."""
    stored = {row.code: row for row in await AgencyRow.all().order_by("id")}
    codes: dict[int | None, str] = {row.id: row.code for row in stored.values()}
    family = {code: codes.get(_parent_id(row), "") for code, row in stored.items()}
    family |= {draft.code: draft.parent for draft in drafts}
    verdicts = [_agency_fault(draft, family) for draft in drafts]
    sound = [d for d, fault in zip(drafts, verdicts, strict=True) if fault is None]
    fresh = {draft.code for draft in sound if draft.code not in stored}
    while waiting := [draft for draft in sound if draft.code not in stored]:
        ready = [draft for draft in waiting if not draft.parent or draft.parent in stored]
        await AgencyRow.bulk_create(
            [AgencyRow(code=draft.code, **_agency_facts(draft, stored)) for draft in ready]
        )
        stored = {row.code: row for row in await AgencyRow.all().order_by("id")}
    return [
        fault or await _keep_agency(draft, stored, is_new=draft.code in fresh)
        for draft, fault in zip(drafts, verdicts, strict=True)
    ]


def _agency_fault(draft: AgencyDraft, family: dict[str, str]) -> Verdict | None:
    seen = {draft.code}
    code = draft.parent
    while code:
        if code in seen:
            return refused("parent", "parent_of_itself")
        if code not in family:
            return refused("parent", "parent_unknown")
        seen.add(code)
        code = family[code]
    return None


async def _keep_agency(
    draft: AgencyDraft, stored: dict[str, AgencyRow], *, is_new: bool
) -> Verdict:
    is_changed = await _update(stored[draft.code], _agency_facts(draft, stored))
    return TAKEN if is_new or is_changed else UNCHANGED


def _parent_id(row: AgencyRow) -> int | None:
    found: int | None = row.parent_id
    return found


def _agency_facts(draft: AgencyDraft, stored: dict[str, AgencyRow]) -> dict[str, Any]:
    return {
        "parent_id": stored[draft.parent].id if draft.parent else None,
        "name_vi": draft.name_vi,
        "name_en": draft.name_en,
        "kind": draft.kind,
        "level": draft.level,
        "peer_group": draft.peer_group,
        "calendar_code": draft.calendar,
        "opens_on": draft.opens_on,
        "closes_on": draft.closes_on,
        "search_key": spelling.search_key(f"{draft.name_vi} {draft.name_en}"),
        "sort_key": spelling.sort_key(draft.name_vi),
    }


async def _update(row: AgencyRow | ServiceRow, facts: dict[str, Any]) -> bool:
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    if changed:
        await row.update_from_dict(changed).save(update_fields=list(changed))
    return bool(changed)


async def take_services(drafts: Sequence[ServiceDraft]) -> list[Verdict]:
    """New services, and new facts about known ones."""
    stored = {row.code: row for row in await ServiceRow.all().order_by("id")}
    fresh = [ServiceRow(code=d.code, **_service_facts(d)) for d in drafts if d.code not in stored]
    await ServiceRow.bulk_create(fresh)
    return [
        TAKEN
        if draft.code not in stored or await _update(stored[draft.code], _service_facts(draft))
        else UNCHANGED
        for draft in drafts
    ]


def _service_facts(draft: ServiceDraft) -> dict[str, Any]:
    return {
        "name_vi": draft.name_vi,
        "name_en": draft.name_en,
        "field": draft.field,
        "statutory_amount": draft.statutory_amount,
        "statutory_unit": draft.statutory_unit,
        "source": draft.source,
        "search_key": spelling.search_key(f"{draft.name_vi} {draft.name_en}"),
        "sort_key": spelling.sort_key(draft.name_vi),
    }


async def take_former_names(drafts: Sequence[FormerNameDraft]) -> list[Verdict]:
    """Old names of agencies that are known."""
    agencies = await _ids(AgencyRow)
    stored = {
        (row.code, row.name_key, row.district_key, _agency_id(row)): row
        for row in await FormerNameRow.all().order_by("id")
    }
    verdicts, fresh = [], []
    for draft in drafts:
        if draft.agency not in agencies:
            verdicts.append(refused("new_code", "agency_unknown"))
            continue
        keys = (spelling.same_name(draft.name), spelling.same_name(draft.district))
        identity = (draft.code, *keys, agencies[draft.agency])
        row = stored.get(identity)
        if row is not None:
            verdicts.append(compared(_same_former(row, draft)))
            continue
        stored[identity] = FormerNameRow(
            code=draft.code,
            name=draft.name,
            district=draft.district,
            name_key=keys[0],
            district_key=keys[1],
            is_whole=draft.is_whole,
            successors=draft.successors,
            agency_id=agencies[draft.agency],
        )
        fresh.append(stored[identity])
        verdicts.append(TAKEN)
    await FormerNameRow.bulk_create(fresh)
    return verdicts


async def lineage() -> list[FormerNameDraft]:
    """Every old name as it was taken, in the order of their codes, names and heirs."""
    rows = (
        await FormerNameRow.all()
        .order_by("code", "name", "district", "agency__code")
        .values_list("code", "name", "district", "is_whole", "successors", "agency__code")
    )
    return [FormerNameDraft(*row) for row in rows]


async def former_names() -> list[tuple[str, str, frozenset[str]]]:
    """Every old unit that is known: its name, its district, the codes of all its heirs."""
    heirs: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    found = (
        FormerNameRow.all().order_by("id").values_list("code", "name", "district", "agency__code")
    )
    for code, name, district, heir in await found:
        heirs[code, name, district].add(heir)
    return [(name, district, frozenset(codes)) for (_, name, district), codes in heirs.items()]


def _agency_id(row: FormerNameRow) -> int:
    found: int = row.agency_id
    return found


def _same_former(row: FormerNameRow, draft: FormerNameDraft) -> bool:
    return (row.is_whole, row.successors) == (draft.is_whole, draft.successors)


def compared(is_same: bool) -> Verdict:
    """What becomes of a row that is stored already: what was once recorded is never rewritten."""
    return UNCHANGED if is_same else refused("", "differs_from_stored")


async def _ids(model: type[AgencyRow | ServiceRow]) -> dict[str, int]:
    return dict(await model.all().order_by("id").values_list("code", "id"))
