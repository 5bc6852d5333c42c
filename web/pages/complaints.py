"""Sending feedback: which office, about what, what happened, how to reach you, check, receipt.

Which office and service may stand in the address, so that an office can print a link of its own;
what somebody writes never does.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import drafts, duplicates, intake, subjects
from feedback.actors import Resident
from feedback.drafts import ComplaintDraft
from feedback.duplicates import Alike
from feedback.errors import Faulty, Refusal
from feedback.intake import Addressed, Filing
from feedback.texts import legal_router
from feedback.texts.legal_router import Channel
from sla import charter
from sla.errors import NotText
from web import forms
from web.drawing import rendering
from web.drawing.rendering import language_of, page
from web.forms import Form
from web.guarding import guards, idempotency, throttling, uploads
from web.guarding.desks import Keyed
from web.guarding.uploads import Posted
from web.language import i18n_names
from web.pages import attachments, choosing, missing, receipts, sealed, steps
from web.pages.steps import Step
from web.sending import carriers
from web.storage.engine import Busy

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

PAGE = 24
# The page that asks for a place may ask the device where it is, and no other page may.
MAY_LOCATE = {"Permissions-Policy": "geolocation=(self), camera=(), microphone=()"}
# Said by our script, which cannot see where a redirect leads before the receipt is used up.
BY_SCRIPT = "x-hailong-send"


@router.get("/complaints/new")
async def ask(request: Request) -> Response:
    """The first page, or one of those on which nothing is written yet."""
    query = request.query_params
    form = Form({name: query.get(name, "") for name in ("agency", "service", "q", "page")})
    target = query.get("step", "")
    if target not in {"agency", "service", "details"}:
        return await _start(request, form)
    if target != "agency" and not form["agency"]:
        target = "agency"
    return await _turn(request, form, target)


@router.post("/complaints/new")
async def turn(request: Request) -> Response:
    """Another page with what was answered so far, or the end: it is filed."""
    async with uploads.received(request) as posted:
        form = posted.form
        target = form["step"]
        if target not in {*steps.BY_NAME, steps.SEND}:
            target = "agency"
        if target == steps.SEND:
            return await _send(request, form, posted)
        return await _turn(request, form, target)


async def _start(request: Request, form: Form) -> Response:
    known = await charter.current()
    agency = known.agencies.get(form["agency"])
    today = request.app.state.today()
    is_open = agency is not None and agency.is_open(today)
    words = _printable(form["q"]).strip()
    found = await choosing.anything(form["q"], known, on=today) if words else None
    hotlines = request.app.state.channels.hotlines
    return page(
        request,
        "complaints/start.html",
        agency=agency if is_open else None,
        words=words,
        found=found,
        hotlines=[hotline.number for hotline in hotlines],
    )


async def _turn(request: Request, form: Form, target: str) -> Response:
    """The page asked for, or the first one before it with something to mend."""
    draft, _ = await _judge(request, form)
    stop = steps.stopped_at(form.faults, target)
    if stop is None and target == "check" and _asks_the_way(request, form):
        target = "reach"
    step = stop or steps.BY_NAME["check" if target == steps.SEND else target]
    form.faults = {f: words for f, words in form.faults.items() if stop and f in stop.fields}
    doubt = None if stop else _doubt(form)
    if doubt and steps.follows(step.name, "details"):
        return _ask_again(request, form, doubt, onward=step.name)
    return await _show(request, form, step, status=422 if stop else 200, draft=draft)


def _asks_the_way(request: Request, form: Form) -> bool:
    return carriers.sends_sms(request.app.state.settings) and steps.asks_the_way(form.values)


def _doubt(form: Form) -> Channel | None:
    """Where what was written seems to belong, unless its writer has said that it does not."""
    try:
        finding = legal_router.read(f"{form['subject']}\n{form['text']}")
    except NotText:
        return None
    return finding.channel if finding and finding.channel != form["ordinary"] else None


def _ask_again(request: Request, form: Form, doubt: Channel, *, onward: str) -> Response:
    """The second net's question. What was written stands in the page alone, stored nowhere."""
    known = request.app.state.channels
    return page(
        request,
        "complaints/doubt.html",
        form=form,
        doubt=doubt,
        onward=onward,
        receivers=known.of(doubt),
        hotlines=known.hotlines,
        carried={f: v for f, v in _all_of(form).items() if f != "ordinary"},
    )


def _all_of(form: Form) -> dict[str, str]:
    return {f: _printable(v) for f, v in steps.carried(form.values, steps.BY_NAME["check"]).items()}


async def _judge(request: Request, form: Form) -> tuple[ComplaintDraft | None, Addressed | None]:
    """The draft and whom it goes to, as far as they are good; what is wrong goes into the form."""
    language = language_of(request)
    draft = to = None
    try:
        subject = form["subject"] if form["subject"].strip() else subjects.of(form["text"])
        draft = drafts.complaint({**form.values, "subject": subject, "language": language})
    except Faulty as error:
        missing.tell_all(form, error, language)
        forms.refused(form, error, language)
    if "agency" in form.faults:
        return draft, to
    service = None if "service" in form.faults else form["service"].strip() or None
    try:
        to = await intake.addressed(form["agency"].strip(), service, at=request.app.state.clock())
    except Refusal as error:
        forms.refused(form, error, language)
    return draft, to


async def _send(request: Request, form: Form, posted: Posted) -> Response:
    draft, _ = await _judge(request, form)
    doubt = _doubt(form)
    if draft is None or form.faults or doubt:
        return await _turn(request, form, steps.SEND)
    state = request.app.state
    once = idempotency.once_of(
        form["form_key"], f"filed\0{form[forms.TOKEN]}", orjson.dumps(draft), state.keys
    )
    joins = sealed.from_field(form["joins"], request)
    filing = Filing(
        draft,
        _resident(request),
        channel="web",
        is_ordinary=bool(form["ordinary"]),
        joins=guards.int_or_zero(joins) or None,
        is_screened=throttling.is_from_outside(request),
    )
    try:
        stored = await state.desks.filings.ask(Keyed(filing, once))
    except (Refusal, Busy) as error:
        if forms.refused(form, error, language_of(request)).faults:
            return await _turn(request, form, steps.SEND)
        status = forms.blame(form, "", error, language_of(request))
        return await _show(request, form, steps.BY_NAME["check"], status=status, draft=draft)
    await attachments.add_to_filed(request, posted, stored.body["tracking_code"])
    address = rendering.url(language_of(request), "complaints/receipt")
    response: Response = RedirectResponse(address, 303)
    if request.headers.get(BY_SCRIPT):
        response = Response(status_code=201, headers={"Location": address, **receipts.ONCE_SHOWN})
    sealed.put(response, request, sealed.RECEIPT, stored.body["tracking_code"])
    return response


def _resident(request: Request) -> Resident:
    """Staff who send feedback do so as anybody does."""
    actor = request.state.actor
    return actor if isinstance(actor, Resident) else Resident(device=actor.reference)


async def _show(
    request: Request, form: Form, step: Step, *, status: int, draft: ComplaintDraft | None = None
) -> Response:
    form.values.setdefault("kind", i18n_names.KINDS[0].value)
    if step.name == "title" and draft:
        form.values["subject"] = form["subject"] or draft.subject
    if step.name == "reach":
        form.values["reach_by"] = form["reach_by"] or i18n_names.WAYS[0].value
    form.values = {name: _printable(value) for name, value in form.values.items()}
    more = await _known_to(step, form, request, draft)
    number, count = steps.told(step.name)
    return page(
        request,
        f"complaints/{step.name}.html",
        status=status,
        headers=MAY_LOCATE if step.name == "place" else None,
        form=form,
        step=step.name,
        number=number,
        steps=count,
        sends_sms=carriers.sends_sms(request.app.state.settings),
        ways=i18n_names.WAYS,
        back=steps.before(step.name),
        next="" if step.name == "check" else _after(form, step),
        carried=steps.carried(form.values, step),
        subject=draft.subject if draft else form["subject"],
        is_typed=steps.is_typed(form.values),
        kinds=i18n_names.KINDS,
        limits=drafts,
        form_key=secrets.token_urlsafe(16),
        **more,
    )


async def _known_to(
    step: Step, form: Form, request: Request, draft: ComplaintDraft | None
) -> dict[str, Any]:
    """What a page shows besides the form itself."""
    known = await charter.current()
    today = request.app.state.today()
    service = known.services.get(form["service"].strip())
    if step.name == "agency":
        wanted = service if service and not form["agency"] else None
        takes = choosing.who_offers(known, wanted, on=today) if wanted else None
        offices = known.open_agencies(on=today) if takes is None else takes
        found = await choosing.offices(form["q"], offices)
        passed = choosing.who_passes_on(known, on=today)
        return {**_leaf(form, found), "wanted": wanted, "unsure": passed}
    code = form["agency"].strip()
    if step.name == "service":
        to = await intake.addressed(code, None, at=request.app.state.clock())
        offered = known.offered(to.agency, on=today)
        return {**_leaf(form, choosing.services(form["q"], offered)), "to": to}
    to = await intake.addressed(code, form["service"].strip() or None, at=request.app.state.clock())
    alike = await _alike(request, draft, to) if step.name == "check" else []
    return {"to": to, "alike": alike}


async def _alike(
    request: Request, draft: ComplaintDraft | None, to: Addressed
) -> list[tuple[str, Alike]]:
    """Cases it may tell of again, each with what joins it, sealed."""
    if draft is None:
        return []
    found = await duplicates.alike(draft, to.agency, at=request.app.state.clock())
    return [(sealed.in_field(str(one.id), request), one) for one in found]


def _after(form: Form, step: Step) -> str:
    has_service = bool(form["service"]) and not form["agency"]
    return steps.after(step.name, was_checked=bool(form["seen"]), has_service=has_service)


def _leaf(form: Form, found: Sequence[object]) -> dict[str, Any]:
    """One page of what was found; all of it where something typed must not be in an address."""
    pages = 1 if steps.is_typed(form.values) else max(1, -(-len(found) // PAGE))
    number = min(max(guards.int_or_zero(form["page"]), 1), pages)
    shown = found if pages == 1 else found[(number - 1) * PAGE : number * PAGE]
    return {"found": shown, "count": len(found), "leaf": number, "pages": pages}


def _printable(text: str) -> str:
    """What may stand on a page: what is no text was refused and is shown as a blot, and control
    characters, which are not kept either, go.
    """
    blotted = "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
    return "".join(c for c in blotted if c in "\t\n\r" or unicodedata.category(c) != "Cc")
