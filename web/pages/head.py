"""What the head of an agency looks at: load, on time now and by the end, backlog, margins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from feedback import outcomes, permissions
from feedback.actors import Staff
from feedback.errors import UnknownAgency
from feedback.office import workload
from feedback.office.workload import Course, Load
from ranking.frozen.edition_body import Agency as Line
from ranking.life import editions
from ranking.method import forecast, periods, releases
from ranking.method.disclosure import K
from ranking.method.forecast import Forecast, Pending
from ranking.method.survival import Spell
from sla import charter
from sla.charter import Agency
from web.board.charts.drawing import Drawing
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.language import i18n, i18n_names, period_names
from web.language.i18n import mark
from web.pages import latest, staff, staff_charts
from web.pages.latest import Headline

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

AGES = (
    mark("0–2 days"),
    mark("3–5 days"),
    mark("6–10 days"),
    mark("11–20 days"),
    mark("21–40 days"),
    mark("41 days and more"),
)
MONTHS = 3
"""Whole months of which is told what answers came to."""
SHORT_AGES = ("0–2", "3–5", "6–10", "11–20", "21–40", "41+")  # below the bars, in days


@dataclass(frozen=True, slots=True)
class Margin:
    """How thin the margin to the target was in the latest edition."""

    edition: str
    period: str
    target: float
    n: int | None
    band: str
    fives_needed: int | None
    ones_to_lose: int | None


@router.get("/head")
async def shown(request: Request) -> Response:
    """The work of one agency: a head's own, for who sees all the one chosen."""
    state, by = request.app.state, request.state.actor
    at, zone, language = state.clock(), state.settings.zone, rendering.language_of(request)
    known = await charter.current()
    code = request.query_params.get("agency", "")
    try:
        agency = workload.agency_of(by, code, known)
    except UnknownAgency:
        raise NoSuchPage from None
    choices = chosen_from(by, known.open_agencies(on=state.today()), language)
    form = Form({"agency": agency.code if agency else ""})
    if agency is None:
        return await staff.page(
            request,
            "head/choose.html",
            section="head",
            form=form,
            agencies=choices,
            **await _endings(at, zone, language),
        )
    period = periods.containing(at, zone)
    ages = await workload.ages(agency.id, at=at)
    say = i18n.translator(language).gettext
    labels = [say(words) for words in AGES]
    loads = await workload.loads(agency.id, at=at, zone=zone)
    outlook = await _outlook(agency, period.starts_at, period.ends_at, at)
    return await staff.page(
        request,
        "head/head.html",
        section="head",
        form=form,
        agencies=choices,
        agency=agency,
        at=at,
        period=period_names.in_words(period.name, language),
        loads=loads,
        today=_today(loads),
        narrowed={"agency": agency.code} if choices else {},
        **await _endings(at, zone, language, agency.id),
        ages=list(zip(labels, ages, strict=True)),
        ages_chart=staff_charts.bars(ages, SHORT_AGES, language) if any(ages) else None,
        outlook=outlook,
        outlook_chart=_chart(outlook, language),
        flow=await workload.flow(agency, known, at=at),
        margin=await _margin(request.app, agency, language),
        fewest=forecast.FEWEST,
    )


def _today(loads: tuple[Load, ...]) -> Load:
    """What waits in the whole agency; `open` is what nobody is in charge of."""
    nobody = sum(load.open for load in loads if load.name is None)
    due = sum(load.due_today for load in loads)
    return Load(None, nobody, due, sum(load.overdue for load in loads))


async def _endings(
    at: datetime, zone: ZoneInfo, language: str, agency_id: int | None = None
) -> dict[str, Any]:
    """What answers came to and why in the last whole months, as far as it may be shown."""
    starts, ends = _whole_months(at, zone)
    found = await outcomes.by_month(starts, ends, zone, agency_id=agency_id)
    return {
        "results": releases.total(i18n_names.OUTCOMES, [month.outcomes for month in found]),
        "causes": releases.total(i18n_names.CAUSES, [month.causes for month in found]),
        "told_from": i18n.localise_date(starts.date(), language, style="words"),
        "told_until": i18n.localise_date(
            (ends - timedelta(days=1)).date(), language, style="words"
        ),
        "few": K,
    }


def _whole_months(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The last months that are over, half-open."""
    local = at.astimezone(zone)
    first = local.year * 12 + local.month - 1
    return _month(first - MONTHS, zone), _month(first, zone)


def _month(number: int, zone: ZoneInfo) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=zone)


def chosen_from(by: Staff, agencies: tuple[Agency, ...], language: str) -> list[tuple[str, str]]:
    """The agencies somebody may choose among; none for who has one of their own."""
    if by.role not in permissions.SEE_ALL:
        return []
    return [(agency.code, agency.name(language)) for agency in agencies]


async def _outlook(agency: Agency, begins: datetime, ends: datetime, at: datetime) -> Forecast:
    """How the running period stands, and how it may end."""
    told, cohort = await workload.courses(agency.id, since=begins, at=at)
    met = late = 0
    pending: list[Pending] = []
    for course, due_at in cohort:
        if due_at >= ends or (course.ended_on is not None and not course.is_answered):
            continue
        due_on = course.due_on or 0.0
        if course.ended_on is not None:
            met, late = met + (course.ended_on <= due_on), late + (course.ended_on > due_on)
        elif due_at <= at:
            late += 1
        else:
            pending.append(Pending(course.age, due_on))
    return forecast.forecast(met, late, pending, map(_spell, told))


def _spell(course: Course) -> Spell:
    if course.ended_on is None:
        return Spell(course.age, None)
    end = forecast.ANSWERED if course.is_answered else forecast.OTHERWISE
    return Spell(max(0.0, course.ended_on), end)


def _chart(found: Forecast, language: str) -> Drawing | None:
    if found.expected is None or found.low is None or found.high is None:
        return None
    return staff_charts.outlook(found.now, found.expected, found.low, found.high, language)


# A published edition never changes: its lines are read once per application, of the latest only.
_kept: WeakKeyDictionary[FastAPI, tuple[str, dict[str, Line]]] = WeakKeyDictionary()


async def _margin(app: FastAPI, agency: Agency, language: str) -> Margin | None:
    """None where no edition was published or the latest cannot be read, or the agency is not in
    it.
    """
    found = await latest.readable(app)
    top = found[0] if found else None
    if not isinstance(top, Headline):
        return None
    if app not in _kept or _kept[app][0] != top.name:
        edition = await editions.read(top.name)
        _kept[app] = top.name, {line.code: line for line in edition.agencies}
    line = _kept[app][1].get(agency.code)
    if line is None:
        return None
    thin = line.satisfaction.fragility
    return Margin(
        edition=top.name,
        period=period_names.in_words(top.period, language),
        target=top.target,
        n=line.satisfaction.n,
        band=str(line.satisfaction.score.band or ""),
        fives_needed=thin.fives_needed if thin else None,
        ones_to_lose=thin.ones_to_lose if thin else None,
    )
