"""Rows of the registers to drafts: agencies, old names, services, commitments, calendars."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from sla import writing
from sla.calendars import WEEKDAYS, Day, DayKind, WorkingCalendar
from sla.commitments import RULES, Unit
from sla.errors import CalendarError
from sla.openings import Windows
from sla.promising import CommitmentDraft
from sla.registers import AgencyDraft, FormerNameDraft, ServiceDraft
from web.imports import cells
from web.imports.errors import RowRefused
from web.imports.reader import Record

AGENCIES = (
    "code",
    "name_vi",
    "name_en",
    "kind",
    "level",
    "peer_group",
    "parent",
    "calendar",
    "opens_on",
    "closes_on",
)
LINEAGE = (
    "old_code",
    "old_name",
    "old_kind",
    "old_district",
    "old_province",
    "part",
    "successors",
    "new_code",
)
SERVICES = (
    "code",
    "name_vi",
    "name_en",
    "field",
    "statutory_amount",
    "statutory_unit",
    "source",
)
COMMITMENTS = (
    "agency",
    "level",
    "service",
    "amount",
    "unit",
    "rule",
    "cut_off",
    "effective_on",
    "text_vi",
    "text_en",
    "legal_act",
    "calendar",
    "state",
)
WITHDRAWN = "withdrawn"
CALENDAR = (
    "calendar",
    "timezone",
    "day",
    "kind",
    "windows",
    "name_vi",
    "name_en",
    "legal_act",
    "source",
    "status",
)

# No statutory time comes near it; it keeps a slip of the keyboard out of the arithmetic.
LONGEST = 100_000

UNITS = tuple(unit.value for unit in Unit)
OPEN, KNOWN_UNTIL = "open", "known_until"


def agency(record: Record) -> AgencyDraft:
    """A row of `AGENCIES`; without an English name the Vietnamese one stands for it."""
    code, name_vi, name_en, kind, level, group, parent, calendar, opens, closes = record.cells
    opens_on, closes_on = cells.day(opens, "opens_on"), cells.day(closes, "closes_on")
    if opens_on and closes_on and closes_on < opens_on:
        raise RowRefused("closes_on", "closes_before_it_opens", cells.line(closes))
    name = cells.named(name_vi, "name_vi", 200)
    return AgencyDraft(
        code=cells.named(code, "code", 40),
        name_vi=name,
        name_en=cells.short(name_en, "name_en", 200) or name,
        kind=cells.named(kind, "kind", 40),
        level=cells.named(level, "level", 40),
        peer_group=cells.named(group, "peer_group", 40),
        parent=cells.short(parent, "parent", 40),
        calendar=cells.named(calendar, "calendar", 40),
        opens_on=opens_on,
        closes_on=closes_on,
    )


def heir_of(draft: FormerNameDraft) -> tuple[object, ...]:
    """By what rows about old names are one and the same."""
    return draft.code, draft.name, draft.district, draft.agency


def former_name(record: Record) -> FormerNameDraft:
    """A row of `LINEAGE`: one old unit, and one agency that took all or part of it."""
    code, name, _, district, _, part, successors, heir = record.cells
    count = cells.whole(successors, "successors", most=1000)
    if not count:
        raise RowRefused("successors", "missing" if count is None else "not_a_number")
    return FormerNameDraft(
        code=cells.named(code, "old_code", 40),
        name=cells.named(name, "old_name", 200),
        district=cells.named(district, "old_district", 200),
        is_whole=cells.one_of(part, "part", ("whole", "part")) == "whole",
        successors=count,
        agency=cells.named(heir, "new_code", 40),
    )


def service(record: Record) -> ServiceDraft:
    """A row of `SERVICES`; amount and unit of the statutory time come together or not at all."""
    code, name_vi, name_en, field, amount, unit, source = record.cells
    number = cells.whole(amount, "statutory_amount", most=LONGEST)
    measure = cells.one_of(unit, "statutory_unit", ("", *UNITS)) or None
    if number is None and measure not in {None, "immediate"}:
        raise RowRefused("statutory_amount", "missing")
    if number is not None and measure is None:
        raise RowRefused("statutory_unit", "missing")
    name = cells.named(name_vi, "name_vi", 500)
    return ServiceDraft(
        code=cells.named(code, "code", 40),
        name_vi=name,
        name_en=cells.short(name_en, "name_en", 500) or name,
        field=cells.short(field, "field", 200),
        statutory_amount=number,
        statutory_unit=measure,
        source=cells.short(source, "source", 500),
    )


def version_of(draft: CommitmentDraft) -> tuple[object, ...]:
    """By what rows about commitments are one and the same."""
    return draft.agency, draft.level, draft.service, draft.effective_on


def commitment(record: Record) -> CommitmentDraft:
    """A row of `COMMITMENTS`. A rule left out is the usual one of its unit."""
    owner, level, code, amount, unit, rule, cut_off, effective, *rest = record.cells
    text_vi, text_en, act, calendar, state = rest
    number = cells.whole(amount, "amount", most=LONGEST)
    if number is None:
        raise RowRefused("amount", "missing")
    effective_on = cells.day(effective, "effective_on")
    if effective_on is None:
        raise RowRefused("effective_on", "missing")
    measure = cells.one_of(unit, "unit", UNITS)
    return CommitmentDraft(
        agency=cells.short(owner, "agency", 40),
        level=cells.short(level, "level", 40),
        service=cells.short(code, "service", 40),
        amount=number,
        unit=measure,
        rule=_rule(rule, Unit(measure)),
        cut_off=_clock(cut_off),
        effective_on=effective_on,
        text_vi=cells.short(text_vi, "text_vi", 1000),
        text_en=cells.short(text_en, "text_en", 1000),
        legal_act=cells.short(act, "legal_act", 500),
        calendar=cells.short(calendar, "calendar", 40),
        is_withdrawn=cells.one_of(state, "state", ("", WITHDRAWN)) == WITHDRAWN,
    )


def _rule(cell: str, unit: Unit) -> str:
    usual, *_ = RULES[unit]
    return cells.one_of(cell, "rule", RULES[unit]) if cells.line(cell) else usual.value


def _clock(cell: str) -> time | None:
    value = cells.line(cell)
    if not value:
        return None
    try:
        return time.fromisoformat(value) if len(value) == len("15:00") else _no_clock(value)
    except ValueError:
        return _no_clock(value)


def _no_clock(value: str) -> time:
    raise RowRefused("cut_off", "not_a_time", value)


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """A row of a calendar: hours of a weekday, a day that differs, or the last known day."""

    calendar: str
    timezone: str
    day: str | date
    kind: str
    windows: Windows | None
    name_vi: str
    name_en: str
    legal_act: str
    source: str = ""
    is_confirmed: bool = True


UNCONFIRMED = "unconfirmed"


def calendar_line(record: Record) -> CalendarLine:
    """A row of `CALENDAR`; `windows` like `07:30-11:30 13:00-17:00`.

    `status` is empty, or `unconfirmed` for a day that was proposed and not decided yet.
    """
    code, zone, day, kind, windows, name_vi, name_en, act, source, status = record.cells
    weekday = cells.line(day)
    when: str | date | None = weekday if weekday in WEEKDAYS else cells.day(day, "day")
    if when is None:
        raise RowRefused("day", "missing")
    kinds = (OPEN,) if isinstance(when, str) else (KNOWN_UNTIL, *map(str, DayKind))
    what = cells.one_of(kind, "kind", kinds)
    hours = _windows(windows)
    if hours is None and what in {OPEN, DayKind.HALF_DAY}:
        raise RowRefused("windows", "missing")
    try:
        timezone = writing.zone(cells.line(zone), "timezone").key
    except CalendarError:
        raise RowRefused("timezone", "unknown_zone", cells.line(zone)) from None
    return CalendarLine(
        calendar=cells.named(code, "calendar", 40),
        timezone=timezone,
        day=when,
        kind=what,
        windows=hours,
        name_vi=cells.short(name_vi, "name_vi", 200),
        name_en=cells.short(name_en, "name_en", 200),
        legal_act=cells.short(act, "legal_act", 500),
        source=cells.short(source, "source", 500),
        is_confirmed=cells.one_of(status, "status", ("", "confirmed", UNCONFIRMED)) != UNCONFIRMED,
    )


def _windows(cell: str) -> Windows | None:
    value = cells.line(cell)
    if not value:
        return None
    try:
        return writing.windows([pair.split("-") for pair in value.split(" ")], "windows")
    except CalendarError:
        raise RowRefused("windows", "bad_windows", value) from None


def calendar(
    rows: Sequence[CalendarLine], *, before: WorkingCalendar | None = None
) -> WorkingCalendar:
    """All rows of one calendar together; at least one.

    Rows without the hours of any weekday, such as those of a new year, go on with the calendar
    there was `before`: its week and days stay, but for the days they name. Raises `RowRefused` for
    rows of several time zones and for a calendar that never opens.
    """
    first = rows[0]
    if before is not None and not any(row.kind == OPEN for row in rows):
        return _continued(rows, before)
    for row in rows:
        if row.timezone != first.timezone:
            raise RowRefused("timezone", "differs_within_calendar", row.timezone)
    hours = {row.day: row.windows or () for row in rows if row.kind == OPEN}
    try:
        return WorkingCalendar(
            timezone=ZoneInfo(first.timezone),
            week=tuple(hours.get(day, ()) for day in WEEKDAYS),
            days=_days(rows),
            known_until=max(_known(rows), default=None),
        )
    except CalendarError:
        raise RowRefused("windows", "never_opens", first.calendar) from None


def _continued(rows: Sequence[CalendarLine], before: WorkingCalendar) -> WorkingCalendar:
    for row in rows:
        if row.timezone != before.timezone.key:
            raise RowRefused("timezone", "differs_within_calendar", row.timezone)
    known = _known(rows)
    days = {**before.days, **_days(rows)}
    return replace(before, days=days, known_until=max(known, default=before.known_until))


def _known(rows: Sequence[CalendarLine]) -> list[date]:
    return [row.day for row in rows if row.kind == KNOWN_UNTIL and isinstance(row.day, date)]


def _days(rows: Sequence[CalendarLine]) -> dict[date, Day]:
    return {
        row.day: Day(
            DayKind(row.kind),
            row.windows,
            row.name_vi,
            row.name_en,
            row.legal_act,
            row.source,
            row.is_confirmed,
        )
        for row in rows
        if isinstance(row.day, date) and row.kind != KNOWN_UNTIL
    }
