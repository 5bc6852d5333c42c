"""Following a case: its code opens it, and whoever holds the code may answer, object, withdraw."""

import secrets
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import appealing, casework, drafts, holds, reaching, restricted, tracking
from feedback.codes import Keyring
from feedback.errors import Faulty, KeyReused, NoSuchCode, Refusal
from feedback.lifecycle import OPEN, CaseStatus
from feedback.tracking import TrackedCase
from sla import charter
from sla.acts import Act
from sla.standing import Verdict
from web import acting, errors, forms
from web.drawing import rendering
from web.drawing.rendering import language_of, page
from web.forms import Form
from web.guarding import idempotency, uploads
from web.guarding.idempotency import Stored
from web.guarding.uploads import Posted
from web.language import i18n
from web.pages import attachments, explained, missing, sealed, story
from web.sending import carriers

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

# As the deadline chip draws it; a case that waits for its resident is paused.
CHIPS = {
    Verdict.ON_TIME: "kept",
    Verdict.LATE: "late",
    Verdict.OPEN_IN_TIME: "in_time",
    Verdict.OPEN_OVERDUE: "overdue",
    Verdict.NO_PROMISE: "none",
    Verdict.UNDATED: "none",
}
Does = Callable[[str, str, Act, Keyring], Awaitable[None]]

_act = asynccontextmanager(acting.acting)


@router.get("/track")
async def track(request: Request) -> Response:
    """The case at hand, or the question for a code."""
    code = sealed.get(request, sealed.CASE)
    if code is None:
        return _ask_for_code(request, Form())
    try:
        return await _show(request, code, Form())
    except NoSuchCode:
        return _ask_for_code(request, Form())


@router.post("/track")
async def open_case(request: Request) -> Response:
    """Look a code up; the case is then shown under an address without it."""
    form = await forms.read(request)
    state = request.app.state
    if not form["code"].strip():
        missing.tell(form, "code", language_of(request))
        return _ask_for_code(request, form, status=422)
    try:
        await tracking.by_code(form["code"], state.keys, at=state.clock())
    except NoSuchCode as error:
        return _unknown_code(request, form, error)
    return _to_case(request, form["code"])


@router.post("/track/leave")
async def leave(request: Request) -> Response:
    """Forget the case on this device."""
    await forms.read(request)
    response = RedirectResponse(rendering.url(language_of(request), "track"), 303)
    sealed.drop(response, request, sealed.CASE)
    return response


@router.post("/track/reply")
async def reply(request: Request) -> Response:
    """Answer the office's question."""
    async with uploads.received(request) as posted:
        return await _do(request, casework.reply, posted=posted)


@router.post("/track/reopen")
async def reopen(request: Request) -> Response:
    """Say that it is not solved."""
    async with uploads.received(request) as posted:
        return await _do(request, casework.reopen, posted=posted)


@router.post("/track/object")
async def object_to(request: Request) -> Response:
    """Say that it is no spam: somebody else looks at it."""
    return await _do(request, holds.object_to)


@router.get("/track/withdraw")
async def ask_to_withdraw(request: Request) -> Response:
    """Are you sure?"""
    code = sealed.get(request, sealed.CASE)
    if code is None:
        return _ask_for_code(request, Form())
    return await _show(request, code, Form(), template="track/withdraw.html")


@router.post("/track/withdraw")
async def withdraw(request: Request) -> Response:
    """Withdraw an open case; a reason may be given."""
    return await _do(request, casework.withdraw, template="track/withdraw.html", wordless=True)


@router.get("/track/appeal")
async def ask_to_appeal(request: Request) -> Response:
    """Who would look again, and why should they?"""
    code = sealed.get(request, sealed.CASE)
    if code is None:
        return _ask_for_code(request, Form())
    return await _show(request, code, Form(), template="track/appeal.html")


@router.post("/track/appeal")
async def appeal(request: Request) -> Response:
    """Take the answer to the level above."""
    return await _do(request, _appeal, template="track/appeal.html")


async def _appeal(code: str, text: str, act: Act, keys: Keyring) -> None:
    await appealing.appeal(code, text, act, keys)


@router.post("/track/appeal/open")
async def open_appeal(request: Request) -> Response:
    """From the first case to the one above it: the same code opens both."""
    form = await forms.read(request)
    state = request.app.state
    try:
        code = appealing.code_above(sealed.from_field(form["held"], request), state.keys)
        await tracking.by_code(code, state.keys, at=state.clock())
    except NoSuchCode as error:
        return _unknown_code(request, form, error)
    return _to_case(request, code)


def _ask_for_code(request: Request, form: Form, *, status: int = 200) -> Response:
    return page(request, "track/code.html", status=status, form=form)


def _unknown_code(request: Request, form: Form, error: NoSuchCode) -> Response:
    """One answer to every code that opens nothing, whatever the cause."""
    status = forms.blame(form, "code", error, language_of(request))
    form.values["code"] = form["code"][:40].replace("\0", "\ufffd")
    return _ask_for_code(request, form, status=status)


def _to_case(request: Request, code: str) -> Response:
    response = RedirectResponse(rendering.url(language_of(request), "track"), 303)
    sealed.put(response, request, sealed.CASE, code)
    return response


async def _do(
    request: Request,
    does: Does,
    *,
    template: str = "track/case.html",
    wordless: bool = False,
    posted: Posted | None = None,
) -> Response:
    """One act of the resident in its own transaction: what is refused leaves nothing behind."""
    form = posted.form if posted else await forms.read(request)
    state = request.app.state
    code = sealed.from_field(form["held"], request)
    try:
        text = "" if wordless and not form["text"].strip() else drafts.message(form.values)
        once = idempotency.once_of(
            form["form_key"],
            f"{request.url.path}\0{form[forms.TOKEN]}",
            orjson.dumps([code, text]),
            state.keys,
        )
        async with _act(request) as act:

            async def do() -> Stored:
                await does(code, text, act, state.keys)
                if posted and posted.files:
                    await attachments.add(code, posted, act, request)
                return Stored(200, {"recorded": True})

            await idempotency.answered(once, act, state.keys, do)
    except NoSuchCode as error:
        return _unknown_code(request, form, error)
    except KeyReused:
        return _to_case(request, code)
    except Refusal as error:
        return await _refused(request, code, form, error, template)
    return _to_case(request, code)


async def _refused(
    request: Request, code: str, form: Form, error: Refusal, template: str
) -> Response:
    """The same page, with what was written and why it was not taken."""
    language = language_of(request)
    missing.tell_all(form, error, language)
    if not isinstance(error, Faulty):
        form.faults[""] = errors.told(error, language)
    forms.refused(form, error, language)
    form.values["text"] = form["text"].replace("\0", "\ufffd")
    return await _show(
        request, code, form, template=template, status=errors.answer_to(error).status
    )


async def _show(
    request: Request,
    code: str,
    form: Form,
    *,
    template: str = "track/case.html",
    status: int = 200,
) -> Response:
    state, language = request.app.state, language_of(request)
    case = await tracking.by_code(code, state.keys, at=state.clock())
    why = await tracking.explained(code, state.keys)
    response = page(
        request,
        template,
        status=status,
        form=form,
        case=case,
        chip=_chip(case),
        is_sealed=case.subject == restricted.BLANK,
        **_hold(case, language, state.clock()),
        ways=await reaching.ways(code, state.keys),
        sends_sms=carriers.sends_sms(state.settings),
        story=story.of(case, await charter.current(), language),
        computed=list(explained.lines(why.steps, language, why.standing)),
        pictures=await attachments.of_resident(code, request),
        reasons=attachments.REASONS,
        may_send_pictures=case.status in OPEN | {CaseStatus.ANSWERED},
        may_withdraw=case.status in OPEN,
        may_reply=case.status is CaseStatus.WAITING,
        may_reopen=case.status is CaseStatus.ANSWERED and case.rating.is_open,
        held=sealed.in_field(code, request),
        form_key=secrets.token_urlsafe(16),
    )
    sealed.put(response, request, sealed.CASE, code)
    return response


def _hold(case: TrackedCase, language: str, at: datetime) -> dict[str, Any]:
    """Whether the case waits for a person's look or was refused by one, and why it was held."""
    hold = case.hold
    until = hold.object_until if hold else None
    return {
        "is_held": hold is not None and hold.decision is None and case.status in OPEN,
        "is_refused": hold is not None and hold.is_refused,
        "object_until": until if until and at < until else None,
        "held_for": "; ".join(i18n.name_of(one, language) for one in hold.reasons) if hold else "",
    }


def _chip(case: TrackedCase) -> str:
    is_paused = case.status is CaseStatus.WAITING and case.verdict is Verdict.OPEN_IN_TIME
    return "paused" if is_paused else CHIPS.get(case.verdict, "")
