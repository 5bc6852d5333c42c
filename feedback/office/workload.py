"""What the head of an agency asks about its work: load, backlog, how often cases come back.

Load is told so that it can be shared out better: in alphabetical order, without any rating, never
as a ranking of persons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from feedback import permissions as may
from feedback.actors import Staff
from feedback.errors import RoleMayNot, UnknownAgency
from feedback.models import Role
from feedback.models.holds import NOT_HELD
from feedback.office.inbox_views import OPEN, OVERDUE
from sla import spelling
from sla.acts import Actor
from sla.charter import Agency, Charter

DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=90)
K = 5  # cases, and peers, below which a share or a median says nothing
AGES = (0, 3, 6, 11, 21, 41)
"""From how many days on each bar of the backlog counts; the last has no end."""


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has to do now; `name` is None for cases nobody is in charge of."""

    name: str | None
    open: int
    due_today: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of` cases, and the median share of its peers; None where there are too few."""

    count: int
    of: int
    peers: float | None

    @property
    def share(self) -> float | None:
        """None where it would speak of fewer than `K` cases."""
        return self.count / self.of if self.of >= K else None


@dataclass(frozen=True, slots=True)
class Flow:
    """Of the cases filed in the last 90 days, how many came back and how many were ever paused."""

    reopened: Share
    paused: Share


def agency_of(by: Actor, code: str, known: Charter) -> Agency | None:
    """The agency a page about work is of: a head's own; for who sees all the one asked for, or
    None where none is.

    `RoleMayNot` for anybody else, `UnknownAgency` for a code nobody has, or not theirs.
    """
    if not isinstance(by, Staff) or by.role not in may.SEE_ALL | {Role.HEAD}:
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)
    return own_or_asked(by, code, known)


def own_or_asked(by: Staff, code: str, known: Charter) -> Agency | None:
    """One's own agency; for who sees all the one asked for. `UnknownAgency` for any other."""
    if by.role not in may.SEE_ALL:
        if by.agency_id is None:
            raise RoleMayNot(by.role)
        own = known.agency_of_id(by.agency_id)
        if code and code != own.code:
            raise UnknownAgency(code)
        return own
    if not code:
        return known.agency_of_id(by.agency_id) if by.agency_id is not None else None
    if code not in known.agencies:
        raise UnknownAgency(code)
    return known.agencies[code]


LOADS = f"""
select a.id, a.display_name as name, count(e.case_id) as open,
       count(*) filter (where due_at >= $1 and due_at < $3
                        and (paused_at is null or lapses_at <= $1)) as due_today,
       count(*) filter (where {OVERDUE}) as overdue
from (select * from inbox_entry e where agency_id = $2 and {OPEN} and {NOT_HELD}) e
full join (select id, display_name from account
           where agency_id = $2 and disabled_at is null and role in ('officer', 'head')) a
    on a.id = e.officer_id
group by a.id, a.display_name
"""  # noqa: S608 -- our own conditions


async def loads(agency_id: int, *, at: datetime, zone: ZoneInfo) -> tuple[Load, ...]:
    """Load by officer in alphabetical order, those with nothing too; last what nobody has."""
    tomorrow = datetime.combine(at.astimezone(zone).date() + DAY, time(), zone)
    rows = await _asked(LOADS, at, agency_id, tomorrow)
    found = [Load(row["name"], row["open"], row["due_today"], row["overdue"]) for row in rows]
    return tuple(
        sorted(found, key=lambda one: (one.name is None, spelling.sort_key(one.name or "")))
    )


AGED = f"""
select width_bucket(extract(epoch from $1::timestamptz - filed_at) / 86400, $3::numeric[]) as bar,
       count(*) as cases
from inbox_entry e where agency_id = $2 and {OPEN} and {NOT_HELD} group by 1
"""  # noqa: S608 -- our own conditions


async def ages(agency_id: int, *, at: datetime) -> tuple[int, ...]:
    """How many open cases are of each age of `AGES`, in days since they were filed."""
    rows = await _asked(AGED, at, agency_id, list(AGES))
    found = {max(1, row["bar"]): row["cases"] for row in rows}
    return tuple(found.get(bar, 0) for bar in range(1, len(AGES) + 1))


FLOWS = "select * from flows($1::int[], $2, $3)"


async def flow(agency: Agency, known: Charter, *, at: datetime) -> Flow:
    """How often cases come back or wait, beside the median of the agencies of the same group."""
    peers = [a.id for a in known.agencies.values() if a.peer_group == agency.peer_group]
    rows = {row["agency_id"]: row for row in await _asked(FLOWS, peers, at - LOOK_BACK, at)}
    own = rows.pop(agency.id, {"of": 0, "reopened": 0, "paused": 0})
    return Flow(
        *(
            Share(own[kind], own["of"], _median([row[kind] / row["of"] for row in _large(rows)]))
            for kind in ("reopened", "paused")
        )
    )


def _large(rows: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows.values() if row["of"] >= K]


def _median(shares: Sequence[float]) -> float | None:
    return median(shares) if len(shares) >= K else None


@dataclass(frozen=True, slots=True)
class Course:
    """One case as a forecast needs it. Days are calendar days since it was filed.

    `ended_on` is None while it is open, `due_on` where nothing was promised. `is_answered` tells an
    answer from a withdrawal, which ends the case without one.
    """

    age: float
    due_on: float | None
    ended_on: float | None
    is_answered: bool


# What is held, or left for another procedure, is no case of the agency's that was withdrawn.
COURSES = f"""
select extract(epoch from $2::timestamptz - p.started_at)::float8 / 86400 as age,
       extract(epoch from p.due_at - p.started_at)::float8 / 86400 as due_on,
       extract(epoch from p.ended_at - p.started_at)::float8 / 86400 as ended_on,
       p.state in ('finished', 'refused') as is_answered,
       p.due_at
from promise p
where p.agency_id = $1 and p.kind = 'case' and p.started_at < $2
    and (p.ended_at is null or p.started_at >= $3 or p.due_at >= $4)
    and not exists (
        select from resident_case c join inbox_entry e on e.case_id = c.id
        where c.promise_id = p.id and (c.status = 'handed_over' or not ({NOT_HELD})))
order by p.id
"""  # noqa: S608 -- our own conditions


async def courses(
    agency_id: int, *, since: datetime, at: datetime
) -> tuple[list[Course], list[tuple[Course, datetime]]]:
    """Cases of the last 180 days, from which is learned how long answers take; and, of those and
    all others, the ones due from `since` on, each with when.
    """
    rows = await _asked(COURSES, agency_id, at, at - 2 * LOOK_BACK, since)
    told: list[Course] = []
    cohort: list[tuple[Course, datetime]] = []
    for row in rows:
        due_at = row.pop("due_at")
        course = Course(**row)
        told.append(course)
        if due_at is not None and due_at >= since:
            cohort.append((course, due_at))
    return told, cohort


async def _asked(statement: str, *values: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await get_connection("default").execute_query_dict(
        statement, list(values)
    )
    return found
