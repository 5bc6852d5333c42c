"""An agency's cases, for its own system or its staff."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from feedback import casework, drafts, outcomes, recategorising
from feedback.codes import Keyring
from feedback.office import case_file, inbox, inbox_counts, urgency
from feedback.office.case_file import CaseFile
from feedback.office.inbox_rows import InboxRow
from feedback.office.urgency import Explained
from feedback.outcomes import Ending
from sla import charter
from sla.acts import Act
from web.acting import Acting
from web.api import schemas
from web.api.schemas import ActionBody, moment, reply, takes
from web.errors import NoSuchPage
from web.guarding import idempotency
from web.guarding.desks import agency_json, in_zone, service_json
from web.guarding.idempotency import Stored
from web.language import explanations
from web.pages import inbox_filters

router = APIRouter(prefix="/api/v1", tags=["inbox"])

Short = Annotated[str, Query(max_length=200)]


@router.get("/inbox")
async def listed(  # noqa: PLR0917 -- the names of the query
    request: Request,
    status: Short = "open",
    due: Short = "",
    q: Short = "",
    page: Short = "",
    view: Short = "",
    sort: Short = "due",
) -> Response:
    """The agency's cases, deadline first; `page` is the `next` of the page before.

    `total` is null where there are more than anybody counts.
    """
    at = request.app.state.clock()
    query = {"status": "" if view else status, "due": due, "q": q, "view": view, "sort": sort}
    query["page"] = "" if page == "1" else page
    known = await charter.current()
    zone = request.app.state.settings.zone
    wanted = inbox_filters.read(query, known, request.state.actor, zone=zone).wanted
    found = await inbox.listed(request.state.actor, wanted, at=at)
    total = await inbox_counts.total(request.state.actor, wanted, at=at)
    return reply(
        {
            "items": [_row(row, request) for row in found.rows],
            "total": None if total.is_capped else total.number,
            "next": found.next.to_text() if found.next else None,
        }
    )


def _row(row: InboxRow, request: Request) -> dict[str, Any]:
    zone = request.app.state.settings.zone
    return {
        "reference": row.reference,
        "subject": row.subject,
        "status": row.status,
        "filed_at": in_zone(row.filed_at, zone),
        "due_at": in_zone(row.due_at, zone),
        "officer": row.officer,
        "agency": agency_json(row.agency),
        "service": service_json(row.service) if row.service else None,
    }


@router.get("/inbox/{reference:path}")
async def opened(reference: str, request: Request) -> Response:
    """One case with its story. Who the resident is, is not in it."""
    case = await case_file.opened(request.state.actor, reference)
    why = await urgency.explained(case.promise, at=request.app.state.clock())
    return reply(_file(case, why, request))


def _file(case: CaseFile, why: Explained, request: Request) -> dict[str, Any]:
    zone = request.app.state.settings.zone
    return {
        "reference": case.facts.reference,
        "kind": case.kind,
        "status": case.facts.status,
        "subject": case.subject,
        "text": case.text,
        "location": case.location,
        "filed_at": in_zone(case.filed_at, zone),
        "due_at": in_zone(case.due_at, zone),
        "explanation": explanations.told(why.steps, zone, why.standing),
        "officer": case.officer,
        "agency": agency_json(case.agency),
        "service": service_json(case.service) if case.service else None,
        "timeline": [
            {
                "event": line.kind,
                "at": in_zone(line.at, zone),
                "by": line.by,
                "detail": line.detail,
            }
            for line in case.timeline
        ],
        "messages": [
            {"kind": m.kind, "by": m.by, "text": m.text, "at": in_zone(m.at, zone)}
            for m in case.messages
        ],
    }


Action = Callable[[str, ActionBody, Act, Keyring], Awaitable[None]]


async def _assign(reference: str, body: ActionBody, act: Act, _: Keyring) -> None:
    officer = drafts.reason({"officer": body.officer}, field="officer")
    await casework.assign(reference, act, officer=officer)


async def _ask(reference: str, body: ActionBody, act: Act, keys: Keyring) -> None:
    await casework.ask(reference, drafts.message({"text": body.text}), act, keys)


async def _answer(reference: str, body: ActionBody, act: Act, keys: Keyring) -> None:
    text = drafts.message({"text": body.text})
    await casework.answer(reference, text, act, keys, ending=_ending(body))


def _ending(body: ActionBody) -> Ending | None:
    """What the answer came to; None where the agency's system does not say."""
    if body.outcome is None and body.cause is None:
        return None
    told = {"outcome": body.outcome, "cause": body.cause, "reason": body.reason}
    return outcomes.ending(told, reason="reason")


async def _recategorise(reference: str, body: ActionBody, act: Act, _: Keyring) -> None:
    wanted = recategorising.draft({"service": body.service, "reason": body.reason})
    await recategorising.recategorise(reference, wanted, act)


async def _transfer(reference: str, body: ActionBody, act: Act, _: Keyring) -> None:
    to = drafts.reason({"to": body.to}, field="to")
    reason = drafts.reason({"reason": body.reason})
    await casework.transfer(reference, act, to=to, reason=reason)


async def _extend(reference: str, body: ActionBody, act: Act, keys: Keyring) -> None:
    until = moment(body.until or "", "until")
    reason = drafts.reason({"reason": body.reason})
    await casework.extend(reference, act, keys, until=until, reason=reason)


async def _note(reference: str, body: ActionBody, act: Act, _: Keyring) -> None:
    await casework.note(reference, drafts.message({"text": body.text}), act)


async def _close_duplicate(reference: str, body: ActionBody, act: Act, keys: Keyring) -> None:
    original = drafts.reason({"of": body.of}, field="of")
    text = drafts.message({"text": body.text})
    await casework.close_duplicate(reference, text, act, keys, original=original)


ACTIONS: dict[str, Action] = {
    "assign": _assign,
    "ask": _ask,
    "answer": _answer,
    "transfer": _transfer,
    "extend": _extend,
    "note": _note,
    "close-duplicate": _close_duplicate,
    "recategorise": _recategorise,
}


@router.post("/inbox/{reference:path}/{action}", openapi_extra=takes(ActionBody))
async def do(reference: str, action: str, request: Request, act: Acting) -> Response:
    """Do one of: assign, ask, answer, transfer, extend, note, close-duplicate, recategorise."""
    if action not in ACTIONS:
        raise NoSuchPage
    body = await schemas.read(ActionBody, request)
    keys = request.app.state.keys

    async def doing() -> Stored:
        await ACTIONS[action](reference, body, act, keys)
        return Stored(200, {"reference": reference, "done": action})

    once = await idempotency.once(request)
    stored = await idempotency.answered(once, act, keys, doing)
    return reply(stored.body, stored.status)
