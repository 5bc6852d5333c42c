"""One's own account: password, second factor, recovery codes and sessions."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import contacts
from feedback.actors import Staff
from feedback.errors import NotAFact, RoleMayNot, WrongCode, WrongCredentials
from feedback.staff import accounts, recovery, second_factor, sessions, staff_register
from feedback.staff.sessions import Signed
from web import acting, errors, forms
from web.drawing import qr, rendering
from web.errors import CodeOwed
from web.forms import Form
from web.guarding import access, carried, devices, guards, throttling
from web.guarding.buckets import Budget
from web.guarding.throttling import Kind
from web.language import i18n
from web.language.i18n import mark
from web.pages import arriving, staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "password": mark("The new password is set. Every other session has ended."),
    "ended": mark("The session has ended."),
    "others": mark("Every other session has ended."),
    "off": mark("The second factor is off."),
}
SEED_LASTS = timedelta(hours=1)
# Guesses at a password with a session in hand: counted by that browser, as neighbours have theirs.
OWN_PASSWORD = Kind(
    "own_password",
    frozenset(),
    address=Budget(burst=200, per_hour=600, debt=600),
    visitor=Budget(burst=5, per_hour=30, debt=10),
)
WAIT = mark("Too many passwords were not right. Please wait a few minutes.")


@router.get("/account")
async def read(request: Request) -> Response:
    """All of it on one page."""
    done = DONE.get(request.query_params.get("done", ""))
    return await _page(request, Form(), done=done)


@router.post("/account/password")
async def change_password(request: Request) -> Response:
    """Another password; the other sessions end."""
    form = await forms.read(request)
    me: Staff = request.state.actor
    if not await _may_try(request, form):
        return await _page(request, form, status=429)
    try:
        async with acting.opened(request) as act:
            await accounts.change_password(
                me,
                act,
                present=form["password"],
                new=form["new_password"],
                session=request.state.signed.session_id,
            )
    except (WrongCredentials, NotAFact) as error:
        await _refused(request, form, error)
        return await _page(request, form, status=422)
    return staff.see(request, "account", done="password")


@router.post("/account/sessions")
async def end_sessions(request: Request) -> Response:
    """End one session, or all others."""
    form = await forms.read(request)
    signed: Signed = request.state.signed
    me = signed.staff.account_id
    async with acting.opened(request) as act:
        if form["end"] == "others":
            await sessions.end_all(me, act, but=signed.session_id)
            return staff.see(request, "account", done="others")
        await sessions.end_one(me, guards.int_or_zero(form["end"][:18]), act)
    return staff.see(request, "account", done="ended")


@router.post("/account/recovery-codes")
async def make_codes(request: Request) -> Response:
    """Ten fresh codes, shown by this answer and never again."""
    form = await forms.read(request)
    me: Staff = request.state.actor
    standing = await second_factor.standing(me.account_id)
    if standing is None:
        return staff.see(request, "account")
    if not await _is_theirs(request, form):
        return await _page(request, form, status=422, about="codes")
    async with acting.opened(request) as act:
        made = await recovery.make(me.account_id, act, request.app.state.keys)
    return _codes(request, made, me, Form())


@router.get("/account/second-factor")
async def ask_factor(request: Request) -> Response:
    """A fresh seed to photograph; nothing is stored until its digits come back."""
    signed = _may_enrol(request)
    form = Form({"next": request.query_params.get("next", "")})
    return await _enrolment(request, form, signed, second_factor.fresh_seed())


@router.post("/account/second-factor")
async def enrol(request: Request) -> Response:
    """The digits of the seed: it is the second factor from now on. Or `do=off`: none any more."""
    form = await forms.read(request)
    signed = _may_enrol(request)
    me = signed.staff
    seed = _seed(form["seed"], request, me)
    if seed is None:  # what is carried came along, or the page lay open too long
        return await _enrolment(request, form, signed, second_factor.fresh_seed())
    if signed.owes_code and not await _is_theirs(request, form):
        return await _enrolment(request, form, signed, seed, status=422)
    if form["do"] == "off":
        return await _off(request, me)
    keys = request.app.state.keys
    try:
        async with acting.opened(request) as act:
            made = await second_factor.enrol(me.account_id, seed, form["code"], act, keys)
            token = await sessions.step_up(access.session_token(request), act, keys)
            stepped = await sessions.of_token(token, keys, at=act.at)
            await sessions.end_all(me.account_id, act, but=stepped.session_id if stepped else None)
    except WrongCode as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _enrolment(request, form, signed, seed, status=422)
    response = _codes(request, made, me, form)
    arriving.keep(response, request, token)
    devices.remember(response, request, me.name)
    return response


async def _off(request: Request, me: Staff) -> Response:
    if request.app.state.settings.is_second_factor_required:
        raise RoleMayNot(me.role)
    async with acting.opened(request) as act:
        await second_factor.forget(me.account_id)
        await sessions.end_all(me.account_id, act, but=request.state.signed.session_id)
    return staff.see(request, "account", done="off")


def _may_enrol(request: Request) -> Signed:
    """Who is here; `CodeOwed` for who has a second factor and has not shown it."""
    signed: Signed = request.state.signed
    if signed.owes_code and not signed.has_passed:
        raise CodeOwed(has_factor=True)
    return signed


def _seed(sealed: str, request: Request, me: Staff) -> str | None:
    """The seed of our own page, if it is this account's and fresh."""
    state = request.app.state
    try:
        what, account, seed, until = contacts.unseal(sealed.encode("utf-8", "replace"), state.keys)
    except (ValueError, TypeError):
        return None
    is_ours = what == "seed" and account == me.account_id
    return str(seed) if is_ours and state.clock().timestamp() < until else None


async def _enrolment(
    request: Request, form: Form, signed: Signed, seed: str, *, status: int = 200
) -> Response:
    state = request.app.state
    me = signed.staff
    until = (state.clock() + SEED_LASTS).timestamp()
    address = second_factor.address(seed, me.name)
    form.values["code"] = ""
    return rendering.page(
        request,
        "account/second_factor.html",
        status=status,
        headers={"Cache-Control": "no-store"},
        form=form,
        me=me,
        replaces=signed.owes_code,
        is_required=state.settings.is_second_factor_required,
        is_halfway=not signed.is_whole(required=state.settings.is_second_factor_required),
        qr=qr.drawn(address),
        key=" ".join(seed[i : i + 4] for i in range(0, len(seed), 4)),
        seed=contacts.seal(["seed", me.account_id, seed, until], state.keys).decode(),
    )


def _codes(request: Request, made: tuple[str, ...], me: Staff, form: Form) -> Response:
    """The recovery codes, once, with what is carried below them."""
    following = arriving.ours(form["next"])
    language = rendering.language_of(request)
    return rendering.page(
        request,
        "account/codes.html",
        headers={"Cache-Control": "no-store"},
        codes=made,
        me=me,
        on=request.app.state.today(),
        following=following or rendering.url(language, access.LANDING[me.role]),
        kept=carried.unpack(form[carried.FIELD], request, me.account_id),
    )


async def _may_try(request: Request, form: Form) -> bool:
    verdict = await throttling.charge(request, OWN_PASSWORD, cost=0)
    if not verdict.is_free:
        words = i18n.translator(rendering.language_of(request))
        form.faults["password"] = words.gettext(WAIT)
    return verdict.is_free


async def _is_theirs(request: Request, form: Form) -> bool:
    """Whether the password in the form is their own; else with a message beside it."""
    if not await _may_try(request, form):
        return False
    try:
        await accounts.check_password(request.state.actor, form["password"])
    except WrongCredentials as error:
        await _refused(request, form, error)
        return False
    return True


async def _refused(request: Request, form: Form, error: Exception) -> None:
    if isinstance(error, WrongCredentials):
        await throttling.charge(request, OWN_PASSWORD)
        words = i18n.translator(rendering.language_of(request))
        form.faults["password"] = words.gettext(mark("This is not your password."))
    elif errors.faults_of(error):
        forms.refused(form, error, rendering.language_of(request))


async def _page(request: Request, form: Form, *, status: int = 200, **values: Any) -> Response:
    signed: Signed = request.state.signed
    me = signed.staff.account_id
    empty = {"done": None, "about": "password"}
    line = await staff_register.one(signed.staff.name)
    return await staff.page(
        request,
        "account/account.html",
        section="account",
        status=status,
        form=form,
        email=line.email if line else "",
        standing=await second_factor.standing(me),
        is_required=request.app.state.settings.is_second_factor_required,
        sessions=await sessions.listed(me, at=request.app.state.clock()),
        this=signed.session_id,
        **(empty | values),
    )
