"""Staff sign in and out."""

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import accounts
from feedback.actors import Staff
from feedback.errors import WrongCredentials
from web import access, acting, errors, forms, guards, i18n, rendering
from web.forms import Form
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

# A page of ours, without a host: `//elsewhere` and backslashes do not fit.
_OURS = re.compile(r"/(?:vi|en)/[A-Za-z0-9%._~-]+(?:/[A-Za-z0-9%._~-]+)*/?")


@router.get("/sign-in")
async def ask(request: Request) -> Response:
    """The form, or straight on for who is signed in already."""
    if isinstance(request.state.actor, Staff):
        return staff.see(request, access.LANDING[request.state.actor.role])
    query = request.query_params
    return _shown(request, Form({"next": query.get("next", "")}), left="left" in query)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """A fresh session, and on to where they were going. Whatever is wrong looks alike."""
    form = await forms.read(request)
    name = form["name"].strip()
    form.values["name"] = name if name.isprintable() else ""
    try:
        found = await accounts.recognised(form["name"], form["password"])
    except WrongCredentials as error:
        answer = errors.answer_to(error)
        words = i18n.translator(rendering.language_of(request))
        form.faults["name"] = words.gettext(answer.title)
        return _shown(request, form, status=answer.status)
    keys = request.app.state.keys
    async with acting.opened(request) as act:
        before = access.session_token(request)
        token = await accounts.open_session(found, act, keys, before=before)
    if _OURS.fullmatch(form["next"]):
        response: Response = RedirectResponse(form["next"], 303)
    else:
        response = staff.see(request, access.LANDING[found.role])
    _keep(response, request, token, lasts=int(accounts.SESSION_LASTS.total_seconds()))
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """The session ends here and on the server."""
    await forms.read(request)
    async with acting.opened(request) as act:
        await accounts.sign_out(access.session_token(request), act, request.app.state.keys)
    response = staff.see(request, "sign-in", left="yes")
    _keep(response, request, "", lasts=0)
    return response


def _shown(request: Request, form: Form, *, left: bool = False, status: int = 200) -> Response:
    return rendering.page(request, "sign_in/form.html", status=status, form=form, left=left)


def _keep(response: Response, request: Request, token: str, *, lasts: int) -> None:
    secure = request.app.state.secure
    cookie = guards.cookie(access.SESSION, token, secure=secure, lasts=lasts)
    response.headers.append("set-cookie", cookie)
