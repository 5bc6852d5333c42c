"""Improvement plans: an agency clearly below the target owes one, and keeps its own days.

A plan is written in versions that stay readable. Each measure has an owner and a day, which is a
promise like any other: it can be kept, missed or publicly dropped, never moved. Whether a change
afterwards is more than chance the later editions say.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from ranking.frozen import edition_rows
from ranking.frozen.edition_life import Measure, MeasureState, Plan, PlanState
from ranking.frozen.life_errors import (
    BadDay,
    MeasureEnded,
    NoMeasure,
    NoPlanOwed,
    NoSuchMeasure,
    TooManyMeasures,
)
from ranking.life import objections, plan_days, results_of
from ranking.life.results_of import Result
from ranking.models import MeasureReportRow, MeasureRow, PeriodRow, PlanVersionRow
from sla import charter, ledger, lineage
from sla.acts import Act
from sla.charter import Agency, Charter
from sla.ledger import Start
from sla.models import PromiseKind
from sla.promises import Finished, Withdrawn

MOST_MEASURES = 20
LONGEST = timedelta(days=731)
STILL_OPEN = frozenset({MeasureState.OPEN, MeasureState.OVERDUE})
LOCK = 0x48A1_1066
"""One writer of plans at a time: two versions would have the same number."""


@dataclass(frozen=True, slots=True)
class MeasureDraft:
    """A measure as it is promised: what, who answers for it, by which local day."""

    text: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What is written at once: the cause, the goal, and further measures."""

    cause: str
    goal: str
    measures: tuple[MeasureDraft, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was written."""

    number: int
    at: datetime
    cause: str
    goal: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A plan with the agency that owes it, its versions and the numbers of its measures.

    `heir` answers for it where the agency has ended and something of it is open still.
    """

    agency: Agency
    heir: Agency | None
    plan: Plan
    versions: tuple[Version, ...]
    measures: tuple[tuple[int, Measure], ...]


async def owed(at: datetime, zone: ZoneInfo, *, agency: str = "", period: str = "") -> list[Owed]:
    """Every plan that published editions ask for, the latest edition's first, with what is there
    and what is missing. `agency` and `period` narrow it; an agency answers for what is open of the
    plans of those it took over, too.
    """
    results = await results_of.published()
    known = await charter.current()
    takers = await lineage.takers(known, on=at.astimezone(zone).date())
    asked = [
        result
        for result in results
        if result.is_low
        and period in {"", result.period}
        and (agency in {"", result.code} or _code(takers.get(result.code)) == agency)
    ]
    versions, measures = await _versions(asked, known), await _measures(asked, known, at)
    days = {
        row.name: edition_rows.schedule_of(row).plan_days
        for row in await PeriodRow.filter(name__in=sorted({one.period for one in asked}))
    }
    found = [
        _owed(
            result,
            known.agencies[result.code],
            takers.get(result.code),
            due_at=plan_days.due(result.low_since, days[result.period], zone),
            versions=versions[result.period, result.code],
            measures=measures[result.period, result.code],
            later=[one for one in results if one.code == result.code],
            at=at,
        )
        for result in asked
        if result.code in known.agencies
    ]
    if agency:
        found = [one for one in found if agency in {one.agency.code, _code(one.heir)}]
    found.sort(key=lambda one: (one.agency.sort_key, one.agency.code))
    return sorted(found, key=lambda one: one.plan.edition, reverse=True)


def _code(agency: Agency | None) -> str:
    return agency.code if agency else ""


async def one(period: str, agency: str, at: datetime, zone: ZoneInfo, *, of: str = "") -> Owed:
    """The plan one agency owes for one period; `of` is another's that it took over.

    Raises `NoPlanOwed`.
    """
    for found in await owed(at, zone, agency=agency, period=period):
        if found.agency.code == (of or agency):
            return found
    raise NoPlanOwed(period)


async def before(period: str, at: datetime, zone: str) -> tuple[Plan, ...]:
    """The plans that editions of earlier periods asked for, as they stand at `at`."""
    found = await owed(at, ZoneInfo(zone))
    return tuple(one.plan for one in found if one.plan.edition < period)


async def write(period: str, draft: PlanDraft, act: Act, zone: ZoneInfo, *, of: str = "") -> int:
    """The head of an agency writes its plan, or its next version; the version's number.

    Measures are added to those there are; `of` is another agency's plan, taken over. Raises
    `RoleMayNot`, `NoPlanOwed`, `NoMeasure`, `TooManyMeasures`, `BadDay`.
    """
    me = objections.check_may_speak(act.by)
    await get_connection("default").execute_query("select pg_advisory_xact_lock($1)", [LOCK])
    known = await charter.current()
    agency = known.agency_of_id(me.agency_id or 0)
    plan = await one(period, agency.code, act.at, zone, of=of)
    count = len(plan.measures) + len(draft.measures)
    if not count:
        raise NoMeasure(period)
    if count > MOST_MEASURES:
        raise TooManyMeasures(period)
    today = act.at.astimezone(zone).date()
    for each in draft.measures:
        if not today < each.due_on <= today + LONGEST:
            raise BadDay(each.due_on)
    version = await PlanVersionRow.create(
        edition=period,
        agency_id=plan.agency.id,
        number=plan.plan.version + 1,
        cause=draft.cause,
        goal=draft.goal,
        by=me.reference,
        at=act.at,
    )
    for number, each in enumerate(draft.measures, len(plan.measures) + 1):
        begun = await ledger.begin(
            Start(
                kind=PromiseKind.MILESTONE,
                code=f"KH-{plan.agency.code}-{period}-{number}",
                agency=agency,
                service=None,
                channel="plan",
                at=act.at,
                promised_at=plan_days.closing(agency, known, each.due_on, zone),
            ),
            act,
        )
        await MeasureRow.create(
            version=version,
            text=each.text,
            owner=each.owner,
            due_on=each.due_on,
            promise_id=begun.promise_id,
        )
    written: int = version.number
    return written


async def report(measure_id: int, text: str, act: Act, *, is_done: bool) -> None:
    """The head reports a measure done, with what shows it, or drops it, with the reason.

    Whoever holds its promise answers for it. Raises `RoleMayNot`, `NoSuchMeasure`, `MeasureEnded`.
    """
    me = objections.check_may_speak(act.by)
    await get_connection("default").execute_query("select pg_advisory_xact_lock($1)", [LOCK])
    row = await MeasureRow.filter(id=measure_id, promise__agency_id=me.agency_id).first()
    if row is None:
        raise NoSuchMeasure(measure_id)
    if await MeasureReportRow.filter(measure_id=measure_id).exists():
        raise MeasureEnded(measure_id)
    await MeasureReportRow.create(
        measure_id=measure_id, is_done=is_done, text=text, by=me.reference, at=act.at
    )
    event = Finished(at=act.at) if is_done else Withdrawn(at=act.at)
    await ledger.append(row.promise_id, event, act)


def _owed(
    result: Result,
    agency: Agency,
    taker: Agency | None,
    *,
    due_at: datetime,
    versions: list[Version],
    measures: list[tuple[int, Measure]],
    later: list[Result],
    at: datetime,
) -> Owed:
    last = versions[-1] if versions else None
    written_at = versions[0].at if versions else None
    is_open = not versions or any(each.state in STILL_OPEN for _, each in measures)
    heir = taker if is_open else None
    plan = Plan(
        agency=agency.code,
        edition=result.period,
        due_at=due_at,
        state=_state(written_at, due_at, at),
        written_at=written_at,
        version=last.number if last else 0,
        cause=last.cause if last else "",
        goal=last.goal if last else "",
        measures=tuple(measure for _, measure in measures),
        since=results_of.since(later, result.period),
        heir=heir.code if heir else None,
        name_vi=agency.name_vi,
        name_en=agency.name_en,
    )
    return Owed(agency, heir, plan, tuple(versions), tuple(measures))


def _state(written_at: datetime | None, due_at: datetime, at: datetime) -> PlanState:
    if written_at is None:
        return PlanState.MISSING if at > due_at else PlanState.OWED
    return PlanState.WRITTEN_LATE if written_at > due_at else PlanState.IN_TIME


Key = tuple[str, str]


async def _versions(asked: list[Result], known: Charter) -> dict[Key, list[Version]]:
    rows = await PlanVersionRow.filter(edition__in=sorted({one.period for one in asked})).order_by(
        "number", "id"
    )
    found: dict[Key, list[Version]] = defaultdict(list)
    for row in rows:
        code = known.agency_of_id(row.agency_id).code
        found[row.edition, code].append(Version(row.number, row.at, row.cause, row.goal))
    return found


async def _measures(
    asked: list[Result], known: Charter, at: datetime
) -> dict[Key, list[tuple[int, Measure]]]:
    rows = (
        await MeasureRow.filter(version__edition__in=sorted({one.period for one in asked}))
        .order_by("id")
        .select_related("version", "promise")
    )
    reports = {
        row.measure_id: row
        for row in await MeasureReportRow.filter(measure_id__in=[row.id for row in rows])
    }
    found: dict[Key, list[tuple[int, Measure]]] = defaultdict(list)
    for row in rows:
        code = known.agency_of_id(row.version.agency_id).code
        found[row.version.edition, code].append((row.id, _measure(row, reports.get(row.id), at)))
    return found


def _measure(row: MeasureRow, told: MeasureReportRow | None, at: datetime) -> Measure:
    due_at = row.promise.due_at or datetime.max.replace(tzinfo=UTC)
    ended_at = told.at if told else None
    if told and not told.is_done:
        state = MeasureState.DROPPED
    elif ended_at:
        state = MeasureState.DONE if ended_at <= due_at else MeasureState.LATE
    else:
        state = MeasureState.OVERDUE if at > due_at else MeasureState.OPEN
    return Measure(
        text=row.text,
        owner=row.owner,
        due_on=row.due_on,
        state=state,
        ended_at=ended_at,
        report=told.text if told else "",
    )
