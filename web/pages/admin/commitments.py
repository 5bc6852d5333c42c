"""Commitments: who promises what from when, by which act; new versions, longer ones by two."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import audit, drafts
from feedback.administration import keeping
from feedback.deeds import Subject
from feedback.drafts import Reader
from feedback.errors import Faulty
from sla import charter, commitment_register, promising, spelling
from sla.charter import Charter
from sla.commitments import Commitment
from sla.errors import ReasonMissing, SlaError
from sla.promising import CommitmentDraft
from web import acting
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form, read
from web.imports import cells, registers
from web.imports.errors import RowRefused
from web.imports.reader import Record
from web.pages import staff
from web.pages.admin import frame
from web.pages.admin.words import RULES, UNITS

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

ASKED = ("agency", "level", "service")


@router.get("/admin/commitments")
async def listed(request: Request) -> Response:
    """What is in force and what will be, narrowed by whom it binds or for what."""
    typed, sought = frame.searched(request)
    known, today = await charter.current(), request.app.state.today()
    current = [
        (versions, in_force(versions, today))
        for versions in known.commitments.values()
        if all(word in _words(versions[0], known) for word in sought.split())
    ]
    current.sort(key=lambda pair: _order(pair[0][0]))
    return await frame.page(
        request,
        "admin/commitments.html",
        leaf=frame.leaf(current, request),
        form=Form({"q": typed}),
        known=known,
        today=today,
        units=frame.named(UNITS, request),
    )


def in_force(versions: tuple[Commitment, ...], today: date) -> Commitment | None:
    """The version in force today; None when all begin later, or the last one is withdrawn."""
    begun = [one for one in versions if one.effective_on <= today]
    found = max(begun, key=lambda one: (one.effective_on, one.id), default=None)
    return None if found is None or found.is_withdrawn else found


def _words(one: Commitment, known: Charter) -> str:
    agency = known.agencies.get(one.agency or "")
    service = known.services.get(one.service or "")
    codes = spelling.search_key(f"{one.agency or ''} {one.level or ''} {one.service or ''}")
    names = (agency.search_key if agency else "", service.search_key if service else "")
    return " ".join((codes, *names))


def _order(one: Commitment) -> tuple[str, str, str]:
    return one.agency or "", one.level or "", one.service or ""


@router.get("/admin/commitments/new")
async def ask(request: Request) -> Response:
    """The form of a new version, begun with what is in force for whom it is asked."""
    known, today = await charter.current(), request.app.state.today()
    asked = _asked(request.query_params)
    now = in_force(_versions(asked, known), today)
    values = asked | (_values(now) if now else {"unit": "working_day", "rule": "civil"})
    return await _form(request, Form(values))


@router.post("/admin/commitments/new")
async def add(request: Request) -> Response:
    """Take it, or propose it where residents would wait longer."""
    form = await read(request)
    try:
        draft = frame.parsed(form, registers.COMMITMENTS, _by_an_act)
        reason = drafts.reason(form.values)
        async with acting.opened(request) as act:
            today = request.app.state.today()
            told = await keeping.promise(draft, act, today=today, reason=reason)
            frame.taken(told.verdict)
    except (RowRefused, Faulty, ReasonMissing) as error:
        frame.tell(form, error, request)
        return await _form(request, form, status=422)
    except SlaError:  # a unit and a way of counting that do not go together
        frame.tell(form, RowRefused("rule", "not_allowed"), request)
        return await _form(request, form, status=422)
    if told.proposal is not None:
        return staff.see(request, "admin/changes", done="proposed")
    done = "kept" if told.verdict.is_new else "unchanged"
    return staff.see(request, "admin/commitments", done=done)


@router.get("/admin/commitments/withdraw")
async def ask_back(request: Request) -> Response:
    """What would be taken back, what would bind instead, and the form for it."""
    return await _withdrawal(request, Form(_asked(request.query_params)))


@router.post("/admin/commitments/withdraw")
async def withdraw(request: Request) -> Response:
    """Propose that it is taken back: a second person approves."""
    form = await read(request)
    known, today = await charter.current(), request.app.state.today()
    now = in_force(_versions(form.values, known), today)
    if now is None:
        raise NoSuchPage
    try:
        reader = Reader(form.values)
        legal_act = reader.text("legal_act", at_most=500, required=True)
        reason = reader.text("reason", at_most=drafts.REASON_AT_MOST, required=True)
        reader.finish()
        draft = keeping.withdrawal(now, effective_on=_day(form), legal_act=legal_act)
        async with acting.opened(request) as act:
            told = await keeping.promise(draft, act, today=today, reason=reason)
            frame.taken(told.verdict)
    except (RowRefused, Faulty, ReasonMissing) as error:
        frame.tell(form, error, request)
        return await _withdrawal(request, form, status=422)
    return staff.see(request, "admin/changes", done="proposed")


def _day(form: Form) -> date:
    day = cells.day(form["effective_on"], "effective_on")
    if day is None:
        raise RowRefused("effective_on", "missing")
    return day


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name, "")[:40] for name in ASKED}


def _versions(asked: Mapping[str, str], known: Charter) -> tuple[Commitment, ...]:
    agency, level, service = (asked.get(name, "") or None for name in ASKED)
    return known.commitments.get((agency, level, service), ())


async def _withdrawal(request: Request, form: Form, *, status: int = 200) -> Response:
    known, today = await charter.current(), request.app.state.today()
    versions = _versions(form.values, known)
    now = in_force(versions, today)
    if now is None:
        raise NoSuchPage
    return await frame.page(
        request,
        "admin/withdrawal.html",
        status=status,
        form=form,
        known=known,
        now=now,
        open=await promising.still_open(versions),
        upward=_upward(form, known, today),
        units=frame.named(UNITS, request),
        limits=drafts,
    )


def _by_an_act(record: Record) -> CommitmentDraft:
    draft = registers.commitment(record)
    if not draft.legal_act:
        raise RowRefused("legal_act", "missing")
    return draft


async def _form(request: Request, form: Form, *, status: int = 200) -> Response:
    known, language = await charter.current(), rendering.language_of(request)
    today = request.app.state.today()
    service = known.services.get(form["service"])
    held = _versions(form.values, known)
    about = f"{form['agency'] or form['level'] or '*'}/{form['service'] or '*'}"
    services = sorted(known.services.values(), key=lambda one: (one.sort_key, one.code))
    return await frame.page(
        request,
        "admin/commitment.html",
        status=status,
        form=form,
        limit=commitment_register.limit_of(service, on=today),
        versions=sorted(held, key=lambda one: one.effective_on),
        now=in_force(held, today),
        upward=_upward(form, known, today),
        agencies=await frame.open_agencies(request),
        levels=[(name, name) for name in sorted({a.level for a in known.agencies.values()})],
        services=[(one.code, f"{one.name(language)[:90]} ({one.code})") for one in services],
        calendars=[(code, code) for code in sorted(known.latest_calendar)],
        unit_choices=list(frame.named(UNITS, request).items()),
        units=frame.named(UNITS, request),
        rules=list(frame.named(RULES, request).items()),
        traces=await audit.about(Subject.COMMITMENT, about),
        fields=frame.facts(request),
        limits=drafts,
    )


def _upward(form: Form, known: Charter, today: date) -> list[tuple[Commitment, str]]:
    """What would bind without it, from the nearest to the most general, with whom it binds."""
    agency = known.agencies.get(form["agency"])
    level = agency.level if agency else form["level"]
    service = form["service"] or None
    keys = [(None, level, service), (None, None, service), (None, level, None), (None, None, None)]
    own = form["agency"] or None, form["level"] or None, service
    found = []
    for key in dict.fromkeys(keys):
        now = in_force(known.commitments.get(key, ()), today)
        if key != own and now is not None:
            found.append((now, f"{key[1] or '*'} / {key[2] or '*'}"))
    return found


def _values(one: Commitment) -> dict[str, str]:
    return {
        "amount": str(one.within.amount),
        "unit": one.within.unit.value,
        "rule": str(one.within.rule),
        "cut_off": f"{one.cut_off:%H:%M}" if one.cut_off else "",
        "text_vi": one.text_vi,
        "text_en": one.text_en,
        "legal_act": one.act,
        "calendar": one.calendar or "",
    }
