"""Dossiers of the agencies' own systems: received once, then reported on, in any order.

What was said before changes nothing when it is said again.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.exceptions import IntegrityError

from sla import charter, ledger, packs
from sla.acts import Act
from sla.charter import Agency
from sla.errors import ReasonMissing, Refusal
from sla.events import DossierFinished
from sla.ledger import Start
from sla.models import PromiseEventRow, PromiseKind, PromiseRow
from sla.promise_events import Extended, Finished, Paused, PromiseEvent, Transferred

# `{agency}-{yymmdd}-{sequence}` in Vietnam, other signs elsewhere (Decree 118/2025, forms).
CODE = re.compile(r"[A-Za-z0-9._/-]{1,40}")


@dataclass(eq=False)
class BadCode(Refusal):
    """Not a dossier code: other than 1 to 40 letters, digits and . _ / -, or than the pack says."""

    code: str


@dataclass(eq=False)
class HolderClosed(Refusal):
    """A transfer to an agency that was not there on that day, such as one merged into another."""

    code: str


@dataclass(eq=False)
class NoSuchDossier(Refusal):
    """None of this agency's dossiers has this code."""

    code: str


@dataclass(eq=False)
class UnknownProcedure(Refusal):
    """The dossier is about a service nobody has announced."""

    service: str


@dataclass(eq=False)
class Differs(Refusal):
    """The dossier was received before, with other facts; these are corrected, not overwritten."""

    code: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A dossier as its agency's system hands it in; `service` is a code."""

    code: str
    service: str
    received_at: datetime
    promised_at: datetime | None
    resident: bytes | None
    channel: str
    applicant: str = ""


def is_code(code: str) -> bool:
    """Whether a dossier may have this code, by the pack in force."""
    return CODE.fullmatch(code) is not None and packs.pack().fits_dossier_code(code)


async def receive(agency_id: int, receipt: Receipt, act: Act) -> tuple[PromiseRow, bool]:
    """The dossier's promise, and whether it is new. `Differs` when it was received otherwise."""
    if not is_code(receipt.code):
        raise BadCode(receipt.code)
    known = await charter.current()
    service = known.services.get(receipt.service)
    if service is None:
        raise UnknownProcedure(receipt.service)
    agency: Agency = known.agency_of_id(agency_id)
    row = await PromiseRow.get_or_none(kind=PromiseKind.DOSSIER, code=receipt.code)
    if row is not None:
        _check_same(row, receipt, agency, service.id)
        return row, False
    start = Start(
        kind=PromiseKind.DOSSIER,
        code=receipt.code,
        agency=agency,
        service=service,
        channel=receipt.channel,
        at=receipt.received_at,
        resident=receipt.resident,
        promised_at=receipt.promised_at,
        applicant=receipt.applicant,
    )
    try:
        begun = await ledger.begin(start, act)
    except IntegrityError:
        # Another agency has received a dossier of this code: it cannot be read, but is in the way.
        raise Differs(receipt.code) from None
    return await PromiseRow.get(id=begun.promise_id), True


def _check_same(row: PromiseRow, receipt: Receipt, agency: Agency, service_id: int) -> None:
    if (row.agency_id, row.service_id, row.started_at) != (
        agency.id,
        service_id,
        receipt.received_at,
    ):
        raise Differs(receipt.code)


async def held(agency_id: int, code: str) -> PromiseRow:
    """An agency's dossier, locked until the act ends. Raises `NoSuchDossier`."""
    row = (
        await PromiseRow.filter(kind=PromiseKind.DOSSIER, code=code, agency_id=agency_id)
        .select_for_update()
        .first()
    )
    if row is None:
        raise NoSuchDossier(code)
    return row


async def report(
    agency_id: int, code: str, event: PromiseEvent, act: Act, *, event_id: str
) -> PromiseRow:
    """Append one event of a dossier; an `event_id` told before changes nothing.

    A pause and a new date say why. Raises `NoSuchDossier`, `ReasonMissing`, `HolderClosed`, and the
    refusals of `promises.check_may_append`.
    """
    row = await held(agency_id, code)
    if await PromiseEventRow.exists(promise_id=row.id, external_id=event_id):
        return row
    if isinstance(event, Paused | Extended) and not event.reason.strip():
        raise ReasonMissing("reason")
    if isinstance(event, Transferred):
        await _check_takes(event)
    now = await ledger.append(row.id, event, act, external_id=event_id)
    if isinstance(event, Finished):
        act.events.append(DossierFinished(row.id))
    # Not read again: who handed it on does not see it any more.
    row.state, row.due_at = now.state.value, now.due_at
    return row


async def _check_takes(event: Transferred) -> None:
    """The new holder is an agency on that day of its own; `ledger` refuses one nobody knows."""
    known = await charter.current()
    agency = known.agencies.get(event.to)
    if agency is None:
        return
    calendar = known.latest_calendar.get(agency.calendar_code)
    zone = UTC if calendar is None else known.calendars[calendar].timezone
    if not agency.is_open(event.at.astimezone(zone).date()):
        raise HolderClosed(event.to)
