"""Agencies: found, added, corrected; renamed, merged, split and closed on a day."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import audit, drafts
from feedback.administration import changes, facts, reforms
from feedback.deeds import ChangeKind, Subject
from feedback.errors import Faulty
from sla import charter
from sla.charter import Agency, Charter
from sla.errors import ReasonMissing
from web import acting
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form, read
from web.imports import registers
from web.imports.errors import RowRefused
from web.language.i18n import name_of
from web.pages import staff
from web.pages.admin import frame
from web.pages.commitments import GROUPS

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

SHOWS = ("open", "ended", "all")
REFORMS = {kind.value: kind for kind in reforms.KINDS}


@router.get("/admin/agencies")
async def listed(request: Request) -> Response:
    """Agencies, searched with or without marks."""
    typed, sought = frame.searched(request)
    show = request.query_params.get("show", "")
    show = show if show in SHOWS else "open"
    today = request.app.state.today()
    known = await charter.current()
    found = [
        one
        for one in known.agencies.values()
        if (show == "all" or one.is_open(today) == (show == "open")) and _fits(one, sought)
    ]
    found.sort(key=lambda one: (one.sort_key, one.code))
    return await frame.page(
        request,
        "admin/agencies.html",
        leaf=frame.leaf(found, request),
        form=Form({"q": typed, "show": show}),
        known=known,
        groups=frame.named(GROUPS, request),
        today=today,
    )


def _fits(agency: Agency, sought: str) -> bool:
    return all(word in f"{agency.search_key} {agency.code.lower()}" for word in sought.split())


@router.get("/admin/agencies/new")
async def ask(request: Request) -> Response:
    """The form of a new agency."""
    return await _form(request, Form(), None)


@router.post("/admin/agencies/new")
async def add(request: Request) -> Response:
    """Add it."""
    form = await read(request)
    known = await charter.current()
    if form["code"] in known.agencies:
        frame.tell(form, RowRefused("code", "code_taken"), request)
        return await _form(request, form, None, status=422)
    return await _keep(request, form, None)


@router.get("/admin/agencies/{code}")
async def shown(code: str, request: Request) -> Response:
    """One agency: its facts, what is planned for it, what was done to it."""
    agency = await _agency(code)
    known = await charter.current()
    return await frame.page(
        request,
        "admin/agency.html",
        agency=agency,
        known=known,
        groups=frame.named(GROUPS, request),
        planned=[
            one
            for one in (
                *await changes.waiting(ChangeKind.AGENCY, *reforms.KINDS),
                *await changes.planned(),
            )
            if code in one.body.get("olds", [one.about])
        ],
        traces=await audit.about(Subject.AGENCY, code),
        fields=frame.facts(request),
        kinds=[
            (kind.value, name_of(kind, rendering.language_of(request))) for kind in reforms.KINDS
        ],
        is_open=agency.is_open(request.app.state.today()),
    )


@router.get("/admin/agencies/{code}/facts")
async def ask_facts(code: str, request: Request) -> Response:
    """The form of its facts."""
    agency = await _agency(code)
    return await _form(request, Form(_values(agency, await charter.current())), agency)


@router.post("/admin/agencies/{code}/facts")
async def keep_facts(code: str, request: Request) -> Response:
    """Correct its facts."""
    agency = await _agency(code)
    form = await read(request)
    form.values["code"] = code
    return await _keep(request, form, agency)


@router.get("/admin/agencies/{code}/reform")
async def ask_reform(code: str, request: Request) -> Response:
    """Which reform, and the form for it."""
    kind = REFORMS.get(request.query_params.get("kind", ""), ChangeKind.RENAME)
    return await _reform(request, await _agency(code), kind, Form())


@router.post("/admin/agencies/{code}/reform")
async def plan(code: str, request: Request) -> Response:
    """Show what would move; plan it once that is confirmed."""
    agency = await _agency(code)
    form = await read(request)
    kind = REFORMS.get(form["kind"])
    if kind is None or not agency.is_open(request.app.state.today()):
        raise NoSuchPage
    known = await charter.current()
    try:
        today = request.app.state.today()
        reform = reforms.draft(code, kind, form.values, known, today=today)
    except Faulty as error:
        frame.tell(form, error, request)
        return await _reform(request, agency, kind, form, status=422)
    if form["do"] != "confirm":
        moved = await reforms.foreseen(reform)
        return await _reform(request, agency, kind, form, reform=reform, moved=moved)
    async with acting.opened(request) as act:
        number = await reforms.propose(reform, act)
    return staff.see(request, "admin/changes", number, done="proposed")


async def _reform(
    request: Request,
    agency: Agency,
    kind: ChangeKind,
    form: Form,
    *,
    status: int = 200,
    **values: object,
) -> Response:
    return await frame.page(
        request,
        "admin/reform.html",
        status=status,
        agency=agency,
        kind=kind,
        form=form,
        known=await charter.current(),
        **({"reform": None, "moved": ()} | values),
    )


async def _keep(request: Request, form: Form, agency: Agency | None) -> Response:
    try:
        draft = frame.parsed(form, registers.AGENCIES, registers.agency)
        reason = drafts.reason(form.values)
        async with acting.opened(request) as act:
            told = await facts.keep(draft, act, reason=reason)
            frame.taken(told.verdict)
    except (RowRefused, Faulty, ReasonMissing) as error:
        frame.tell(form, error, request)
        return await _form(request, form, agency, status=422)
    if told.proposal is not None:
        return staff.see(request, "admin/changes", told.proposal, done="proposed")
    done = "kept" if told.verdict.is_new else "unchanged"
    return staff.see(request, "admin/agencies", draft.code, done=done)


async def _form(
    request: Request, form: Form, agency: Agency | None, *, status: int = 200
) -> Response:
    known = await charter.current()
    every = known.agencies.values()
    return await frame.page(
        request,
        "admin/agency_form.html",
        status=status,
        form=form,
        agency=agency,
        agencies=await frame.open_agencies(request),
        calendars=[(code, code) for code in sorted(known.latest_calendar)],
        groups=[
            (name, frame.named(GROUPS, request).get(name, name))
            for name in sorted({*GROUPS, *(one.peer_group for one in every)})
        ],
        levels=_choices("level", {one.level for one in every}, request),
        kinds=_choices("kind", {one.kind for one in every}, request),
    )


def _choices(name: str, values: set[str], request: Request) -> list[tuple[str, str]]:
    told = frame.facts(request)
    return sorted(((one, told.get(f"{name}={one}", one)) for one in values), key=lambda p: p[1])


async def _agency(code: str) -> Agency:
    found = (await charter.current()).agencies.get(code)
    if found is None:
        raise NoSuchPage
    return found


def _values(agency: Agency, known: Charter) -> dict[str, str]:
    parent = agency.parent_id
    return {
        "code": agency.code,
        "name_vi": agency.name_vi,
        "name_en": agency.name_en,
        "kind": agency.kind,
        "level": agency.level,
        "peer_group": agency.peer_group,
        "parent": known.agency_of_id(parent).code if parent is not None else "",
        "calendar": agency.calendar_code,
        "opens_on": agency.opens_on.isoformat() if agency.opens_on else "",
        "closes_on": agency.closes_on.isoformat() if agency.closes_on else "",
    }
