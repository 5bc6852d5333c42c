"""Services: found, added, and their facts and statutory limits kept."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import audit, drafts
from feedback.administration import changes, facts
from feedback.deeds import ChangeKind, Subject
from feedback.errors import Faulty
from sla import charter
from sla.charter import Service
from sla.errors import ReasonMissing
from web import acting
from web.errors import NoSuchPage
from web.forms import Form, read
from web.imports import registers
from web.imports.errors import RowRefused
from web.pages import staff
from web.pages.admin import frame
from web.pages.admin.words import UNITS

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/admin/services")
async def listed(request: Request) -> Response:
    """Services, searched with or without marks."""
    typed, sought = frame.searched(request)
    found = [one for one in (await charter.current()).services.values() if _fits(one, sought)]
    found.sort(key=lambda one: (one.sort_key, one.code))
    return await frame.page(
        request,
        "admin/services.html",
        leaf=frame.leaf(found, request),
        form=Form({"q": typed}),
        units=frame.named(UNITS, request),
    )


def _fits(service: Service, sought: str) -> bool:
    return all(word in f"{service.search_key} {service.code.lower()}" for word in sought.split())


@router.get("/admin/services/new")
async def ask(request: Request) -> Response:
    """The form of a new service."""
    return await _form(request, Form(), None)


@router.post("/admin/services/new")
async def add(request: Request) -> Response:
    """Add it."""
    form = await read(request)
    if form["code"] in (await charter.current()).services:
        frame.tell(form, RowRefused("code", "code_taken"), request)
        return await _form(request, form, None, status=422)
    return await _keep(request, form, None)


@router.get("/admin/services/{code:path}")
async def shown(code: str, request: Request) -> Response:
    """One service, and the form of its facts."""
    service = await _service(code)
    values = {
        name: "" if getattr(service, name) is None else str(getattr(service, name))
        for name in registers.SERVICES
    }
    return await _form(request, Form(values), service)


@router.post("/admin/services/{code:path}")
async def keep(code: str, request: Request) -> Response:
    """Keep other facts of it."""
    service = await _service(code)
    form = await read(request)
    form.values["code"] = code
    return await _keep(request, form, service)


async def _keep(request: Request, form: Form, service: Service | None) -> Response:
    try:
        draft = frame.parsed(form, registers.SERVICES, registers.service)
        reason = drafts.reason(form.values)
        async with acting.opened(request) as act:
            told = await facts.keep(draft, act, reason=reason)
            frame.taken(told.verdict)
    except (RowRefused, Faulty, ReasonMissing) as error:
        frame.tell(form, error, request)
        return await _form(request, form, service, status=422)
    if told.proposal is not None:
        return staff.see(request, "admin/changes", told.proposal, done="proposed")
    done = "kept" if told.verdict.is_new else "unchanged"
    return staff.see(request, "admin/services", draft.code, done=done)


async def _form(
    request: Request, form: Form, service: Service | None, *, status: int = 200
) -> Response:
    return await frame.page(
        request,
        "admin/service.html",
        status=status,
        form=form,
        service=service,
        units=list(frame.named(UNITS, request).items()),
        waiting=[
            one
            for one in await changes.waiting(ChangeKind.SERVICE)
            if service and one.about == service.code
        ],
        traces=await audit.about(Subject.SERVICE, service.code) if service else (),
        fields=frame.facts(request),
    )


async def _service(code: str) -> Service:
    found = (await charter.current()).services.get(code)
    if found is None:
        raise NoSuchPage
    return found
