"""What turns out to be no feedback: pulled out of the ordinary tables, handed on, left as a shell.

A denunciation (tố cáo) is sealed with every copy of its words; who wrote it is dropped (Law
25/2018/QH14, art. 8 and 9; Decree 31/2019). Nobody in an agency can read it, a coordinator sees a
pointer, a receiver of denunciations opens it, and every opening is written down. A statutory
complaint (khiếu nại, Law 02/2011/QH13) is not secret: it only leaves, with a pointer and the
clocks of its own procedure. Either way it is out of counts and ranks.

What an agency's own systems copied before is out of reach; their page says so.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from feedback import (
    attachments,
    case_keys,
    casework,
    codes,
    contacts,
    drafts,
    invitations,
    messages,
    notices,
    timeline,
    unsaid,
)
from feedback import permissions as may
from feedback.actors import Staff
from feedback.casework import Held
from feedback.codes import Keyring
from feedback.errors import NoSuchCase, NotAFact
from feedback.events import CaseHandedOver
from feedback.lifecycle import advance
from feedback.models import (
    ClosureRow,
    HandedOverRow,
    JoinedRow,
    LikenessRow,
    MessageRow,
    NoticeRow,
    Procedure,
    RatingRow,
    SealedReadingRow,
    TimelineRow,
)
from feedback.notices import Owed
from feedback.office import looks
from sla import charter, ledger, statutory
from sla.acts import Act, Actor
from sla.charter import Charter
from sla.models import PromiseRow
from sla.promises import Withdrawn
from sla.statutory import Course

# What stands where words stood, in any language.
BLANK = "[…]"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A case that left, as a coordinator may know of it: nothing of what it says."""

    pointer: str
    reference: str
    procedure: Procedure
    filed_at: datetime
    at: datetime
    course: Course | None


@dataclass(frozen=True, slots=True)
class Matter:
    """What was pulled out, as its receiver reads it. Who wrote it is not in it."""

    pointer: str
    agency: str
    filed_at: datetime
    subject: str
    text: str
    location: str
    messages: tuple[tuple[str, str], ...]
    """Kind and text, first one first."""


def procedure_of(given: Mapping[str, object]) -> Procedure:
    """The procedure somebody chose. Raises `NotAFact`."""
    chosen = given.get("procedure")
    if not isinstance(chosen, str) or chosen not in set(Procedure):
        raise NotAFact("procedure", "not_a_choice")
    return Procedure(chosen)


async def hand_over(reference: str, act: Act, keys: Keyring, *, procedure: Procedure) -> str:
    """Let a case leave for another procedure, and answer its pointer.

    Only a coordinator from outside the agency may: to be rid of an overdue case is no way out.
    """
    case = await casework.held(reference)
    may.check_may_hand_over(act.by, case.facts)
    case.row.status = advance(case.row.status, CaseHandedOver, case_id=case.row.id)
    is_secret = procedure is Procedure.DENUNCIATION
    matter = await _gathered(case)
    pointer = f"TN-{act.at:%y%m}-" + "".join(secrets.choice(codes.ALPHABET) for _ in range(7))
    await HandedOverRow.create(
        case_id=case.row.id,
        pointer=pointer,
        procedure=procedure,
        sealed=_sealed(matter, keys) if is_secret else None,
        at=act.at,
        by=act.by.reference,
    )
    await _leave_the_counts(case, act)
    await _tell(case, pointer, act, keys)
    if is_secret:
        await _empty(case, act)
    await case.row.save(update_fields=["status", "closed_at"])
    await looks.decide(case.row.id, act)
    await timeline.record(CaseHandedOver(case.row.id), act, pointer=pointer)
    return pointer


async def _gathered(case: Held) -> dict[str, Any]:
    promise = await PromiseRow.get(id=case.promise_id)
    exchanged = await messages.read(case.row.id, notes=True)
    ratings = RatingRow.filter(closure__promise_id=case.promise_id).exclude(comment="")
    known = await charter.current()
    return {
        "agency": known.agency_of_id(promise.agency_id).code,
        "subject": case.row.subject,
        "text": case.row.text,
        "location": case.row.location,
        "messages": [
            *([m.kind.value, m.text] for m in exchanged),
            *(
                ["rating", c]
                for c in await ratings.order_by("id").values_list("comment", flat=True)
            ),
        ],
        "details": [line.detail for line in await timeline.read(case.row.id)],
    }


async def _leave_the_counts(case: Held, act: Act) -> None:
    """No result was given that could be rated, and no promise is judged."""
    await invitations.void_closures(case.promise_id, act)
    promise = await PromiseRow.get(id=case.promise_id)
    if promise.ended_at is None:
        await ledger.append(case.promise_id, Withdrawn(act.at), act)
    case.row.closed_at = case.row.closed_at or act.at
    await LikenessRow.filter(case_id=case.row.id).delete()
    await JoinedRow.filter(original_id=case.row.id).delete()
    await JoinedRow.filter(case_id=case.row.id).delete()


async def _empty(case: Held, act: Act) -> None:
    """Blank every copy of what was said and destroy its pictures; who said it is forgotten."""
    row = case.row
    row.subject, row.text, row.location, row.search_key = BLANK, BLANK, "", ""
    row.officer = None
    await row.save(update_fields=["subject", "text", "location", "search_key", "officer_id"])
    await MessageRow.filter(case_id=row.id).delete()
    await TimelineRow.filter(case_id=row.id).update(detail={})
    shown = await unsaid.batches_of([row.id])
    rated = await ClosureRow.filter(promise_id=case.promise_id).values_list("id", flat=True)
    await RatingRow.filter(closure_id__in=rated).update(comment="", tone=None, tone_label=None)
    await unsaid.renew(shown)
    await attachments.forget([row.id], act)
    await contacts.forget(row.id)


async def _tell(case: Held, pointer: str, act: Act, keys: Keyring) -> None:
    """Owe the resident one neutral word; what was owed before may quote, and is not sent any more.

    The acknowledgement quotes nothing and holds the only copy of the code: it stays.
    """
    closures = await ClosureRow.filter(promise_id=case.promise_id).values_list("id", flat=True)
    owed = NoticeRow.filter(sent_at=None).exclude(kind="received")
    await owed.filter(key__contains=f"/{case.row.reference}").delete()
    await owed.filter(key__in=[f"invitation/{number}" for number in closures]).delete()
    to = await contacts.of(case.row.id, keys)
    if to is None:
        return
    facts = {"reference": case.row.reference, "pointer": pointer}
    key = f"handed_over/{case.row.reference}"
    await notices.owe(Owed(key, "handed_over", case.row.language, to, facts), act, keys)


def _key(seal: bytes) -> bytes:
    return hmac.digest(seal, b"restricted matters", sha256)


def _sealed(matter: dict[str, Any], keys: Keyring) -> bytes:
    return case_keys.sealed_under(_key(keys.seal), orjson.dumps(matter))


def _unsealed(sealed: bytes, keys: Keyring) -> dict[str, Any]:
    for seal in filter(None, (keys.seal, keys.former_seal)):
        try:
            found: dict[str, Any] = orjson.loads(case_keys.opened_under(_key(seal), sealed))
        except (InvalidTag, ValueError):
            continue
        return found
    raise ValueError("sealed with another key")


async def pointers(by: Actor, *, at: datetime) -> list[Pointer]:
    """Every case that left, last one first; receivers see the denunciations alone."""
    may.check_may_see_pointers(by)
    rows = HandedOverRow.all().select_related("case__promise").order_by("-at", "-id")
    if isinstance(by, Staff) and by.role in may.OPEN_SEALED:
        rows = rows.filter(procedure=Procedure.DENUNCIATION)
    known = await charter.current()
    return [_pointer(row, known, at) for row in await rows]


async def of_case(case_id: int, *, at: datetime) -> Pointer | None:
    """Where a case went, as its own resident may know of it; None for one that did not leave."""
    row = await HandedOverRow.get_or_none(case_id=case_id).select_related("case__promise")
    return _pointer(row, await charter.current(), at) if row else None


def _pointer(row: HandedOverRow, known: Charter, at: datetime) -> Pointer:
    case, calendar_id = row.case, row.case.promise.calendar_id
    calendar = known.calendars.get(calendar_id) if calendar_id else None
    course = (
        statutory.course(row.procedure, case.filed_at, [], calendar, at=at) if calendar else None
    )
    return Pointer(row.pointer, case.reference, row.procedure, case.filed_at, row.at, course)


async def open_sealed(pointer: str, reason: str, act: Act, keys: Keyring) -> Matter:
    """Read what is sealed; who, when and why is written down first. `NoSuchCase` for no pointer."""
    reader = may.check_may_open_sealed(act.by)
    row = await HandedOverRow.get_or_none(pointer=pointer).select_related("case")
    if row is None or row.sealed is None:
        raise NoSuchCase(pointer)
    why = drafts.reason({"reason": reason})
    await SealedReadingRow.create(
        matter_id=row.id, account_id=reader.account_id, reason=why, at=act.at
    )
    found = _unsealed(bytes(row.sealed), keys)
    return Matter(
        pointer=row.pointer,
        agency=found["agency"],
        filed_at=row.case.filed_at,
        subject=found["subject"],
        text=found["text"],
        location=found["location"],
        messages=tuple((kind, text) for kind, text in found["messages"]),
    )
