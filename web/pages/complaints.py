"""Sending feedback: which office, about what, what happened, how to reach you, check, receipt.

Which office and service may stand in the address, so that an office can print a link of its own;
what somebody writes never does.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import drafts, intake, tracking
from feedback.actors import Resident
from feedback.drafts import ComplaintDraft
from feedback.errors import Faulty, Refusal
from feedback.intake import Addressed, Filing
from sla import charter, spelling
from sla.charter import Agency, Service
from sla.errors import NotText
from web import errors, forms, guards, i18n, i18n_names, idempotency, qr, rendering
from web.desks import Keyed
from web.engine import Busy
from web.forms import Form
from web.pages import missing, sealed, steps
from web.pages.steps import Step
from web.rendering import language_of, page

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

PAGE = 24
ONCE_SHOWN = {"Cache-Control": "no-store, private"}
Named = TypeVar("Named", Agency, Service)


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
    form = await forms.read(request)
    target = form["step"]
    if target not in {*steps.BY_NAME, steps.SEND}:
        target = "agency"
    if target == steps.SEND:
        return await _send(request, form)
    return await _turn(request, form, target)


@router.get("/complaints/receipt")
async def receipt(request: Request) -> Response:
    """The receipt, once: the code stands nowhere else."""
    state = request.app.state
    code = sealed.get(request, sealed.RECEIPT)
    if code is None:
        return page(request, "complaints/receipt_gone.html", status=410)
    case = await tracking.by_code(code, state.keys, at=state.clock())
    address = f"{_site(request)}{rendering.url(language_of(request), 'track')}"
    response = page(
        request,
        "complaints/receipt.html",
        headers=ONCE_SHOWN,
        case=case,
        code=code,
        address=address,
        qr=qr.drawn(address),
    )
    sealed.drop(response, request, sealed.RECEIPT)
    return response


def _site(request: Request) -> str:
    """The configured address; where there is none, the one this machine is tried out under."""
    return (request.app.state.settings.base_url or "http://localhost:8000").rstrip("/")


async def _start(request: Request, form: Form) -> Response:
    known = await charter.current()
    agency = known.agencies.get(form["agency"])
    is_open = agency is not None and agency.is_open(request.app.state.today())
    return page(request, "complaints/start.html", agency=agency if is_open else None)


async def _turn(request: Request, form: Form, target: str) -> Response:
    """The page asked for, or the first one before it with something to mend."""
    _, _ = await _judge(request, form)
    stop = steps.stopped_at(form.faults, target)
    step = stop or steps.BY_NAME["check" if target == steps.SEND else target]
    form.faults = {f: words for f, words in form.faults.items() if stop and f in stop.fields}
    return await _show(request, form, step, status=422 if stop else 200)


async def _judge(request: Request, form: Form) -> tuple[ComplaintDraft | None, Addressed | None]:
    """The draft and whom it goes to, as far as they are good; what is wrong goes into the form."""
    language = language_of(request)
    draft = to = None
    try:
        draft = drafts.complaint({**form.values, "language": language})
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


async def _send(request: Request, form: Form) -> Response:
    draft, _ = await _judge(request, form)
    if draft is None or form.faults:
        return await _turn(request, form, steps.SEND)
    state = request.app.state
    once = idempotency.once_of(
        form["form_key"], f"filed\0{form[forms.TOKEN]}", orjson.dumps(draft), state.keys
    )
    filing = Filing(draft, _resident(request), channel="web")
    try:
        stored = await state.desks.filings.ask(Keyed(filing, once))
    except (Refusal, Busy) as error:
        if forms.refused(form, error, language_of(request)).faults:
            return await _turn(request, form, steps.SEND)
        answer = errors.answer_to(error)
        form.faults[""] = i18n.translator(language_of(request)).gettext(answer.title)
        return await _show(request, form, steps.BY_NAME["check"], status=answer.status)
    address = rendering.url(language_of(request), "complaints/receipt")
    response = RedirectResponse(address, 303)
    sealed.put(response, request, sealed.RECEIPT, stored.body["tracking_code"])
    return response


def _resident(request: Request) -> Resident:
    """Staff who send feedback do so as anybody does."""
    actor = request.state.actor
    return actor if isinstance(actor, Resident) else Resident(device=actor.reference)


async def _show(request: Request, form: Form, step: Step, *, status: int) -> Response:
    form.values.setdefault("kind", i18n_names.KINDS[0].value)
    form.values = {name: _printable(value) for name, value in form.values.items()}
    known = await charter.current()
    more: dict[str, Any] = {}
    today = request.app.state.today()
    if step.name == "agency":
        more = _found(form, known.open_agencies(on=today))
    elif step.name == "service":
        agency = known.agencies[form["agency"].strip()]
        more = _found(form, known.offered(agency, on=today))
    if step.name != "agency":
        service = None if step.name == "service" else form["service"].strip() or None
        more["to"] = await intake.addressed(
            form["agency"].strip(), service, at=request.app.state.clock()
        )
    return page(
        request,
        f"complaints/{step.name}.html",
        status=status,
        form=form,
        step=step.name,
        number=steps.number_of(step.name),
        steps=len(steps.STEPS),
        back=steps.before(step.name),
        next="" if step.name == "check" else _after(form, step),
        carried=steps.carried(form.values, step),
        is_typed=steps.is_typed(form.values),
        kinds=i18n_names.KINDS,
        limits=drafts,
        form_key=secrets.token_urlsafe(16),
        **more,
    )


def _after(form: Form, step: Step) -> str:
    return steps.after(step.name, was_checked=bool(form["seen"]))


def _found(form: Form, all_of_them: Sequence[Named]) -> dict[str, Any]:
    """One page of what the words find, in any order and with or without marks."""
    try:
        words = spelling.search_key(form["q"]).split()
    except NotText:
        words = ["\0"]
    found = [one for one in all_of_them if all(word in one.search_key for word in words)]
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
