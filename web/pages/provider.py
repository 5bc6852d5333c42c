"""Sign-in through the city's identity provider. The password stays as a way in when it is down.

Coming back is a GET that opens a session, as the protocol has it; what makes it safe is the sealed
cookie of the browser that left, without which nothing is believed.
"""

import logging
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import contacts
from feedback.errors import WrongCredentials
from feedback.staff import identities, sessions
from web import acting, oidc
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import access, devices, guards
from web.language.i18n import mark
from web.oidc import Distrusted, Provider, ProviderDown, Question
from web.pages import arriving

log = logging.getLogger(__name__)

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

COOKIE = "hailong_provider"
LASTS = timedelta(minutes=10)
RETURN = "sign-in/provider/return"


def _provider(request: Request) -> Provider:
    """The one provider that is configured; `NoSuchPage` without."""
    state = request.app.state
    settings = state.settings
    if not settings.oidc_issuer:
        raise NoSuchPage
    if not hasattr(state, "provider"):
        state.provider = Provider(
            settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
        )
    found: Provider = state.provider
    return found


def _back(request: Request) -> str:
    """Where the provider sends the browser: the configured address, never what a request says."""
    base: str = request.app.state.settings.site
    return base + rendering.url(rendering.language_of(request), RETURN)


@router.get("/sign-in/provider")
async def leave(request: Request) -> Response:
    """Off to the provider; the browser keeps the question it will bring the answer to."""
    provider = _provider(request)
    state = request.app.state
    asked = oidc.question()
    following = arriving.ours(request.query_params.get("next", ""))
    try:
        address = await provider.address(asked, back=_back(request), at=state.clock())
    except ProviderDown as error:
        return _failed(request, "down", error.why)
    until = (state.clock() + LASTS).timestamp()
    content = [COOKIE, asked.state, asked.nonce, asked.verifier, following, until]
    response = RedirectResponse(address, 303)
    _keep(response, request, contacts.seal(content, state.keys).decode())
    return response


@router.get("/sign-in/provider/return")
async def come_back(request: Request) -> Response:
    """The answer: a session for whom an administrator named as this subject, else why not."""
    provider = _provider(request)
    state = request.app.state
    kept = _kept(request)
    if kept is None:
        return _failed(request, "distrusted", "cookie")
    asked, following = kept
    try:
        answer = dict(request.query_params)
        subject = await provider.subject(answer, asked, back=_back(request), at=state.clock())
    except Distrusted as error:
        return _failed(request, "distrusted", error.why)
    except ProviderDown as error:
        return _failed(request, "down", error.why)
    found = await identities.of(provider.issuer, subject)
    if found is None:
        return _failed(request, "unknown", "unmapped", subject=subject)
    try:
        async with acting.opened(request) as act:
            token = await sessions.open_(
                found,
                act,
                state.keys,
                before=access.session_token(request),
                device=devices.called(request.headers.get("user-agent", "")),
            )
    except WrongCredentials:
        return _failed(request, "unknown", "closed", subject=subject)
    response = await arriving.arrived(request, token, Form({"next": following}))
    _keep(response, request, "")
    return response


def _kept(request: Request) -> tuple[Question, str] | None:
    """What this browser left with, if it did and not too long ago."""
    state = request.app.state
    name = guards.cookie_name(COOKIE, secure=state.secure)
    sealed = guards.cookies(request.headers).get(name, "")
    try:
        what, *secrets, following, until = contacts.unseal(sealed.encode(), state.keys)
        asked = Question(*secrets)
    except (ValueError, TypeError):
        return None
    if what != COOKIE or state.clock().timestamp() >= until:
        return None
    return asked, following


def _keep(response: Response, request: Request, sealed: str) -> None:
    lasts = int(LASTS.total_seconds()) if sealed else 0
    cookie = guards.cookie(COOKIE, sealed, secure=request.app.state.secure, lasts=lasts)
    response.headers.append("set-cookie", cookie)


STATUS = {"down": 503, "distrusted": 403, "unknown": 403}
TITLES = {
    "down": mark("The city's sign-in service does not answer"),
    "distrusted": mark("This sign-in could not be completed"),
    "unknown": mark("Nobody here is known by this identity"),
}


def _failed(request: Request, kind: str, why: str, *, subject: str = "") -> Response:
    """What went wrong, and the way in that is left. The log says why, the page only what to do."""
    log.warning("provider sign-in refused", extra={"kind": why})
    response = rendering.page(
        request,
        "sign_in/provider.html",
        status=STATUS[kind],
        headers={"Cache-Control": "no-store"},
        kind=kind,
        title=TITLES[kind],
        subject=subject,
    )
    _keep(response, request, "")
    return response
