"""The days in which an agency may object to its figures, and what another person decides.

A head sees the own agency's line of the draft and nothing else of it.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.actors import Staff
from feedback.errors import RoleMayNot
from feedback.models import Role
from feedback.staff import accounts, apart
from ranking.counts import gathering
from ranking.frozen import edition_rows
from ranking.frozen.edition_body import Agency, Edition
from ranking.frozen.edition_life import Objections
from ranking.frozen.life_errors import (
    NoSuchObjection,
    NotInEdition,
    ObjectionDecided,
    OwnObjection,
    WindowClosed,
)
from ranking.models import EditionRow, EditionStatus, ObjectionRow, ObjectionState
from sla import charter
from sla.acts import Act, Actor

ABOUT = ("satisfaction", "punctuality", "other")
DECIDERS = frozenset({Role.COORDINATOR, Role.PUBLISHER})


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection as those see it who may: `by` a name, `raised_by` the reference behind it."""

    id: int
    edition: str
    agency: charter.Agency
    about: str
    text: str
    by: str
    raised_by: str
    at: datetime
    state: ObjectionState
    answer: str
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the objections to one edition stand."""

    open: int
    counted: Objections
    last_upheld_at: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What the head of an agency sees of a draft: the own line, and until when to speak up."""

    edition: Edition
    """With no other agency's line."""
    agency: Agency
    closes_at: datetime
    is_open: bool


def closes_at(row: EditionRow) -> datetime:
    """When the time to object to a draft ends: so long after its first making, and not at once
    after it was made again. A trial has no such time: it ends with its own making.
    """
    days = edition_rows.schedule_of(row.period)
    if row.preview_at is None:
        return row.drafted_at + timedelta(days=days.objection_days)
    first = row.preview_at + timedelta(days=days.objection_days)
    if row.drafted_at == row.preview_at:
        return first
    return max(first, row.drafted_at + timedelta(days=days.redraft_days))


async def drafts(at: datetime) -> list[tuple[str, datetime]]:
    """The drafts that agencies may look at, with the end of their time to object."""
    rows = (
        await EditionRow.filter(status=EditionStatus.DRAFT, preview_at__isnull=False)
        .order_by("-id")
        .select_related("period")
    )
    return [(row.name, closes_at(row)) for row in rows]


async def preview(name: str, by: Actor, at: datetime) -> Preview:
    """The own agency's line of a draft. Raises `RoleMayNot`, `NoSuchEdition`, `NotInEdition`."""
    me = check_may_speak(by)
    row = await _previewed(name)
    edition = gathering.frozen(row)
    known = await charter.current()
    code = known.agency_of_id(me.agency_id).code if me.agency_id else ""
    own = next((agency for agency in edition.agencies if agency.code == code), None)
    if own is None:
        raise NotInEdition(name, me.agency_id)
    until = closes_at(row)
    # the others' changes are nobody's business either
    life = dataclasses.replace(
        edition.life, changes=tuple(c for c in edition.life.changes if c.agency == code)
    )
    alone = dataclasses.replace(edition, agencies=(own,), life=life)
    return Preview(alone, own, until, at < until)


async def object_to(name: str, about: str, text: str, act: Act) -> int:
    """The head of an agency objects to its figures; the number of the objection.

    Raises `RoleMayNot`, `NoSuchEdition`, `NotInEdition`, `WindowClosed`.
    """
    seen = await preview(name, act.by, act.at)
    if not seen.is_open:
        raise WindowClosed(name)
    me = check_may_speak(act.by)
    row = await ObjectionRow.create(
        edition=name,
        agency_id=me.agency_id,
        about=about if about in ABOUT else ABOUT[-1],
        text=text,
        by=me.reference,
        at=act.at,
        state=ObjectionState.OPEN,
    )
    return row.id


async def decide(objection_id: int, *, upheld: bool, answer: str, act: Act) -> ObjectionState:
    """Another person from outside the agency decides, with a reason.

    Raises `RoleMayNot`, `NoSuchObjection`, `ObjectionDecided`, `OwnObjection`, `NotApart`.
    """
    row = await ObjectionRow.filter(id=objection_id).select_for_update().first()
    if row is None:
        raise NoSuchObjection(objection_id)
    await check_may_decide(act.by, row.id, row.agency_id, row.by)
    if row.state is not ObjectionState.OPEN:
        raise ObjectionDecided(objection_id)
    state = ObjectionState.UPHELD if upheld else ObjectionState.DECLINED
    await ObjectionRow.filter(id=objection_id).update(
        state=state, answer=answer, decided_by=act.by.reference, decided_at=act.at
    )
    return state


def check_may_speak(by: Actor) -> Staff:
    """An agency speaks through its head; answers who that is."""
    if not (isinstance(by, Staff) and by.role is Role.HEAD and by.agency_id is not None):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)
    return by


def is_head(by: Actor) -> bool:
    """Whether they speak for an agency; those who decide do not."""
    return isinstance(by, Staff) and by.role is Role.HEAD


async def check_may_decide(by: Actor, objection_id: int, agency_id: int, raised_by: str) -> None:
    """A coordinator or publisher from outside the agency, and another person than who raised it.

    Raises `RoleMayNot`, `OwnObjection`, `NotApart`.
    """
    if not (isinstance(by, Staff) and by.role in DECIDERS):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)
    if by.agency_id == agency_id or by.reference == raised_by:
        raise OwnObjection(objection_id)
    await apart.check(by, raised_by)


async def of_edition(name: str) -> list[Objection]:
    """All objections to an edition, the open ones first, then the latest."""
    return await _read(edition=name)


async def of_agency(name: str, agency_id: int) -> list[Objection]:
    """One agency's own objections to an edition."""
    return await _read(edition=name, agency_id=agency_id)


async def one(objection_id: int) -> Objection:
    """Raises `NoSuchObjection`."""
    found = await _read(id=objection_id)
    if not found:
        raise NoSuchObjection(objection_id)
    return found[0]


async def standing(name: str) -> Standing:
    """How the objections to one edition stand."""
    rows = await ObjectionRow.filter(edition=name).order_by("id")
    upheld = [row for row in rows if row.state is ObjectionState.UPHELD]
    declined = sum(row.state is ObjectionState.DECLINED for row in rows)
    return Standing(
        open=len(rows) - len(upheld) - declined,
        counted=Objections(raised=len(rows), upheld=len(upheld), declined=declined),
        last_upheld_at=max((row.decided_at for row in upheld if row.decided_at), default=None),
    )


async def _previewed(name: str) -> EditionRow:
    """A draft that agencies may look at; any other does not exist for them."""
    row = await edition_rows.named(name)
    if row.status is not EditionStatus.DRAFT or row.preview_at is None:
        raise WindowClosed(name)
    return row


async def _read(**wanted: object) -> list[Objection]:
    rows = await ObjectionRow.filter(**wanted).order_by("-id")
    known = await charter.current()
    names = await accounts.display_names(
        {reference for row in rows for reference in (row.by, row.decided_by) if reference}
    )
    found = [
        Objection(
            row.id,
            row.edition,
            known.agency_of_id(row.agency_id),
            row.about,
            row.text,
            names.get(row.by, row.by),
            row.by,
            row.at,
            row.state,
            row.answer,
            names.get(row.decided_by or "", row.decided_by),
            row.decided_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.state is not ObjectionState.OPEN)
