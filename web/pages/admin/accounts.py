"""Accounts of staff. A password of our making is shown once, on the page that answers the form."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts
from feedback.errors import Faulty, NameTaken, UnknownAgency
from feedback.staff import accounts
from sla import charter
from web import acting, forms, i18n_names, rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.pages import staff
from web.pages.admin import frame

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/admin/")
@router.get("/admin")
async def listed(request: Request) -> Response:
    """Accounts, searched with or without marks."""
    typed, sought = frame.searched(request)
    show = request.query_params.get("show", "")
    show = show if show in accounts.SHOWS else accounts.SHOWS[0]
    after = request.query_params.get("after", "")[:40]
    return await frame.page(
        request,
        "admin/accounts.html",
        found=await accounts.found(sought, show=show, after=after),
        form=Form({"q": typed, "show": show}),
        is_first=not after,
    )


@router.get("/admin/accounts/new")
async def ask(request: Request) -> Response:
    """The form of a new account."""
    return await _new(request, Form())


@router.post("/admin/accounts/new")
async def add(request: Request) -> Response:
    """Open it with a password of our making."""
    form = await forms.read(request)
    password = accounts.generated()
    try:
        draft = drafts.account(form.values)
        async with acting.opened(request) as act:
            await accounts.add(
                draft.name,
                act,
                password=password,
                role=draft.role,
                display_name=draft.display_name,
                email=draft.email,
                agency=draft.agency,
            )
    except (Faulty, NameTaken, UnknownAgency) as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _new(request, form, status=422)
    return await _account(request, draft.name, secret=password)


@router.get("/admin/accounts/{name}")
async def read(name: str, request: Request) -> Response:
    """One account."""
    return await _account(request, name)


@router.post("/admin/accounts/{name}")
async def change(name: str, request: Request) -> Response:
    """Close an account, or give it a new password."""
    form = await forms.read(request)
    if form["do"] == "reset":
        password = accounts.generated()
        async with acting.opened(request) as act:
            await accounts.reset(name, act, password=password)
        return await _account(request, name, secret=password)
    if form["do"] == "disable":
        async with acting.opened(request) as act:
            if not await accounts.disable(name, act):
                raise NoSuchPage
        return staff.see(request, "admin/accounts", name, done="disabled")
    if form["do"] == "move":
        return await _move(request, name, form)
    raise NoSuchPage


async def _move(request: Request, name: str, form: Form) -> Response:
    try:
        draft = drafts.account({**form.values, "name": name})
        async with acting.opened(request) as act:
            if not await accounts.move(name, act, role=draft.role, agency=draft.agency):
                raise NoSuchPage
    except (Faulty, UnknownAgency) as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _account(request, name, form=form, status=422)
    return staff.see(request, "admin/accounts", name, done="kept")


async def _new(request: Request, form: Form, *, status: int = 200) -> Response:
    return await frame.page(
        request,
        "admin/new_account.html",
        status=status,
        form=form,
        roles=i18n_names.ROLES,
        agencies=await _agencies(request),
    )


async def _account(
    request: Request, name: str, *, secret: str = "", form: Form | None = None, status: int = 200
) -> Response:
    """The account; NoSuchPage where there is none."""
    account = next((each for each in await accounts.listed() if each.name == name), None)
    if account is None:
        raise NoSuchPage
    agency = account.agency.code if account.agency else ""
    return await frame.page(
        request,
        "admin/account.html",
        status=status,
        account=account,
        secret=secret,
        form=form or Form({"role": account.role.value, "agency": agency}),
        roles=i18n_names.ROLES,
        agencies=await frame.open_agencies(request),
    )


async def _agencies(request: Request) -> list[tuple[str, str]]:
    language = rendering.language_of(request)
    known = await charter.current()
    found = known.open_agencies(on=request.app.state.today())
    return [(agency.code, agency.name(language)) for agency in found]
