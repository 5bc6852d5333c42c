"""One dossier as the office that holds it may look at it: what was told, when, and its clock."""

from dataclasses import dataclass
from datetime import datetime

from feedback import corrections, holders
from feedback import permissions as may
from feedback.corrections import Done, Waiting
from feedback.errors import NoSuchCase
from feedback.holders import Holder
from feedback.office import urgency
from feedback.office.urgency import Explained
from sla import charter, dossiers, ledger
from sla.acts import Actor
from sla.charter import Agency, Service
from sla.commitments import Commitment
from sla.models import PromiseKind, PromiseRow
from sla.promises import PromiseEvent


@dataclass(frozen=True, slots=True)
class DossierFile:
    """A dossier with everything told of it, in the order in which it happened.

    Who its resident is, nobody here knows.
    """

    code: str
    agency: Agency
    service: Service | None
    channel: str
    received_at: datetime
    ended_at: datetime | None
    commitment: Commitment | None
    clock: Explained
    events: tuple[PromiseEvent, ...]
    holders: tuple[Holder, ...]
    corrections: tuple[Waiting | Done, ...]


async def opened(by: Actor, code: str, *, at: datetime) -> DossierFile:
    """The dossier of a code. `NoSuchCase` when there is none, and just so for another agency's."""
    if not dossiers.CODE.fullmatch(code):
        raise NoSuchCase(code)
    row = await PromiseRow.get_or_none(kind=PromiseKind.DOSSIER, code=code)
    if row is None:
        raise NoSuchCase(code)
    agency_id: int = row.agency_id
    may.check_may_see_agency(by, agency_id, code)
    known = await charter.current()
    promise = await ledger.promised(row.id)
    clock = await urgency.explained(promise, at=at)
    service_id: int | None = row.service_id
    events = await ledger.events_of(row.id)
    return DossierFile(
        code=row.code,
        agency=known.agency_of_id(agency_id),
        service=known.service_of_id(service_id) if service_id is not None else None,
        channel=row.channel,
        received_at=row.started_at,
        ended_at=row.ended_at,
        commitment=known.commitment_of_id(row.commitment_id),
        clock=clock,
        events=tuple(sorted(events, key=lambda event: (event.at, event.seq))),
        holders=await holders.of(promise, clock.standing),
        corrections=tuple(await corrections.of_promise(row.id)),
    )
