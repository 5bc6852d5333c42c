"""Filing, following and rating a case."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import (
    appealing,
    casework,
    drafts,
    erasure,
    holds,
    permissions,
    reaching,
    tracking,
)
from feedback.actors import Resident
from feedback.codes import Keyring
from feedback.drafts import Way
from feedback.errors import Faulty, NotAFact
from feedback.intake import Filing
from feedback.ratings import Answer
from feedback.timeline import Line
from feedback.tracking import Explained, TrackedCase
from sla.acts import Act
from web import reactions
from web.acting import Acting
from web.api import schemas
from web.api.schemas import (
    AnswersBody,
    CaseBody,
    CodeBody,
    CodeTextBody,
    EraseBody,
    RateByCodeBody,
    RateByTokenBody,
    ReachBody,
    WithdrawBody,
    reply,
    takes,
)
from web.api.told import Rated, Receipt, Recorded, Tracked, gives
from web.guarding import idempotency, origins, throttling
from web.guarding.desks import Keyed, agency_json, in_zone, receipt_json, service_json
from web.guarding.idempotency import Stored
from web.language import explanations
from web.sending import carriers

router = APIRouter(prefix="/api/v1", tags=["cases"])

Does = Callable[[str, str, Act, Keyring], Awaitable[None]]


@router.post("/cases", status_code=201, openapi_extra=takes(CaseBody) | gives(Receipt, 201))
async def file(request: Request) -> Response:
    """File a complaint or suggestion. The tracking code is told once.

    What reads like an emergency, a denunciation or a complaint in law is refused and not stored,
    with links to where it goes; `confirmed_ordinary` says that its writer was asked and it is not.
    """
    body = await schemas.read(CaseBody, request)
    contact = body.contact.model_dump() if body.contact else {}
    draft = drafts.complaint(
        {**body.model_dump(exclude={"contact", "confirmed_ordinary"}), **contact}
    )
    _check_way(contact.get("reach_by"), request)
    filing = Filing(
        draft,
        _resident(request),
        channel="api",
        is_ordinary=body.confirmed_ordinary,
        is_screened=throttling.is_from_outside(request),
    )
    once = await idempotency.once(request)
    stored = await request.app.state.desks.filings.ask(Keyed(filing, once))
    return reply(stored.body, stored.status)


def _resident(request: Request) -> Resident:
    actor = request.state.actor
    return actor if isinstance(actor, Resident) else Resident(device=actor.reference)


@router.post("/cases/rate", openapi_extra=takes(RateByCodeBody) | gives(Rated))
async def rate(request: Request) -> Response:
    """Rate the result of a case; the last answer before the window closes counts."""
    body = await schemas.read(RateByCodeBody, request)
    return await _rate(request, body.tracking_code, body, mode="code")


@router.post("/ratings", openapi_extra=takes(RateByTokenBody) | gives(Rated))
async def rate_by_token(request: Request) -> Response:
    """Rate by the token of an invitation."""
    body = await schemas.read(RateByTokenBody, request)
    return await _rate(request, body.token, body, mode="link")


async def _rate(request: Request, code: str, body: AnswersBody, *, mode: str) -> Response:
    permissions.check_may_rate(request.state.actor)
    draft = drafts.rating(body.model_dump(exclude={"tracking_code", "token"}))
    once = await idempotency.once(request)
    asked = Keyed(Answer(code, draft, mode, origins.source(request)), once)
    stored = await request.app.state.desks.ratings.ask(asked)
    return reply(stored.body, stored.status)


@router.post("/cases/track", openapi_extra=takes(CodeBody) | gives(Tracked))
async def track(request: Request) -> Response:
    """What the holder of a tracking code may know."""
    body = await schemas.read(CodeBody, request)
    state = request.app.state
    case = await tracking.by_code(body.tracking_code, state.keys, at=state.clock())
    why = await tracking.explained(body.tracking_code, state.keys)
    ways = await reaching.ways(body.tracking_code, state.keys)
    return reply(_tracked(case, why, ways, request))


def _outcome(line: Line) -> dict[str, object]:
    """What an answer came to, where its agency said so, and why."""
    if line.kind != "CaseAnswered":
        return {}
    return {name: line.detail[name] for name in ("outcome", "reason") if name in line.detail}


def _tracked(
    case: TrackedCase, why: Explained, ways: tuple[Way, ...], request: Request
) -> dict[str, Any]:
    zone = request.app.state.settings.zone
    return {
        "reference": case.reference,
        "status": case.status,
        "subject": case.subject,
        "agency": agency_json(case.agency),
        "service": service_json(case.service) if case.service else None,
        "filed_at": in_zone(case.filed_at, zone),
        "due_at": in_zone(case.due_at, zone),
        "overdue": case.is_overdue,
        "verdict": case.verdict,
        "explanation": explanations.told(why.steps, zone, why.standing),
        "timeline": [
            {"event": line.kind, "at": in_zone(line.at, zone), **_outcome(line)}
            for line in case.timeline
        ],
        "messages": [
            {"kind": m.kind, "text": m.text, "at": in_zone(m.at, zone)} for m in case.messages
        ],
        "rating": {
            "open": case.rating.is_open,
            "closes_at": in_zone(case.rating.closes_at, zone),
            "given_at": in_zone(case.rating.given_at, zone),
        },
        "appeal": _appeals(case, request),
        "hold": _hold(case, request),
        "ways": ways,
    }


def _hold(case: TrackedCase, request: Request) -> dict[str, Any] | None:
    """Why it waits for a person's look, or what one found; null for what never looked like spam."""
    if case.hold is None:
        return None
    return {
        "reasons": case.hold.reasons,
        "decision": case.hold.decision,
        "object_until": in_zone(case.hold.object_until, request.app.state.settings.zone),
    }


def _appeals(case: TrackedCase, request: Request) -> dict[str, Any]:
    """The cases above and below this one, and who would look at it if asked until when."""
    zone = request.app.state.settings.zone
    sides = {"above": case.appeals.above, "below": case.appeals.below}
    return {
        "level": case.appeals.level,
        "offered": {
            "agency": agency_json(case.offer.agency),
            "until": in_zone(case.offer.until, zone),
        }
        if case.offer
        else None,
        **{
            name: {
                "reference": side.reference,
                "agency": agency_json(side.agency),
                "status": side.status,
                "due_at": in_zone(side.due_at, zone),
            }
            if side
            else None
            for name, side in sides.items()
        },
    }


@router.post(
    "/cases/appeal",
    status_code=201,
    openapi_extra=takes(CodeTextBody) | gives(Receipt, 201),
)
async def appeal(request: Request, act: Acting) -> Response:
    """Take the answer to the level above: a case of its own, with its own receipt."""
    body = await schemas.read(CodeTextBody, request)
    text = drafts.message({"text": body.text})
    state = request.app.state

    async def do() -> Stored:
        receipt = await appealing.appeal(body.tracking_code, text, act, state.keys)
        return Stored(201, receipt_json(receipt, state.settings.zone))

    return await _once(request, act, do)


@router.post("/cases/reply", openapi_extra=takes(CodeTextBody) | gives(Recorded))
async def answer_question(request: Request, act: Acting) -> Response:
    """Answer the agency's question; the clock goes on."""
    return await _said(request, act, casework.reply)


@router.post("/cases/reopen", openapi_extra=takes(CodeTextBody) | gives(Recorded))
async def reopen(request: Request, act: Acting) -> Response:
    """Say that it is not solved, within the window; the clock goes on."""
    return await _said(request, act, casework.reopen)


@router.post("/cases/withdraw", openapi_extra=takes(WithdrawBody) | gives(Recorded))
async def withdraw(request: Request, act: Acting) -> Response:
    """Withdraw an open case."""
    body = await schemas.read(WithdrawBody, request)
    text = drafts.message({"text": body.text}) if body.text else ""
    return await _recorded(
        request,
        act,
        lambda: casework.withdraw(body.tracking_code, text, act, request.app.state.keys),
    )


@router.post("/cases/object", openapi_extra=takes(CodeTextBody) | gives(Recorded))
async def object_to(request: Request, act: Acting) -> Response:
    """Say that what was refused as spam is none, once: somebody else looks at it."""
    return await _said(request, act, holds.object_to)


@router.post("/cases/reach", openapi_extra=takes(ReachBody) | gives(Recorded))
async def reach(request: Request, act: Acting) -> Response:
    """Have the news by `email` or `sms`, of the two left; `ways` has the one in use first."""
    body = await schemas.read(ReachBody, request)
    way = reaching.chosen({"reach_by": body.reach_by})
    _check_way(way, request)
    return await _recorded(
        request,
        act,
        lambda: reaching.change(body.tracking_code, way, act, request.app.state.keys),
    )


@router.post("/cases/erase", openapi_extra=takes(EraseBody) | gives(Recorded))
async def erase(request: Request, act: Acting) -> Response:
    """Erase the case at once and for good; one that is open is withdrawn by it."""
    body = await schemas.read(EraseBody, request)
    if not body.sure:
        raise Faulty((NotAFact("sure", "not_a_choice"),))
    state = request.app.state
    register = reactions.register(state.settings)
    return await _recorded(
        request, act, lambda: erasure.erase(body.tracking_code, act, state.keys, register)
    )


def _check_way(way: str | None, request: Request) -> None:
    """Raise `Faulty` for a text message where no gateway carries any."""
    if way == Way.SMS and not carriers.sends_sms(request.app.state.settings):
        raise Faulty((NotAFact("reach_by", "not_a_choice"),))


async def _said(request: Request, act: Act, does: Does) -> Response:
    """What the holder of a code has to say, done and recorded."""
    body = await schemas.read(CodeTextBody, request)
    text = drafts.message({"text": body.text})
    return await _recorded(
        request, act, lambda: does(body.tracking_code, text, act, request.app.state.keys)
    )


async def _recorded(request: Request, act: Act, does: Callable[[], Awaitable[None]]) -> Response:
    async def do() -> Stored:
        await does()
        return Stored(200, {"recorded": True})

    return await _once(request, act, do)


async def _once(request: Request, act: Act, do: Callable[[], Awaitable[Stored]]) -> Response:
    once = await idempotency.once(request)
    stored = await idempotency.answered(once, act, request.app.state.keys, do)
    return reply(stored.body, stored.status)
