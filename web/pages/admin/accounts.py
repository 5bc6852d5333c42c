"""Accounts of staff. A password of our making is shown once, on the page that answers the form."""

import dataclasses

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import audit, drafts, permissions
from feedback.administration import opening
from feedback.deeds import Subject
from feedback.drafts import AccountDraft
from feedback.errors import NameTaken, UnknownAgency
from feedback.staff import accounts, apart, staff_register
from feedback.staff.staff_register import OPEN, Line
from sla import charter
from web import acting, errors, forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.imports import users
from web.language import i18n_names
from web.language.i18n import mark
from web.pages import staff, sure
from web.pages.admin import frame
from web.pages.sure import Question

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

QUESTIONS = {
    "disable": Question(
        mark("Close the account of %(who)s?"),
        mark(
            "Nobody can sign in with it from now on, and its sessions end. Cases in their charge"
            " stay with the agency. It can be opened again."
        ),
        mark("Close the account"),
    ),
    "reset": Question(
        mark("Give %(who)s a new password?"),
        mark("The present one stops working at once, and every session of the account ends."),
        mark("Give a new password"),
    ),
    "open": Question(
        mark("Open the account of %(who)s again?"),
        mark("Whoever has it can sign in again, with the role and the agency it had."),
        mark("Open the account again"),
    ),
}


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
    """Open it with a password of our making; propose one that decides as the second person."""
    form = await forms.read(request)
    password = accounts.generated()
    try:
        draft = drafts.account(form.values)
        reason = drafts.reason(form.values)
        if draft.role in apart.DECIDE:
            return await _propose(request, draft, reason)
        async with acting.opened(request) as act:
            await accounts.add(
                draft.name,
                act,
                password=password,
                role=draft.role,
                display_name=draft.display_name,
                email=draft.email,
                agency=draft.agency,
                reason=reason,
            )
    except (*frame.FAULTS, NameTaken, UnknownAgency) as error:
        frame.tell(form, error, request)
        return await _new(request, form, status=422)
    return await _account(request, draft.name, secret=password)


async def _propose(request: Request, draft: AccountDraft, reason: str) -> Response:
    """Ask a second person to approve a new account. Raises `NameTaken`, and what a row may lack."""
    if await staff_register.one(draft.name):
        raise NameTaken(draft.name)
    line = Line(
        name=draft.name,
        display_name=draft.display_name,
        role=draft.role,
        agency=draft.agency or "",
        email=draft.email or "",
        state=OPEN,
    )
    async with acting.opened(request) as act:
        told = await opening.keep(line, act, reason=reason)
        frame.taken(told.verdict)
    return staff.see(request, "admin/changes", done="proposed")


@router.get("/admin/accounts/{name}")
async def read(name: str, request: Request) -> Response:
    """One account."""
    return await _account(request, name)


@router.post("/admin/accounts/{name}")
async def change(name: str, request: Request) -> Response:
    """Keep other facts, close it, open it again, or give it a new password."""
    form = await forms.read(request)
    line = await staff_register.one(name)
    if line is None or form["do"] not in {"keep", *QUESTIONS}:
        raise NoSuchPage
    question = QUESTIONS.get(form["do"])
    if question and not sure.is_sure(form):
        permissions.check_may_change_account(request.state.actor, name)
        back = f"admin/accounts/{name}"
        about = line.display_name
        return await sure.ask(request, form, question, section="admin", back=back, who=about)
    if form["do"] == "reset":
        password = accounts.generated()
        async with acting.opened(request) as act:
            await accounts.reset(name, act, password=password, reason=sure.why(form))
        return await _account(request, name, secret=password)
    if form["do"] == "disable":
        async with acting.opened(request) as act:
            await accounts.disable(name, act, reason=sure.why(form))
        return staff.see(request, "admin/accounts", name, done="disabled")
    if form["do"] == "open":
        return await _keep(request, form, dataclasses.replace(line, state=OPEN))
    form.values |= {"name": name, "state": line.state}
    return await _keep(request, form, None)


async def _keep(request: Request, form: Form, line: Line | None) -> Response:
    """Store other facts of an account: those of a line, or those typed."""
    try:
        wanted = line or frame.parsed(form, users.COLUMNS, users.line)
        async with acting.opened(request) as act:
            permissions.check_may_change_account(act.by, wanted.name)
            told = await opening.keep(wanted, act, reason=drafts.reason(form.values))
            frame.taken(told.verdict)
    except frame.FAULTS as error:
        frame.tell(form, error, request)
        return await _account(request, form["name"], form=form, status=422)
    done = "kept" if told.verdict.is_new else "unchanged"
    done = "proposed" if told.proposal else done
    return staff.see(request, "admin/accounts", wanted.name, done=done)


async def _new(request: Request, form: Form, *, status: int = 200) -> Response:
    return await frame.page(
        request,
        "admin/new_account.html",
        status=status,
        form=form,
        roles=i18n_names.ROLES,
        two=[role for role in i18n_names.ROLES if role in apart.DECIDE],
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
    language = rendering.language_of(request)
    refusal = permissions.why_not(
        permissions.check_may_change_account, request.state.actor, account.name
    )
    typed = {
        "display_name": account.display_name,
        "email": account.email or "",
        "role": account.role.value,
        "agency": agency,
    }
    return await frame.page(
        request,
        "admin/account.html",
        status=status,
        account=account,
        secret=secret,
        form=form or Form(typed),
        roles=i18n_names.ROLES,
        agencies=await frame.open_agencies(request),
        traces=await audit.about(Subject.ACCOUNT, name),
        fields=frame.facts(request),
        refused=errors.told(refusal, language) if refusal else "",
    )


async def _agencies(request: Request) -> list[tuple[str, str]]:
    language = rendering.language_of(request)
    known = await charter.current()
    found = known.open_agencies(on=request.app.state.today())
    return [(agency.code, agency.name(language)) for agency in found]
