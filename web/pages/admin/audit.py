"""The trail of administration: narrowed, turned over page by page, taken along as a file."""

from collections.abc import AsyncIterator
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from feedback import audit
from feedback.audit import Trace, Wanted
from feedback.deeds import Subject
from feedback.staff import accounts
from sla import spelling
from sla.errors import NotText
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language.i18n import name_of
from web.pages.admin import frame
from web.tables import exports

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

FIELDS_ASKED = ("who", "subject", "about", "since", "until")
COLUMNS = ("id", "at", "by", "subject", "about", "deed", "field", "before", "after", "reason")
SUBJECTS = {one.value: one for one in Subject}


@router.get("/admin/audit")
async def listed(request: Request) -> Response:
    """Who changed what, the latest first."""
    form = Form({name: request.query_params.get(name, "")[:200] for name in FIELDS_ASKED})
    zone = request.app.state.settings.zone
    before = guards.int_or_zero(request.query_params.get("before", "")[:18])
    wanted = _wanted(form)
    found = await audit.listed(request.state.actor, wanted, zone, before=before or None)
    people = await audit.who_acted()
    names = await accounts.display_names(people)
    language = rendering.language_of(request)
    return await frame.page(
        request,
        "admin/audit.html",
        form=form,
        found=found,
        names=names,
        people=[(one, names.get(one, one.removeprefix("system:"))) for one in people],
        subjects=[(one.value, name_of(one, language)) for one in Subject],
        narrowed={name: form[name] for name in FIELDS_ASKED if form[name]},
        fields=frame.facts(request),
        is_first=not before,
    )


@router.get("/admin/audit.csv")
async def taken_along(request: Request) -> Response:
    """The same as a file, a row for each fact that changed."""
    form = Form({name: request.query_params.get(name, "")[:200] for name in FIELDS_ASKED})
    zone = request.app.state.settings.zone
    found = audit.every(request.state.actor, _wanted(form), zone)
    return StreamingResponse(
        _file(found),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="audit.csv"',
            "Cache-Control": "no-store, private",
        },
    )


async def _file(found: AsyncIterator[Trace]) -> AsyncIterator[bytes]:
    yield exports.written([COLUMNS])
    async for trace in found:
        for row in _rows(trace):
            yield exports.line(row)


def _rows(trace: Trace) -> list[tuple[str, ...]]:
    head = (str(trace.id), trace.at.isoformat(), trace.by)
    what = (trace.subject.value, trace.about, trace.deed.value)
    told = trace.differences or (("", None, None),)
    return [
        (*head, *what, name, _text(before), _text(after), trace.reason)
        for name, before, after in told
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _wanted(form: Form) -> Wanted:
    """What the form asks for; what is not understood narrows nothing and says so."""
    try:
        about = spelling.one_line(form["about"])
        who = spelling.one_line(form["who"])
    except NotText:
        about = who = ""
    return Wanted(
        who=who,
        subject=SUBJECTS.get(form["subject"]),
        about=about,
        since=_day(form, "since"),
        until=_day(form, "until"),
    )


def _day(form: Form, name: str) -> date | None:
    try:
        return date.fromisoformat(form[name])
    except ValueError:
        form.values[name] = ""
        return None
