"""What every agency promises, for everybody to look up and compare; and why a date is that date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import corrections
from sla import charter, commitment_history, openings
from sla import commitment_register as register
from sla.charter import Agency, Charter, Service
from sla.errors import NotText, OutOfRange
from web.drawing import tagged
from web.drawing.rendering import language_of, page
from web.errors import NoSuchPage
from web.guarding import guards
from web.language import i18n
from web.language.i18n import mark
from web.pages import explained
from web.tables import commitments_csv

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

PAGE = 50
SERVICES = 24
GLANCE = 6  # offices shown below the services found

# Peer groups as people call them; one that is not here is shown by its code.
GROUPS = {
    "city": mark("City"),
    "departments": mark("City departments"),
    "communes": mark("Communes"),
    "wards": mark("Wards"),
    "special_zone": mark("Special zone"),
    "coordination": mark("Receiving and passing on"),
}
FoundT = TypeVar("FoundT")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[FoundT]):
    """One page of a list; `number` counts from 1."""

    shown: Sequence[FoundT]
    count: int
    number: int
    pages: int


def _leaf(found: Sequence[FoundT], request: Request, size: int) -> Leaf[FoundT]:
    pages = max(1, -(-len(found) // size))
    number = min(max(guards.int_or_zero(request.query_params.get("page")), 1), pages)
    return Leaf(found[(number - 1) * size : number * size], len(found), number, pages)


@router.get("/commitments")
@router.get("/commitments/")
async def index(request: Request) -> Response:
    """Find a service or an office, by words with or without marks."""
    known, on = await charter.current(), request.app.state.today()
    words = _words(request)
    offices = _agencies(known, words, on)
    if request.query_params.get("of") == "agencies":
        leaf: Leaf[Any] = _leaf(offices, request, PAGE)
        return page(request, "commitments/agencies.html", q=words, leaf=leaf)
    found = _services(known, words)
    if language_of(request) == "en":
        found.sort(key=lambda service: (service.name_en.casefold(), service.code))
    leaf = _leaf(found, request, SERVICES)
    spreads = {s.code: register.spread(register.of_service(known, s, on=on)) for s in leaf.shown}
    general = register.spread(register.of_service(known, None, on=on))
    return page(
        request,
        "commitments/index.html",
        q=words,
        leaf=leaf,
        spreads=spreads,
        limits={service.code: register.limit_of(service, on=on) for service in leaf.shown},
        general=general,
        offices=offices[:GLANCE] if words else [],
        count=len(offices),
    )


def _words(request: Request) -> str:
    return request.query_params.get("q", "")[:200].replace("\0", "\ufffd")


def _services(known: Charter, words: str) -> list[Service]:
    try:
        return register.services(known, words)
    except NotText:
        return []


def _agencies(known: Charter, words: str, on: date) -> list[Agency]:
    try:
        return register.agencies(known, words, on=on)
    except NotText:
        return []


@router.get("/commitments.csv")
async def table(request: Request) -> Response:
    """Every promise in force today, a row each, for a spreadsheet."""
    known, on = await charter.current(), request.app.state.today()
    content = await commitments_csv.of(known, on)
    return tagged.file(
        request,
        content,
        "text/csv; charset=utf-8",
        content_disposition=f'attachment; filename="commitments-{on.isoformat()}.csv"',
        cache_control="public, max-age=300",
    )


@router.get("/commitments/feedback")
async def of_feedback(request: Request) -> Response:
    """What each office promises for feedback in general."""
    return await _of_service(request, await charter.current(), None)


@router.get("/commitments/services/{service:path}")
async def of_service(service: str, request: Request) -> Response:
    """What each office promises for one service, beside what the law allows."""
    known = await charter.current()
    return await _of_service(request, known, _service(known, service))


async def _of_service(request: Request, known: Charter, service: Service | None) -> Response:
    on, words = request.app.state.today(), _words(request)
    offers = register.of_service(known, service, on=on)
    sort = request.query_params.get("sort", "")
    every = bool(words) or sort in register.SORTS
    wanted = {agency.code for agency in _agencies(known, words, on)}
    found = [one for one in register.in_order(offers, sort) if one.agency.code in wanted]
    return page(
        request,
        "commitments/service.html",
        service=service,
        limit=register.limit_of(service, on=on),
        groups=register.grouped(offers),
        names=_group_names(request),
        promising=sum(one.commitment is not None for one in offers),
        q=words,
        sort=sort if sort in register.SORTS else "",
        leaf=_leaf(found, request, PAGE) if every else None,
    )


def _group_names(request: Request) -> dict[str, str]:
    words = i18n.translator(language_of(request))
    return {name: words.gettext(title) for name, title in GROUPS.items()}


@router.get("/commitments/agencies/{agency}")
async def of_agency(agency: str, request: Request) -> Response:
    """Everything one office promises."""
    known, on = await charter.current(), request.app.state.today()
    office, words = _agency(known, agency), _words(request)
    sort = request.query_params.get("sort", "")
    named = {service.code for service in _services(known, words)}
    offers = [
        one
        for one in register.of_agency(known, office, on=on)
        if one.service and one.service.code in named
    ]
    if sort in {"fastest", "slowest"}:
        offers = register.in_order(offers, sort)
    return page(
        request,
        "commitments/agency.html",
        agency=office,
        is_open=office.is_open(on),
        general=register.offer(known, office, None, on=on),
        q=words,
        sort=sort if sort in register.SORTS else "",
        leaf=_leaf(offers, request, PAGE),
        corrected=await corrections.counted_of(office, at=request.app.state.clock()),
    )


@router.get("/commitments/agencies/{agency}/feedback")
async def one_feedback(agency: str, request: Request) -> Response:
    """How long one office takes to answer feedback, and how that is counted."""
    known = await charter.current()
    return await _one(request, known, _agency(known, agency), None)


@router.get("/commitments/agencies/{agency}/services/{service:path}")
async def one(agency: str, service: str, request: Request) -> Response:
    """How long one service takes at one office, and how that is counted."""
    known = await charter.current()
    return await _one(request, known, _agency(known, agency), _service(known, service))


async def _one(
    request: Request, known: Charter, agency: Agency, service: Service | None
) -> Response:
    on, language = request.app.state.today(), language_of(request)
    asked = request.query_params.get("at", "")
    at = _local(asked, request) or request.app.state.clock()
    own = service is None
    promised = register.promised(known, agency, service, at=at, general=own)
    steps = promised.deadline.steps if promised.deadline else ()
    return page(
        request,
        "commitments/one.html",
        agency=agency,
        service=service,
        is_open=agency.is_open(on),
        offer=register.offer(known, agency, service, on=on),
        general=register.offer(known, agency, None, on=on).commitment,
        history=commitment_history.of(known, agency, service),
        on=on,
        at=at.astimezone(request.app.state.settings.zone),
        is_misread=bool(asked) and _local(asked, request) is None,
        promised=promised,
        computed=list(explained.lines(steps, language)),
    )


def _local(text: str, request: Request) -> datetime | None:
    """A local time as a browser's field sends it: 2026-10-05T09:00. None for anything else."""
    try:
        moment = datetime.fromisoformat(text[:40])
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=request.app.state.settings.zone)
        openings.micros(moment)
    except (ValueError, OutOfRange):
        return None
    return moment


def _agency(known: Charter, code: str) -> Agency:
    if code not in known.agencies:
        raise NoSuchPage
    return known.agencies[code]


def _service(known: Charter, code: str) -> Service:
    if code not in known.services:
        raise NoSuchPage
    return known.services[code]
