"""A forgotten password: a mail is asked for, and its code opens a form for a new one.

The link in the mail has the code behind `#`, which no server and no log ever sees; the page's
script puts it into the field. Opening the link changes nothing.
"""

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from feedback.errors import NoSuchCode, NotAFact
from feedback.staff import resets
from web import acting, forms
from web.drawing import rendering
from web.forms import Form
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/password/forgotten")
async def ask(request: Request) -> Response:
    """The form, or, after it was sent, the same words for everybody."""
    sent = "sent" in request.query_params
    return rendering.page(request, "account/forgotten.html", form=Form(), sent=sent)


@router.post("/password/forgotten")
async def send(request: Request) -> Response:
    """Owe a mail where there is somebody to write to; the answer is out before anybody looks."""
    form = await forms.read(request)
    response = staff.see(request, "password/forgotten", sent="yes")
    response.background = BackgroundTask(_owe, request, form["name"].strip())
    return response


async def _owe(request: Request, name: str) -> None:
    if not name or len(name) > 40 or not name.isprintable():
        return
    language = rendering.language_of(request)
    async with acting.opened(request) as act:
        await resets.ask(name, act, request.app.state.keys, language=language)


@router.get("/password/new")
async def open_(request: Request) -> Response:
    """Where the link of the mail leads."""
    return _shown(request, Form())


@router.post("/password/new")
async def set_(request: Request) -> Response:
    """The new password; the code is used up and every session ends."""
    form = await forms.read(request)
    try:
        async with acting.opened(request) as act:
            keys = request.app.state.keys
            await resets.use(form["code"], form["new_password"], act, keys)
    except NoSuchCode as error:
        status = forms.blame(form, "code", error, rendering.language_of(request))
        return _shown(request, form, status=status)
    except NotAFact as error:
        forms.refused(form, error, rendering.language_of(request))
        return _shown(request, form, status=422)
    return staff.see(request, "sign-in", changed="yes")


def _shown(request: Request, form: Form, *, status: int = 200) -> Response:
    return rendering.page(request, "account/new_password.html", status=status, form=form)
