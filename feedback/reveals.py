"""Looking up who a resident is: never without a reason, never without the resident knowing.

What is written stays: who looked, when, why, and what there was to see. The resident reads it on
the page of the case, auditors in a list of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.functions import Count

from feedback import casework, contacts, timeline
from feedback import permissions as may
from feedback.codes import Keyring
from feedback.drafts import Contact, Reader
from feedback.errors import NobodyKnown
from feedback.events import IdentityRevealed
from feedback.models import RevealReason, RevealRow
from feedback.staff import accounts
from sla import charter
from sla.acts import Act, Actor
from sla.charter import Agency

WORDS_AT_MOST = 500
WORDS_AT_LEAST = 10
PAGE = 50


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody needs to know who a resident is: one of the reasons, and in own words."""

    reason: RevealReason
    words: str


@dataclass(frozen=True, slots=True)
class About:
    """What is looked into: a case, or a dossier by its promise, and whose it is."""

    agency_id: int
    case_id: int | None = None
    dossier_id: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at who a resident is; `seen` names what was shown: name, email, phone."""

    reference: str
    agency: Agency
    by: str
    at: datetime
    reason: RevealReason
    words: str
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of the list for auditors, the latest first."""

    rows: tuple[Look, ...]
    total: int
    page: int
    pages: int


def why(given: Mapping[str, object]) -> Why:
    """From named values: reason, words. Raises `Faulty`."""
    reader = Reader(given)
    reason = reader.choice("reason", {r.value: r for r in RevealReason}, default=None)
    if reason is None and not any(fault.field == "reason" for fault in reader.faults):
        reader.fault("reason", "missing")
    words = reader.text("words", at_most=WORDS_AT_MOST, required=True)
    if 0 < len(words) < WORDS_AT_LEAST:
        reader.fault("words", "too_short", WORDS_AT_LEAST)
    reader.finish()
    return Why(reason or RevealReason.OTHER, words)


def _seen(contact: Contact) -> tuple[str, ...]:
    """What there is of a contact, by the names of its fields."""
    there = {"name": contact.name, "email": contact.email, "phone": contact.phone}
    return tuple(name for name, value in there.items() if value)


async def reveal(reference: str, told: Why, act: Act, keys: Keyring) -> Contact:
    """Who filed a case, written down in the same transaction.

    Raises `NoSuchCase`, `RoleMayNot`, `NotYours`, and `NobodyKnown` where nobody said who they
    are, or it has been forgotten.
    """
    case = await casework.held(reference)
    may.check_may_reveal(act.by, case.facts)
    contact = await contacts.of(case.row.id, keys)
    if contact is None or not contact:
        raise NobodyKnown(case.row.id)
    about = About(case.facts.agency_id, case_id=case.row.id)
    await write_down(contact, told, act, about=about)
    await timeline.record(IdentityRevealed(case.row.id), act, reason=told.reason.value)
    return contact


async def write_down(contact: Contact, told: Why, act: Act, *, about: About) -> None:
    """That somebody sees who a resident is, and why; before it is shown."""
    await RevealRow.create(
        case_id=about.case_id,
        dossier_id=about.dossier_id,
        agency_id=about.agency_id,
        by=act.by.reference,
        at=act.at,
        reason=told.reason,
        words=told.words,
        fields_shown=",".join(_seen(contact)),
    )


async def of_case(case_id: int) -> tuple[Look, ...]:
    """Every look at who filed this case, the first one first."""
    return await _told(await RevealRow.filter(case_id=case_id).order_by("id").values(*_FIELDS))


async def listed(by: Actor, *, agency: str = "", page: int = 1) -> Looks:
    """All looks, or those of one agency by its code. Raises `RoleMayNot`."""
    may.check_may_see_all(by)
    found = RevealRow.filter(agency__code=agency) if agency else RevealRow.all()
    total = await found.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    rows = await found.order_by("-id").offset((number - 1) * PAGE).limit(PAGE).values(*_FIELDS)
    return Looks(await _told(rows), total, number, pages)


async def counted(by: Actor) -> dict[str, int]:
    """How often residents were looked up, by the code of the agency their case or dossier is of."""
    may.check_may_see_all(by)
    rows = (
        await RevealRow.all()
        .annotate(looks=Count("id"))
        .group_by("agency__code")
        .order_by("agency__code")
        .values_list("agency__code", "looks")
    )
    return {str(code): int(looks) for code, looks in rows}


_FIELDS = (
    "case__reference",
    "dossier__code",
    "agency_id",
    "by",
    "at",
    "reason",
    "words",
    "fields_shown",
)


async def _told(rows: list[dict[str, Any]]) -> tuple[Look, ...]:
    known = await charter.current()
    names = await accounts.display_names({row["by"] for row in rows})
    return tuple(
        Look(
            reference=row["case__reference"] or row["dossier__code"],
            agency=known.agency_of_id(row["agency_id"]),
            by=names.get(row["by"], row["by"]),
            at=row["at"],
            reason=RevealReason(row["reason"]),
            words=row["words"],
            seen=tuple(filter(None, row["fields_shown"].split(","))),
        )
        for row in rows
    )
