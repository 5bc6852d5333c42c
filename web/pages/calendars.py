"""Working calendars: how far each is known, a year of it, and the days people bring in."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts, permissions
from feedback.administration import calendar_days, changes
from feedback.deeds import ChangeKind
from feedback.errors import Faulty
from feedback.staff import accounts
from sla import calendar_versions, openings
from sla.acts import Act
from sla.calendar_versions import Version
from sla.calendars import Day, DayKind
from sla.errors import NoOpening, Outdated
from web import acting, errors, forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import guards
from web.imports import calendar_preview, registers
from web.imports.calendar_preview import Outcome
from web.imports.errors import FileRefused, RowRefused
from web.imports.reader import Record
from web.language import i18n
from web.pages import calendar_year, staff
from web.pages.calendar_words import DONE, FILE, ROW

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

FILE_AT_MOST = 256 * 1024
SHOWN = 200  # refused rows and changed days on the page that asks for a confirmation


@router.get("/admin/calendars")
async def listed(request: Request) -> Response:
    """All calendars, and the form for the days of a new year."""
    return await _list(request, Form())


@router.post("/admin/calendars")
async def upload(request: Request) -> Response:
    """Show what a file would change; take it once that is confirmed."""
    content = await _content(request)
    form = await forms.read(request)
    permissions.check_may_keep_calendars(request.state.actor)
    if form["do"] == "confirm":
        return await _confirm(request, form)
    if len(content) > FILE_AT_MOST:
        return await _refused(request, form, errors.ANSWERS[errors.TooLarge].title)
    return await _rehearse(request, form, content)


async def _content(request: Request) -> bytes:
    """What was uploaded; nothing where nothing was chosen."""
    data = await request.form(max_fields=forms.FIELDS_AT_MOST, max_files=1)
    file = data.get("file")
    if not isinstance(file, UploadFile):
        return b""
    content = await file.read()
    await file.close()
    return content


async def _rehearse(
    request: Request, form: Form, content: bytes, *, again: bool = False
) -> Response:
    act = Act(by=request.state.actor, at=request.app.state.clock())
    try:
        outcome = await calendar_preview.rehearse(content, act)
    except FileRefused as refused:
        return await _refused(request, form, FILE.get(refused.reason, FILE["not_text"]))
    return await _check(request, outcome, content.decode("utf-8-sig"), again=again)


async def _confirm(request: Request, form: Form) -> Response:
    content = form["content"].encode()
    try:
        async with acting.opened(request) as act:
            today = request.app.state.today()
            number = await calendar_preview.ask(content, act, seen=form["seen"], today=today)
    except Outdated:  # somebody else was quicker: look again before anything is taken
        return await _rehearse(request, form, content, again=True)
    except FileRefused as refused:
        return await _refused(request, form, FILE.get(refused.reason, FILE["not_text"]))
    if number is not None:
        return staff.see(request, "admin/changes", number, done="proposed")
    return staff.see(request, "admin/calendars", done="taken")


async def _check(request: Request, outcome: Outcome, content: str, *, again: bool) -> Response:
    return await _page(
        request,
        "calendars/check.html",
        outcome=outcome,
        content=content,
        again=again,
        words=_words(request, ROW),
        shown=SHOWN,
    )


async def _refused(request: Request, form: Form, title: str) -> Response:
    form.faults["file"] = i18n.translator(rendering.language_of(request)).gettext(title)
    return await _list(request, form, status=422)


async def _list(request: Request, form: Form, *, status: int = 200) -> Response:
    return await _page(
        request,
        "calendars/list.html",
        status=status,
        form=form,
        kept=await calendar_versions.kept(request.app.state.clock()),
        year=request.app.state.today().year,
        hours_of=hours_of,
    )


@router.get("/admin/calendars/{code:path}")
async def read(code: str, request: Request) -> Response:
    """One calendar in one year, with the forms for a single day."""
    return await _one(request, code, Form({"seen": ""}))


@router.post("/admin/calendars/{code:path}")
async def change(code: str, request: Request) -> Response:
    """Say how one day differs, or take that back: a further version of the calendar."""
    form = await forms.read(request)
    seen = guards.int_or_zero(form["seen"][:9])
    try:
        day, special = _day(code, form, request)
        reason = drafts.reason(form.values)
        async with acting.opened(request) as act:
            today = request.app.state.today()
            number = await calendar_days.ask(
                code, day, special, act, reason=reason, seen=seen, today=today
            )
    except (Faulty, RowRefused, Outdated, NoOpening) as error:
        _tell(form, error, request)
        return await _one(request, code, form, status=422)
    if number is not None:
        return staff.see(request, "admin/changes", number, done="proposed")
    done = "withdrawn" if special is None else "put"
    return staff.see(request, "admin/calendars", code, year=day.year, done=done)


def _day(code: str, form: Form, request: Request) -> tuple[date, Day | None]:
    """A date and what it is to be, by the grammar of calendar files; None: as its weekday is."""
    withdrawn = form["do"] == "withdraw"
    zone = request.app.state.settings.timezone
    cells = {"calendar": code, "timezone": zone} | form.values
    if withdrawn:
        cells |= {"kind": DayKind.HOLIDAY, "windows": ""}
    record = Record(1, tuple(cells.get(name, "") for name in registers.CALENDAR))
    row = registers.calendar_line(record)
    if not isinstance(row.day, date):
        raise RowRefused("day", "not_a_date")
    if withdrawn:
        return row.day, None
    if not row.legal_act:
        raise RowRefused("legal_act", "missing")
    names = (row.name_vi, row.name_en, row.legal_act, row.source, row.is_confirmed)
    return row.day, Day(DayKind(row.kind), row.windows, *names)


def _tell(form: Form, error: Exception, request: Request) -> None:
    language = rendering.language_of(request)
    if isinstance(error, Faulty):
        forms.refused(form, error, language)
        return
    column, reason = "day", "never_opens" if isinstance(error, NoOpening) else "outdated"
    if isinstance(error, RowRefused):
        column, reason = error.column, error.reason
    text = ROW.get(reason, ROW["not_allowed"])
    form.faults[column] = i18n.translator(language).gettext(text)


async def _one(request: Request, code: str, form: Form, *, status: int = 200) -> Response:
    versions = await calendar_versions.versions(code)
    if not versions:
        raise NoSuchPage
    latest, today = versions[0], request.app.state.today()
    language = rendering.language_of(request)
    asked = guards.int_or_zero(request.query_params.get("year", "")[:4]) or _year(form, today)
    year = min(max(asked, openings.FIRST_YEAR), openings.LAST_YEAR)
    return await _page(
        request,
        "calendars/one.html",
        status=status,
        form=form,
        latest=latest,
        waiting=[
            one
            for one in await changes.waiting(ChangeKind.CALENDAR_DAY)
            if code in {one.body.get("calendar"), *one.body.get("calendars", ())}
        ],
        year=year,
        years=calendar_year.years(latest.calendar, today),
        months=calendar_year.months(latest.calendar, year, language),
        weekdays=calendar_year.weekdays(language),
        days=calendar_year.special_days(latest.calendar, year),
        kinds=[(kind.value, i18n.name_of(kind, language)) for kind in DayKind],
        versions=[(one, _what(versions[place + 1 :], one)) for place, one in enumerate(versions)],
        people=await accounts.display_names({one.by for one in versions}),
        hours_of=hours_of,
        limits=drafts,
    )


def _year(form: Form, today: date) -> int:
    return guards.int_or_zero(form["day"][:4]) or today.year


def _what(before: tuple[Version, ...], one: Version) -> int:
    """How many dates a version says differently from the one before it."""
    return len(calendar_versions.changes(before[0].calendar if before else None, one.calendar))


def hours_of(windows: openings.Windows | None) -> str:
    """Opening hours as people write them: 07:30–11:30, 13:00–17:00."""
    return ", ".join(f"{_clock(first)}–{_clock(last)}" for first, last in windows or ())


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _words(request: Request, table: dict[str, str]) -> dict[str, str]:
    words = i18n.translator(rendering.language_of(request))
    return {reason: words.gettext(text) for reason, text in table.items()}


async def _page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    check = permissions.check_may_keep_calendars
    refusal = permissions.why_not(check, request.state.actor)
    return await staff.page(
        request,
        template,
        section="admin/calendars",
        status=status,
        refused=errors.told(refusal, rendering.language_of(request)) if refusal else "",
        done=DONE.get(request.query_params.get("done", "")),
        **values,
    )
