"""The clocks of the law beside the clock of the promise: named stages, each with its own due time.

What an agency promised is one thing, what the law allows another; both are shown. Limits and
legal acts are data (`sla.packs`); what began under a version stays under it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sla import deadlines, packs
from sla.calendars import WorkingCalendar
from sla.commitments import Within
from sla.errors import CalendarEnds
from sla.packs import Form, Pack, Procedure, StageRule
from sla.promise_events import PromiseEvent, kind_of

RECEIVED = "received"


class StageVerdict(StrEnum):
    """How a stage stands. NOT_BEGUN: what it is counted from has not happened; NOT_NEEDED: it need
    not happen any more. UNDATED: its due time lies beyond the known calendar.
    """

    NOT_BEGUN = "not_begun"
    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    LATE = "late"
    NOT_NEEDED = "not_needed"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that moves a statutory clock, by the pack's name for it."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stage:
    """One statutory step; times in UTC.

    `due_at` is the one judged. `due_from_first_receipt` is what it would be had no transfer started
    the count anew: the same where there was none, and reported beside it.
    """

    name: str
    name_vi: str
    name_en: str
    begun_at: datetime | None
    due_at: datetime | None
    due_from_first_receipt: datetime | None
    done_at: datetime | None
    verdict: StageVerdict


@dataclass(frozen=True, slots=True)
class Course:
    """All stages of a case, with the act they follow from.

    Not `is_confirmed`: the act was amended and the new limits are not known yet.
    """

    stages: tuple[Stage, ...]
    legal_act: str
    effective_on: date
    is_confirmed: bool


def course(
    kind: str,
    started_at: datetime,
    happenings: Iterable[Happening],
    calendar: WorkingCalendar,
    *,
    at: datetime,
    pack: Pack | None = None,
) -> Course | None:
    """The statutory stages of a case of a kind, as they stand at a moment.

    None when the pack knows no procedure for the kind on the local day of receipt. What happened
    before the receipt or after `at` is left out.
    """
    on = started_at.astimezone(calendar.timezone).date()
    procedure = (pack or packs.pack()).procedure(kind, on=on)
    if procedure is None:
        return None
    return Course(
        tuple(_stages(procedure, started_at, list(happenings), calendar, at)),
        procedure.legal_act,
        procedure.effective_on,
        procedure.is_confirmed,
    )


def stages(
    kind: str,
    started_at: datetime,
    happenings: Iterable[Happening],
    calendar: WorkingCalendar,
    *,
    at: datetime,
    pack: Pack | None = None,
) -> tuple[Stage, ...]:
    """The stages of `course`, none where there is no procedure."""
    found = course(kind, started_at, happenings, calendar, at=at, pack=pack)
    return found.stages if found else ()


def _stages(
    procedure: Procedure,
    started_at: datetime,
    happenings: list[Happening],
    calendar: WorkingCalendar,
    at: datetime,
) -> Iterable[Stage]:
    known = sorted(
        (one for one in happenings if started_at <= one.at <= at),
        key=lambda one: (one.at, one.name),
    )
    told = [Happening(RECEIVED, started_at), *known]
    return (_stage(rule, told, calendar, at) for rule in procedure.stages)


def _stage(
    rule: StageRule, told: Sequence[Happening], calendar: WorkingCalendar, at: datetime
) -> Stage:
    first = next((one.at for one in told if one.name == rule.begins), None)
    restarts = [one.at for one in told if rule.restarts and one.name == rule.restarts]
    begun_at = max([first, *restarts]) if first is not None else None
    done_at = _first(rule.ends, told, begun_at)
    within = _within(rule, told)
    due_at, from_first = (_due(moment, within, calendar) for moment in (begun_at, first))
    spared = _first(rule.spared_by, told, begun_at) is not None
    verdict = _verdict(begun_at, due_at, done_at, spared=spared, at=at)
    return Stage(
        rule.name, rule.name_vi, rule.name_en, begun_at, due_at, from_first, done_at, verdict
    )


def _first(
    names: tuple[str, ...], told: Sequence[Happening], begun_at: datetime | None
) -> datetime | None:
    if begun_at is None:
        return None
    return next((one.at for one in told if one.name in names and one.at >= begun_at), None)


def _within(rule: StageRule, told: Sequence[Happening]) -> Within:
    """The amount for what was told of the case: the one with most of its conditions met."""
    names = {one.name for one in told}
    met = [key for key in rule.longer if names.issuperset(key.split("+"))]
    if not met:
        return rule.within
    return rule.longer[max(met, key=lambda key: (key.count("+"), rule.longer[key].amount))]


def _due(begun_at: datetime | None, within: Within, calendar: WorkingCalendar) -> datetime | None:
    if begun_at is None:
        return None
    try:
        return deadlines.due_at(begun_at, within, calendar).astimezone(UTC)
    except CalendarEnds:
        return None  # no guess: the holidays until then are not known yet


def _verdict(
    begun_at: datetime | None,
    due_at: datetime | None,
    done_at: datetime | None,
    *,
    spared: bool,
    at: datetime,
) -> StageVerdict:
    if begun_at is None:
        return StageVerdict.NOT_BEGUN
    if spared and done_at is None:
        return StageVerdict.NOT_NEEDED
    if due_at is None:
        return StageVerdict.UNDATED
    if done_at is not None:
        return StageVerdict.DONE if done_at <= due_at else StageVerdict.LATE
    return StageVerdict.OPEN if at <= due_at else StageVerdict.OVERDUE


def form_of(event: PromiseEvent, *, pack: Pack | None = None) -> Form | None:
    """The numbered form that an event of a dossier stands for.

    The one it names, or the usual one for its kind; None where there is none.
    """
    rules = pack or packs.pack()
    return rules.form(event.form) if event.form else rules.form_of(kind_of(event))
