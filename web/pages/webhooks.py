"""Addresses at which an agency's own system is called, each with its log. A secret is told once,
on the page that answers the form.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import delivery_log, drafts, webhook_kinds, webhook_permissions, webhooks
from feedback.actors import Staff
from feedback.delivery_log import DeliveryState
from feedback.errors import Faulty, NotAFact, TooManyWebhooks, UnknownAgency
from feedback.webhook_kinds import CHOOSABLE, WebhookKind
from feedback.webhooks import Webhook, WebhookDraft
from sla import charter
from sla.acts import Act
from web import acting, errors, forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import guards
from web.language import i18n
from web.language.i18n import mark
from web.pages import staff, sure
from web.pages.admin import frame
from web.pages.sure import Question
from web.sending import addresses, outgoing

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

BOXES: dict[str, WebhookKind] = {f"hears_{one.name.lower()}": one for one in CHOOSABLE}
DONE = {
    "kept": mark("Stored."),
    "paused": mark("Nothing is sent to this address until you go on."),
    "goes_on": mark("Calls are made again."),
    "pinged": mark("A test call is on its way. Reload this page in a moment to see its answer."),
    "again": mark("It is being sent again. Reload this page in a moment to see what came of it."),
    "ended": mark("Nothing is sent to that address any more."),
}
QUESTIONS = {
    "end": Question(
        mark("Take the address %(url)s away?"),
        mark(
            "Nothing is sent to it any more, and what is still owed is given up. Its secret never"
            " comes back. To stop for a while, pause it instead."
        ),
        mark("Take this address away"),
    ),
    "pause": Question(
        mark("Pause the calls to %(url)s?"),
        mark("Nothing is sent to it until you go on. Of what happens meanwhile it is never told."),
        mark("Pause"),
    ),
    "go_on": Question(
        mark("Go on calling %(url)s?"),
        mark("Calls are made again at once."),
        mark("Go on calling"),
    ),
    "rotate": Question(
        mark("Make a new secret for %(url)s?"),
        mark(
            "Calls carry both signatures for fourteen days, so that the system can change over"
            " without a break. Then the former secret is worth nothing."
        ),
        mark("Make a new secret"),
    ),
}
# Why there was no answer, by the words of the log; any other is shown as it is.
CAUSES = {
    "timeout": mark("no answer within eight seconds"),
    "certificate": mark("its certificate is not trusted"),
    "no_such_host": mark("no such host"),
    "not_public": mark("the address lies inside a network"),
    "not_https": mark("the address does not begin with https://"),
    "ConnectError": mark("no connection"),
    "ended": mark("the address was taken away"),
    "never_tried": mark("not tried in three days"),
}

i18n.NAMES[WebhookKind] = {
    WebhookKind.CASE_FILED: mark("New feedback came in"),
    WebhookKind.CASE_ASSIGNED: mark("An officer was put in charge"),
    WebhookKind.CASE_ASKED: mark("The resident was asked something"),
    WebhookKind.CASE_REPLIED: mark("The resident replied"),
    WebhookKind.CASE_PICTURES_ADDED: mark("Pictures were added"),
    WebhookKind.CASE_TRANSFERRED: mark("It was handed to another agency, or to this one"),
    WebhookKind.CASE_RECATEGORISED: mark("The service was put right"),
    WebhookKind.CASE_EXTENDED: mark("A new date was told"),
    WebhookKind.CASE_DUE_SOON: mark("It is due soon"),
    WebhookKind.CASE_BREACHED: mark("The promised date has passed"),
    WebhookKind.CASE_ANSWERED: mark("It was answered"),
    WebhookKind.CASE_REOPENED: mark("The resident said it is not solved"),
    WebhookKind.CASE_APPEALED: mark("The higher level was asked to look again"),
    WebhookKind.CASE_APPEAL_DECIDED: mark("The higher level has decided"),
    WebhookKind.CASE_CLOSED: mark("It was closed"),
    WebhookKind.CASE_WITHDRAWN: mark("The resident withdrew it"),
    WebhookKind.CASE_ERASED: mark("Its data were erased, and are to be erased elsewhere too"),
    WebhookKind.EDITION_PUBLISHED: mark("An edition was published"),
    WebhookKind.PING: mark("Test call"),
}
i18n.NAMES[DeliveryState] = {
    DeliveryState.OWED: mark("Waits to be sent"),
    DeliveryState.PUT_OFF: mark("Failed, will be tried again"),
    DeliveryState.GIVEN_UP: mark("Given up"),
    DeliveryState.DELIVERED: mark("Taken"),
}


@router.get("/webhooks")
async def listed(request: Request) -> Response:
    """The addresses one may see, searched by agency."""
    typed, sought = frame.searched(request)
    before = guards.int_or_zero(request.query_params.get("before", "")[:9])
    me: Staff = request.state.actor
    found = await webhooks.listed(
        me, at=request.app.state.clock(), search=sought, before=before or None
    )
    return await _page(
        request,
        "webhooks/list.html",
        found=found,
        is_first=not before,
        form=Form({"q": typed}),
        narrowed={"q": typed} if typed else {},
        sees_all=webhook_permissions.seen_agency(me) is None,
    )


@router.get("/webhooks/new")
async def ask(request: Request) -> Response:
    """The form of a new one."""
    return await _new(request, Form(dict.fromkeys(BOXES, "yes")))


@router.post("/webhooks/new")
async def add(request: Request) -> Response:
    """Add it; the answer tells the secret."""
    form = await forms.read(request)
    me: Staff = request.state.actor
    try:
        agency = form["agency"]
        if me.agency_id is not None:
            agency = (await charter.current()).agency_of_id(me.agency_id).code
        draft, reason = _draft(request, form), drafts.reason(form.values)
        async with acting.opened(request) as act:
            number, secret = await webhooks.add(
                agency, draft, act, request.app.state.keys, reason=reason
            )
    except (Faulty, NotAFact, UnknownAgency) as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _new(request, form, status=422)
    except TooManyWebhooks as error:
        status = forms.blame(form, "agency", error, rendering.language_of(request))
        return await _new(request, form, status=status)
    return await _one(request, number, secret=secret)


def _draft(request: Request, form: Form) -> WebhookDraft:
    inside = outgoing.inside(request.app.state.settings)
    site = addresses.site(form["url"], inside)
    hears = " ".join(one for box, one in BOXES.items() if form[box] == "yes")
    return WebhookDraft(site.url, webhook_kinds.read(hears))


@router.get("/webhooks/{number}")
async def shown(number: str, request: Request) -> Response:
    """One address with its log."""
    return await _one(request, _number(number))


@router.post("/webhooks/{number}")
async def change(number: str, request: Request) -> Response:
    """Do one of the things its page offers."""
    form = await forms.read(request)
    this, what = _number(number), form["do"]
    if what == "keep":
        return await _keep(request, this, form)
    question = QUESTIONS.get(what)
    if question and not sure.is_sure(form):
        webhook = await webhooks.one(this, request.state.actor, at=request.app.state.clock())
        about = {"back": f"webhooks/{this}", "url": webhook.url}
        return await sure.ask(request, form, question, section="webhooks", **about)
    if question:
        return await _change(request, this, what, sure.why(form))
    if what not in SENDING and not form["again"]:
        raise NoSuchPage
    async with acting.opened(request) as act:
        if form["again"]:
            done = "again"
            sent = guards.int_or_zero(form["again"][:18])
            await delivery_log.send_again(this, sent, act)
        else:
            send, done = SENDING[what]
            await send(this, act)
    return staff.see(request, "webhooks", this, done=done)


SENDING: dict[str, tuple[Callable[[int, Act], Awaitable[object]], str]] = {
    "ping": (delivery_log.ping, "pinged"),
    "all_again": (delivery_log.send_all_again, "again"),
}


async def _change(request: Request, number: int, what: str, reason: str) -> Response:
    """What was asked about and answered with a reason."""
    if what == "rotate":
        async with acting.opened(request) as act:
            secret = await webhooks.rotate(number, act, request.app.state.keys, reason=reason)
        return await _one(request, number, secret=secret)
    step, done = STEPS[what]
    async with acting.opened(request) as act:
        await step(number, act, reason=reason)
    return staff.see(request, "webhooks", *([] if what == "end" else [number]), done=done)


STEPS: dict[str, tuple[Callable[..., Awaitable[None]], str]] = {
    "end": (webhooks.end, "ended"),
    "pause": (webhooks.pause, "paused"),
    "go_on": (webhooks.go_on, "goes_on"),
}


async def _keep(request: Request, number: int, form: Form) -> Response:
    try:
        draft, reason = _draft(request, form), drafts.reason(form.values)
        async with acting.opened(request) as act:
            await webhooks.change(number, draft, act, reason=reason)
    except (Faulty, NotAFact) as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _one(request, number, form=form, status=422)
    return staff.see(request, "webhooks", number, done="kept")


def _number(text: str) -> int:
    """NoSuchPage for what is no number of ours."""
    number = guards.int_or_zero(text[:18])
    if not 0 < number < 2**31:
        raise NoSuchPage
    return number


async def _new(request: Request, form: Form, *, status: int = 200) -> Response:
    return await _page(
        request,
        "webhooks/new.html",
        status=status,
        form=form,
        agencies=await frame.open_agencies(request),
    )


async def _one(
    request: Request,
    number: int,
    *,
    form: Form | None = None,
    secret: str = "",
    status: int = 200,
) -> Response:
    me, at = request.state.actor, request.app.state.clock()
    webhook = await webhooks.one(number, me, at=at)
    asked = request.query_params.get("state", "")
    state = DeliveryState(asked) if asked in set(DeliveryState) else None
    before = guards.int_or_zero(request.query_params.get("before", "")[:18])
    log = await delivery_log.read(number, me, at=at, state=state, before=before or None)
    return await _page(
        request,
        "webhooks/one.html",
        status=status,
        webhook=webhook,
        form=form or Form(_typed(webhook)),
        secret=secret,
        log=log,
        state=state,
        states=DeliveryState,
        is_first=not before,
        causes=frame.named(CAUSES, request),
    )


def _typed(webhook: Webhook) -> dict[str, str]:
    hears = {box: "yes" for box, one in BOXES.items() if one in webhook.kinds}
    return {"url": webhook.url, **hears}


async def _page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    me: Staff = request.state.actor
    language = rendering.language_of(request)
    refusal = webhook_permissions.why_not_keep(me)
    return await staff.page(
        request,
        template,
        section="webhooks",
        status=status,
        refused=errors.told(refusal, language) if refusal else "",
        done=DONE.get(request.query_params.get("done", "")),
        boxes=BOXES,
        **values,
    )
