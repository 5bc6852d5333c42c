"""Dossiers, for the agencies' own systems."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import codes, drafts, invitations
from feedback.actors import AgencySystem
from feedback.errors import NotAFact
from feedback.invitations import Slip
from sla import dossiers, packs, promises
from sla.dossiers import Receipt
from web.acting import Acting
from web.api import schemas
from web.api.schemas import DossierBody, DossierEventBody, reply, takes
from web.drawing import qr, rendering
from web.guarding import idempotency
from web.guarding.desks import in_zone
from web.guarding.idempotency import Stored
from web.language import i18n

router = APIRouter(prefix="/api/v1", tags=["dossiers"])

LONGEST = 80


def _short(text: str, field: str) -> str:
    if not text.isprintable() or not 0 < len(text) <= LONGEST:
        raise NotAFact(field, "too_long", LONGEST)
    return text


@router.put("/dossiers/{code}", openapi_extra=takes(DossierBody))
async def receive(code: str, request: Request, act: Acting) -> Response:
    """Say that a dossier was received: 201 when it is new, 200 when it was said before."""
    body = await schemas.read(DossierBody, request)
    keys = request.app.state.keys
    resident = _short(body.resident, "resident") if body.resident else code
    receipt = Receipt(
        code=code,
        service=body.service,
        received_at=_past(schemas.moment(body.received_at, "received_at"), "received_at", act.at),
        promised_at=schemas.moment(body.promised_at, "promised_at") if body.promised_at else None,
        resident=codes.keyed_hash("filer", resident, keys),
        channel=_short(body.channel, "channel")[:20],
        applicant=body.applicant or "",
    )
    row, is_new = await dossiers.receive(_agency(request), receipt, act)
    if body.contact:
        language = body.language if body.language in i18n.LANGUAGES else "vi"
        filer = drafts.contact(body.contact.model_dump())
        await invitations.remember_filer(row.id, filer, language=language, keys=keys)
    answer = {"code": row.code, "due_at": in_zone(row.due_at, request.app.state.settings.zone)}
    return reply(answer, 201 if is_new else 200)


def _past(moment: datetime, field: str, now: datetime) -> datetime:
    if moment > now:
        raise NotAFact(field, "in_the_future")
    return moment


def _agency(request: Request) -> int:
    actor: AgencySystem = request.state.actor  # the access table lets nobody else in
    return actor.agency_id


@router.post("/dossiers/{code}/events", openapi_extra=takes(DossierEventBody))
async def report(code: str, request: Request, act: Acting) -> Response:
    """Report one event; an `id` told before changes nothing."""
    body = await schemas.read(DossierEventBody, request)
    request.state.event_id = _short(body.id, "id")  # every refusal names it
    at = _past(schemas.moment(body.at, "at"), "at", act.at)
    event = promises.from_json(_document(body, at))

    async def do() -> Stored:
        row = await dossiers.report(_agency(request), code, event, act, event_id=body.id)
        await invitations.ask_about_finished(act)
        zone = request.app.state.settings.zone
        answer = {"code": row.code, "state": row.state, "due_at": in_zone(row.due_at, zone)}
        return Stored(200, answer)

    once = await idempotency.once(request)
    stored = await idempotency.answered(once, act, request.app.state.keys, do)
    return reply(stored.body, stored.status)


@router.post("/dossiers/{code}/invitation")
async def invite(code: str, request: Request, act: Acting) -> Response:
    """The invitation of a finished dossier, to print at the counter: told once per result.

    What is answered with it counts as given at the counter, apart from other answers.
    """
    state = request.app.state

    async def do() -> Stored:
        row = await dossiers.held(_agency(request), code)
        slip = await invitations.print_slip(row.id, act, state.keys)
        return Stored(200, _slip(slip, request))

    once = await idempotency.once(request)
    stored = await idempotency.answered(once, act, state.keys, do)
    return reply(stored.body, stored.status)


def _slip(slip: Slip, request: Request) -> dict[str, Any]:
    """The token stands behind `#`, where no server and no log ever sees it."""
    settings = request.app.state.settings
    site = settings.base_url or str(request.base_url).rstrip("/")
    url = site + rendering.url("vi", "rate", at="counter") + f"#{slip.token}"
    drawing = qr.drawn(url)
    return {
        "token": slip.token,
        "url": url,
        "qr": qr.svg(drawing),
        "closes_at": in_zone(slip.closes_at, settings.zone),
    }


def _form(number: str) -> str:
    """A numbered form of the one-stop shop (Circular 03/2025/TT-VPCP)."""
    if packs.pack().form(number) is None:
        raise NotAFact("form", "not_a_choice")
    return number


# What the event kinds call the facts that a body may bring.
_FACTS = {
    "paused": {"reason": "reason"},
    "refused": {"reason": "reason"},
    "reopened": {"reason": "reason"},
    "transferred": {"to": "to"},
    "extended": {"until": "until", "reason": "reason"},
}


def _document(body: DossierEventBody, at: datetime) -> dict[str, Any]:
    given = body.model_dump()
    facts = {name: given[field] or "" for name, field in _FACTS.get(body.type, {}).items()}
    if body.form:
        facts["form"] = _form(body.form)
    outcome = {"outcome": "result"} if body.type == "finished" else {}
    return {"kind": body.type, "at": at.isoformat(), **facts, **outcome}
