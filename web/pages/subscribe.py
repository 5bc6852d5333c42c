"""Mails about editions: asked for, confirmed by a code from the mail, managed and ended by a link.

The link that confirms has its code behind `#`, which no server and no log ever sees. A GET, a mail
scanner's too, only shows pages. The mail program itself may end it (RFC 8058).
"""

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from feedback.errors import Faulty, NoSuchCode
from ranking.life import subscriptions
from ranking.life.subscriptions import Wish
from sla import charter
from web import acting, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/subscribe")
async def ask(request: Request) -> Response:
    """The form, or, after it was sent, the same words for everybody."""
    form = Form({"agency": request.query_params.get("agency", "")[:40]})
    return await _asked(request, form, is_sent="sent" in request.query_params)


@router.post("/subscribe")
async def send(request: Request) -> Response:
    """Owe a mail where one is due; the answer is out before anybody looks."""
    form = await forms.read(request)
    language = rendering.language_of(request)
    try:
        wish = await subscriptions.wish(form.values, language)
    except Faulty as error:
        forms.refused(form, error, language)
        return await _asked(request, form, status=422)
    response = staff.see(request, "subscribe", sent="yes")
    response.background = BackgroundTask(_owe, request, wish)
    return response


async def _owe(request: Request, wish: Wish) -> None:
    async with acting.opened(request) as act:
        await subscriptions.ask(wish, act, request.app.state.keys)


async def _asked(
    request: Request, form: Form, *, is_sent: bool = False, status: int = 200
) -> Response:
    language = rendering.language_of(request)
    known = await charter.current()
    agencies = known.open_agencies(on=request.app.state.today())
    return rendering.page(
        request,
        "subscribe/ask.html",
        status=status,
        form=form,
        sent=is_sent,
        agencies=[(one.code, one.name(language)) for one in agencies],
    )


@router.get("/subscribe/confirm")
async def open_(request: Request) -> Response:
    """Where the link of the first mail leads."""
    return rendering.page(request, "subscribe/confirm.html", form=Form(), done=None)


@router.post("/subscribe/confirm")
async def confirm(request: Request) -> Response:
    """The address is whose it is said to be."""
    form = await forms.read(request)
    try:
        async with acting.opened(request) as act:
            done = await subscriptions.confirm(form["code"], act, request.app.state.keys)
    except NoSuchCode as error:
        status = forms.blame(form, "code", error, rendering.language_of(request))
        return rendering.page(
            request, "subscribe/confirm.html", status=status, form=form, done=None
        )
    return rendering.page(request, "subscribe/confirm.html", form=form, done=done)


@router.get("/subscription/{handle}")
async def manage(handle: str, request: Request) -> Response:
    """What this address hears of. Raises `NoSuchCode` for a handle that is none of ours."""
    return await _managed(handle, request)


@router.post("/subscription/{handle}")
async def stop(handle: str, request: Request) -> Response:
    """No more of one, or of anything. A mail program that says so brings no token of our forms."""
    form = await request.form(max_fields=5, max_files=0)
    number = form.get("number")
    chosen = guards.int_or_zero(number[:18]) if isinstance(number, str) else None
    async with acting.opened(request):
        await subscriptions.stop(handle, request.app.state.keys, number=chosen)
    return await _managed(handle, request, is_stopped=True)


async def _managed(handle: str, request: Request, *, is_stopped: bool = False) -> Response:
    found = await subscriptions.of(handle, request.app.state.keys)
    return rendering.page(
        request, "subscribe/manage.html", handle=handle, found=found, stopped=is_stopped
    )
