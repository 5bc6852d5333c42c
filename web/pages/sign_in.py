"""Staff sign in and out: a name and a password, then the second factor."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback.actors import Staff
from feedback.errors import WrongCredentials
from feedback.staff import accounts, second_factor, sessions
from feedback.staff.second_factor import Verdict
from feedback.staff.sessions import Signed
from web import acting, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import access, carried, devices
from web.language import i18n
from web.language.i18n import mark
from web.pages import arriving, staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

NOTICES = {
    "left": mark("You have signed out"),
    "changed": mark("The new password is set. Please sign in with it."),
}
REFUSED = {
    Verdict.WRONG: mark("This code is not right, or was used before."),
    Verdict.PAUSED: mark(
        "Too many codes were not right. Please wait 15 minutes; your account is not closed."
    ),
}


@router.get("/sign-in")
async def ask(request: Request) -> Response:
    """The form, or straight on for who is signed in already."""
    if isinstance(request.state.actor, Staff):
        return staff.see(request, access.LANDING[request.state.actor.role])
    query = request.query_params
    notice = next((words for name, words in NOTICES.items() if name in query), "")
    return _shown(request, Form({"next": query.get("next", "")}), notice=notice)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """A fresh session, and on to where they were going. Whatever is wrong looks alike."""
    form = await forms.read(request)
    name = form["name"].strip()
    form.values["name"] = name if name.isprintable() else ""
    try:
        found = await accounts.recognised(form["name"], form["password"])
        async with acting.opened(request) as act:
            token = await sessions.open_(
                found,
                act,
                request.app.state.keys,
                before=access.session_token(request),
                device=devices.called(request.headers.get("user-agent", "")),
            )
    except WrongCredentials as error:
        status = forms.blame(form, "name", error, rendering.language_of(request))
        return _shown(request, form, status=status)
    return await arriving.arrived(request, token, form)


async def ended(request: Request) -> Response:
    """Sign-in again, for a form whose session ended while it was typed: nothing typed is lost."""
    carry = await carried.pack(request)
    if not carry:
        path = request.url.path
        return staff.see(request, "sign-in", next=path if request.method == "GET" else "")
    return _shown(request, Form({carried.FIELD: carry}), status=401)


@router.get("/sign-in/code")
async def ask_code(request: Request) -> Response:
    """The form for the digits; straight on for who has shown them."""
    signed: Signed = request.state.signed
    if not signed.owes_code or signed.has_passed:
        return staff.see(request, "account/second-factor")
    return _code(request, Form({"next": request.query_params.get("next", "")}))


@router.post("/sign-in/code")
async def take_code(request: Request) -> Response:
    """The second step: the session goes on under a new token."""
    form = await forms.read(request)
    signed: Signed = request.state.signed
    if not signed.owes_code or signed.has_passed:
        return staff.see(request, "account/second-factor")
    if "code" not in form.values:  # what is carried came along, nothing was typed yet
        return _code(request, form)
    keys = request.app.state.keys
    token = ""
    async with acting.opened(request) as act:
        verdict = await second_factor.check(signed.staff.account_id, form["code"], act, keys)
        if verdict is Verdict.PASSED:
            token = await sessions.step_up(access.session_token(request), act, keys)
    if not token:
        words = i18n.translator(rendering.language_of(request))
        form.faults["code"] = words.gettext(REFUSED[verdict])
        form.values["code"] = ""
        return _code(request, form, status=422)
    return await arriving.arrived(request, token, form)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """The session ends here and on the server."""
    await forms.read(request)
    async with acting.opened(request) as act:
        await sessions.end(access.session_token(request), act, request.app.state.keys)
    response = staff.see(request, "sign-in", left="yes")
    arriving.keep(response, request, "")
    return response


def _shown(request: Request, form: Form, *, notice: str = "", status: int = 200) -> Response:
    settings = request.app.state.settings
    return rendering.page(
        request,
        "sign_in/form.html",
        status=status,
        form=form,
        notice=notice,
        has_provider=bool(settings.oidc_issuer),
    )


def _code(request: Request, form: Form, *, status: int = 200) -> Response:
    name = request.state.signed.staff.display_name
    return rendering.page(request, "sign_in/code.html", status=status, form=form, name=name)
