"""The end of every way to sign in: the cookie, and on to where they were going."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback.staff import sessions
from feedback.staff.sessions import Signed
from web.drawing import rendering
from web.errors import NotSignedIn
from web.forms import Form
from web.guarding import access, carried, devices, guards
from web.pages import staff

# A page of ours, without a host: `//elsewhere` and backslashes do not fit.
_OURS = re.compile(r"/(?:vi|en)/[A-Za-z0-9%._~-]+(?:/[A-Za-z0-9%._~-]+)*/?")

# Longer than a session: an ended one still tells whose words are to be carried.
COOKIE_SECONDS = int(sessions.LASTS.total_seconds()) * 2


async def arrived(request: Request, token: str, form: Form) -> Response:
    """Signed in, wholly or up to the second factor; `form` has `next` and what is carried."""
    state = request.app.state
    signed = await sessions.of_token(token, state.keys, at=state.clock())
    if signed is None:
        raise NotSignedIn
    if signed.is_whole(required=state.settings.is_second_factor_required):
        response = _onward(request, signed, form)
        devices.remember(response, request, signed.staff.name)
    else:
        response = owed(request, has_factor=signed.owes_code, form=form)
    keep(response, request, token)
    return response


def owed(request: Request, *, has_factor: bool, form: Form) -> Response:
    """On to the second factor; what is carried goes along in a form, never in an address."""
    path = "sign-in/code" if has_factor else "account/second-factor"
    if form[carried.FIELD]:
        return rendering.page(
            request, "sign_in/step.html", step=path, carry=form[carried.FIELD], next=form["next"]
        )
    return staff.see(request, path, next=ours(form["next"]))


def _onward(request: Request, signed: Signed, form: Form) -> Response:
    kept = carried.unpack(form[carried.FIELD], request, signed.staff.account_id)
    if kept is not None:
        return rendering.page(request, "sign_in/kept.html", kept=kept)
    following = ours(form["next"])
    if following:
        return RedirectResponse(following, 303)
    return staff.see(request, access.LANDING[signed.staff.role])


def ours(path: str) -> str:
    """The path if it is a page of ours, else nothing."""
    return path if _OURS.fullmatch(path) else ""


def keep(response: Response, request: Request, token: str) -> None:
    """Have the browser keep the session's token; with an empty one, forget it."""
    cookie = guards.cookie(
        access.SESSION,
        token,
        secure=request.app.state.secure,
        lasts=COOKIE_SECONDS if token else 0,
    )
    response.headers.append("set-cookie", cookie)
