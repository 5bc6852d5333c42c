"""A draft becomes a case with a promise and a receipt.

Filing is set-based: those who file in the same instant share one transaction. A single filing is
a batch of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from tortoise.connection import get_connection

from feedback import case_keys, codes, contacts, deliveries, duplicates, holds
from feedback.actors import Resident
from feedback.codes import Keyring
from feedback.drafts import ComplaintDraft
from feedback.errors import (
    AgencyClosed,
    LooksElsewhere,
    LooksLikeDenunciation,
    LooksLikeEmergency,
    LooksLikeStatutoryComplaint,
    Refusal,
    UnknownAgency,
    UnknownService,
)
from feedback.events import CaseFiled
from feedback.notices import Owed
from feedback.office import looks
from feedback.texts import legal_router
from feedback.texts.legal_router import Channel
from feedback.webhook_kinds import WebhookKind
from sla import charter, ledger, spelling
from sla.acts import Act
from sla.charter import Agency, Charter, Service
from sla.commitments import Commitment
from sla.ledger import Start
from sla.models import PromiseKind


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the resident takes home. `tracking_code` is told once and never again.

    `due_at` is None when nothing is promised for this service, or not yet datable; `commitment`
    tells the two apart.
    """

    reference: str
    tracking_code: str
    filed_at: datetime
    due_at: datetime | None
    agency: Agency
    service: Service | None
    commitment: Commitment | None


@dataclass(frozen=True, slots=True)
class Filing:
    """A draft with where it came from.

    `is_ordinary`: the resident said so when asked whether it belongs elsewhere. `joins` is the
    case it tells of again, by id; one that cannot be joined is left out. `code` is a tracking
    code made elsewhere; else there is a fresh one. `is_screened`: it came over the network, and
    is held for a look where it seems to be spam.
    """

    draft: ComplaintDraft
    by: Resident
    channel: str = "web"
    is_ordinary: bool = False
    joins: int | None = None
    code: str = ""
    is_screened: bool = False


@dataclass(frozen=True, slots=True)
class Addressed:
    """An agency and service that take a draft on a local day; `commitment` is what binds them."""

    agency: Agency
    service: Service | None
    day: date
    commitment: Commitment | None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A filing whose agency and service are known to be there."""

    filing: Filing
    agency: Agency
    service: Service | None
    day: date
    reference: str
    code: str
    looks_elsewhere: bool


FILE = """
with filing as (
    select * from unnest(
        $1::bigint[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::bytea[], $11::text[], $12::bytea[], $16::bytea[],
        $18::text[]
    ) as f(promise_id, reference, code_hash, kind, language, subject, text, location, search_key,
           contact, notice_key, notice, case_key, notice_channel)
), filed as (
    insert into resident_case (promise_id, reference, code_hash, kind, language, subject, text,
                               location, status, filed_at, is_history, search_key)
    select promise_id, reference, code_hash, kind, language, subject, text,
           location, 'filed', $13, false, search_key
    from filing
    returning id, reference
), told as (
    insert into timeline (case_id, kind, at, by, detail)
    select id, 'CaseFiled', $13, $14, $15::jsonb from filed
), known as (
    insert into identity.contact (case_id, sealed)
    select d.id, f.contact from filed d join filing f using (reference)
    where f.contact is not null
), keyed as (
    insert into identity.case_key (case_id, wrapped, wrapped_with)
    select d.id, f.case_key, $17 from filed d join filing f using (reference)
    where f.case_key is not null
), owed as (
    insert into notice (key, kind, language, sealed, channel, owed_at, next_try_at, attempts)
    select notice_key, 'received', language, notice, notice_channel, $13, $13, 0
    from filing where notice is not null
)
select id, reference from filed
"""


async def file_complaint(filing: Filing, act: Act, keys: Keyring) -> Receipt:
    """File one complaint.

    Raises `UnknownAgency`, `UnknownService`, `AgencyClosed`, or the `LooksElsewhere` of what it
    reads like.
    """
    [outcome] = await file_complaints([filing], act, keys)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def file_complaints(
    filings: Sequence[Filing], act: Act, keys: Keyring
) -> list[Receipt | Refusal]:
    """File complaints together: for each, in order, its receipt or why it was refused."""
    known = await charter.current()
    outcomes: list[Receipt | Refusal | None] = []
    placed: list[_Placed] = []
    for filing in filings:
        try:
            placed.append(_place(filing, known, act.at))
            outcomes.append(None)
        except Refusal as refusal:
            outcomes.append(refusal)
    receipts = iter(await _write(placed, known, act, keys) if placed else [])
    return [outcome or next(receipts) for outcome in outcomes]


def _local_day(agency: Agency, known: Charter, at: datetime) -> date:
    calendar_id = known.latest_calendar.get(agency.calendar_code)
    zone = known.calendars[calendar_id].timezone if calendar_id else None
    return at.astimezone(zone).date()


def _place(filing: Filing, known: Charter, at: datetime) -> _Placed:
    draft = filing.draft
    to = _addressed(draft.agency, draft.service, known, at)
    elsewhere = elsewhere_of(draft)
    if elsewhere and not filing.is_ordinary:
        raise elsewhere
    return _Placed(
        filing,
        to.agency,
        to.service,
        to.day,
        codes.new_reference(to.day),
        filing.code or codes.new_code(),
        looks_elsewhere=elsewhere is not None,
    )


_ELSEWHERE: dict[Channel, type[LooksElsewhere]] = {
    Channel.EMERGENCY: LooksLikeEmergency,
    Channel.DENUNCIATION: LooksLikeDenunciation,
    Channel.STATUTORY_COMPLAINT: LooksLikeStatutoryComplaint,
}


def elsewhere_of(draft: ComplaintDraft) -> LooksElsewhere | None:
    """What a draft reads like besides feedback, as the question to ask; None: ask nothing."""
    finding = legal_router.read(f"{draft.subject}\n{draft.text}")
    return _ELSEWHERE[finding.channel]() if finding else None


async def addressed(agency: str, service: str | None, *, at: datetime) -> Addressed:
    """Whom a draft would go to if it were filed now, by codes, and what is promised there.

    Raises `UnknownAgency`, `UnknownService` or `AgencyClosed`, as filing does.
    """
    return _addressed(agency, service, await charter.current(), at)


def _addressed(code: str, service_code: str | None, known: Charter, at: datetime) -> Addressed:
    agency = known.agencies.get(code)
    if agency is None:
        raise UnknownAgency(code)
    day = _local_day(agency, known, at)
    if not agency.is_open(day):
        raise AgencyClosed(code)
    if service_code is not None and service_code not in known.services:
        raise UnknownService(service_code)
    service = known.services[service_code] if service_code else None
    return Addressed(agency, service, day, known.binding(agency, service, at=at).commitment)


async def _write(
    placed: Sequence[_Placed], known: Charter, act: Act, keys: Keyring
) -> list[Receipt]:
    begun = await ledger.begin_many(
        [
            Start(
                kind=PromiseKind.CASE,
                code=p.reference,
                agency=p.agency,
                service=p.service,
                channel=p.filing.channel,
                at=act.at,
                resident=contacts.voice(
                    p.filing.draft.contact, device=p.filing.by.device, on=p.day, keys=keys
                ),
            )
            for p in placed
        ],
        act,
        known=known,
    )
    receipts = [
        Receipt(p.reference, p.code, act.at, b.due_at, p.agency, p.service, b.binding.commitment)
        for p, b in zip(placed, begun, strict=True)
    ]
    owed = [_acknowledgement(p, r) for p, r in zip(placed, receipts, strict=True)]
    drafts = [p.filing.draft for p in placed]
    case_key = [case_keys.fresh() if d.contact else None for d in drafts]
    rows = await get_connection("default").execute_query_dict(
        FILE,
        [
            [b.promise_id for b in begun],
            [p.reference for p in placed],
            [codes.hash_of(p.code, keys) for p in placed],
            [d.kind.value for d in drafts],
            [d.language for d in drafts],
            [d.subject for d in drafts],
            [d.text for d in drafts],
            [d.location for d in drafts],
            [spelling.search_key(f"{d.subject} {d.text}") for d in drafts],
            [
                contacts.sealed_contact(d.contact, key) if key else None
                for d, key in zip(drafts, case_key, strict=True)
            ],
            [o.key if o else None for o in owed],
            [o.sealed(keys) if o else None for o in owed],
            act.at,
            act.by.reference,
            orjson.dumps({}).decode(),
            [
                case_keys.wrapped(key, p.reference, keys) if key else None
                for p, key in zip(placed, case_key, strict=True)
            ],
            case_keys.fingerprint(keys),
            [o.channel if o else None for o in owed],
        ],
    )
    act.events.extend(CaseFiled(row["id"]) for row in rows)
    ids = {row["reference"]: row["id"] for row in rows}
    await duplicates.remember(
        [(ids[p.reference], p.filing.draft, p.agency.id) for p in placed], act
    )
    joining = [(p.reference, p.filing.joins) for p in placed if p.filing.joins is not None]
    await duplicates.join([(reference, joins) for reference, joins in joining if joins])
    doubtful = [p.reference for p in placed if p.looks_elsewhere]
    if doubtful:
        await looks.ask(doubtful, act)
    screened = [(p.reference, p.filing.draft) for p in placed if p.filing.is_screened]
    await holds.screen([(ref, f"{draft.subject}\n{draft.text}") for ref, draft in screened], act)
    await deliveries.owe(WebhookKind.CASE_FILED, [row["id"] for row in rows], act)
    return receipts


def _acknowledgement(placed: _Placed, receipt: Receipt) -> Owed | None:
    draft = placed.filing.draft
    if not draft.contact.ways:
        return None
    return Owed(
        key=f"received/{placed.reference}",
        kind="received",
        language=draft.language,
        to=draft.contact,
        facts={
            "reference": receipt.reference,
            "tracking_code": receipt.tracking_code,
            "agency": placed.agency.name(draft.language),
            "due_at": receipt.due_at.isoformat() if receipt.due_at else "",
        },
    )
