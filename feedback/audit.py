"""Administration on record: who, when, what, how it was before and after, and why.

Written in the transaction of the act itself, and never changed: a trigger refuses it. Any act of
administration calls `record`; pages and files ask `listed` and `every`.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.queryset import QuerySet

from feedback import permissions as may
from feedback.deeds import Deed, Subject
from feedback.models import AuditRow
from sla.acts import Act, Actor
from sla.errors import ReasonMissing

PAGE = 50
ABOUT_AT_MOST = 200
REASON_AT_MOST = 1_000
_AT_ONCE = 1_000

# Whoever changes one of these moves a date somebody was told, or a place in a ranking.
TOUCHES_RESULTS = frozenset(
    {
        Subject.LINEAGE,
        Subject.COMMITMENT,
        Subject.CALENDAR,
        Subject.QUESTIONNAIRE,
        Subject.PERIOD,
        Subject.CHANGE,
    }
)
_SECRET = ("password", "secret", "hash", "token", "recovery", "sealed")

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Trace:
    """One act as the trail tells it; `by` is the reference of an actor."""

    id: int
    at: datetime
    by: str
    subject: Subject
    about: str
    deed: Deed
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str

    @property
    def differences(self) -> tuple[tuple[str, Any, Any], ...]:
        """The facts of which before and after say different things, None where one is silent."""
        names = dict.fromkeys([*self.before, *self.after])
        told = ((name, self.before.get(name), self.after.get(name)) for name in names)
        return tuple(one for one in told if one[1] != one[2])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which traces: by whom (an account's name), of what, about which object, on which days."""

    who: str = ""
    subject: Subject | None = None
    about: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Traces:
    """A page of the trail, the latest first; `older` is where the next one goes on."""

    rows: tuple[Trace, ...]
    older: int | None


async def record(
    subject: Subject,
    about: str,
    deed: Deed,
    act: Act,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
    reason: str = "",
) -> None:
    """Put one administrative act on record; `about` is the code or name of its object.

    `ReasonMissing` where results are touched and nobody says why. `ValueError` for a fact whose
    name says that it is a secret: that is a fault of ours, and the act is undone with it.
    """
    row = _row(subject, about, deed, act, told=(before, after), reason=reason)
    await AuditRow.bulk_create([row])


async def record_all(
    subject: Subject,
    changed: Mapping[str, tuple[Facts | None, Facts | None]],
    act: Act,
    *,
    reason: str,
) -> None:
    """Put many at once on record: by object, what was before (None: new) and what is now."""
    rows = []
    for about, told in changed.items():
        deed = Deed.ADDED if told[0] is None else Deed.CHANGED
        rows.append(_row(subject, about, deed, act, told=told, reason=reason))
    await AuditRow.bulk_create(rows, batch_size=_AT_ONCE)


def _row(
    subject: Subject,
    about: str,
    deed: Deed,
    act: Act,
    *,
    told: tuple[Facts | None, Facts | None],
    reason: str,
) -> AuditRow:
    if subject in TOUCHES_RESULTS and not reason.strip():
        raise ReasonMissing("reason")
    before, after = (None if facts is None else _plain(facts) for facts in told)
    return AuditRow(
        by=act.by.reference,
        at=act.at,
        subject=subject,
        about=about[:ABOUT_AT_MOST],
        deed=deed,
        before=before,
        after=after,
        reason=reason.strip()[:REASON_AT_MOST],
    )


def _plain(facts: Facts) -> dict[str, object]:
    """As JSON has it, days and times in ISO 8601; nothing that is named like a secret."""
    found: dict[str, object] = json.loads(json.dumps(dict(facts), default=_said))
    _check_open(found)
    return found


def _said(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


def _check_open(facts: Facts) -> None:
    for name, value in facts.items():
        if any(part in name for part in _SECRET):
            raise ValueError(name)
        if isinstance(value, dict):
            _check_open(value)


async def listed(by: Actor, wanted: Wanted, zone: ZoneInfo, *, before: int | None = None) -> Traces:
    """A page of the trail, the latest first, from behind `before` on. Raises `RoleMayNot`."""
    may.check_may_see_all(by)
    found = _found(wanted, zone)
    if before:
        found = found.filter(id__lt=before)
    rows = await found.order_by("-id").limit(PAGE + 1)
    older = rows[PAGE - 1].id if len(rows) > PAGE else None
    return Traces(tuple(map(_trace, rows[:PAGE])), older)


async def every(by: Actor, wanted: Wanted, zone: ZoneInfo) -> AsyncIterator[Trace]:
    """All that is wanted, the latest first, read some at a time. Raises `RoleMayNot`."""
    may.check_may_see_all(by)
    last: int | None = None
    while True:
        found = _found(wanted, zone)
        if last is not None:
            found = found.filter(id__lt=last)
        rows = await found.order_by("-id").limit(_AT_ONCE)
        for row in rows:
            yield _trace(row)
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].id


async def about(subject: Subject, about: str) -> tuple[Trace, ...]:
    """The last things done to one object, the latest first; at most a page."""
    rows = await AuditRow.filter(subject=subject, about=about).order_by("-id").limit(PAGE)
    return tuple(map(_trace, rows))


async def who_acted() -> tuple[str, ...]:
    """The references of everybody who ever did something, in order."""
    found = await AuditRow.all().distinct().order_by("by").values_list("by", flat=True)
    return tuple(str(one) for one in found)


def _found(wanted: Wanted, zone: ZoneInfo) -> QuerySet[AuditRow]:
    found = AuditRow.all()
    if wanted.who:
        found = found.filter(by=wanted.who)
    if wanted.subject is not None:
        found = found.filter(subject=wanted.subject)
    if wanted.about:
        found = found.filter(about=wanted.about)
    if wanted.since is not None:
        found = found.filter(at__gte=_midnight(wanted.since, zone))
    if wanted.until is not None:
        found = found.filter(at__lt=_midnight(wanted.until + timedelta(days=1), zone))
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _trace(row: AuditRow) -> Trace:
    return Trace(
        id=row.id,
        at=row.at,
        by=row.by,
        subject=row.subject,
        about=row.about,
        deed=row.deed,
        before=row.before or {},
        after=row.after or {},
        reason=row.reason,
    )
