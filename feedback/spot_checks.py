"""What was drawn by lot to be called back, or looked up in the agency's file, and how it stands.

Coordinators and auditors see it; an agency never learns what was drawn. Nobody sees whether, or
how, the resident had rated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.connection import get_connection

from feedback import spot_check_permissions as may
from feedback.models import SpotKind, SpotOutcome, SpotTryRow
from feedback.spot_check_errors import NoSuchSpotCheck
from feedback.staff import accounts
from sla import charter
from sla.acts import Actor
from sla.charter import Agency, Service

PAGE = 50

# $1 period, $2 kind, $3 whether done, $4 number; null: any. Those to be done first, the nearest
# first.
LISTED = """
select c.id as number, d.period, d.kind, c.agency_id, p.service_id, l.channel, l.closed_at,
       coalesce(r.reference, p.code) as reference, r.id as case_id, p.id as promise_id,
       d.drawn_at, c.due_at, t.outcome, coalesce(t.is_last, false) as is_done,
       coalesce(t.number, 0) as tries, count(*) over () as total
from spot_check c join spot_drawing d on d.id = c.drawing_id
join closure l on l.id = c.closure_id join promise p on p.id = l.promise_id
left join resident_case r on r.promise_id = p.id
left join lateral (
    select outcome, is_last, number from spot_try where check_id = c.id
    order by number desc limit 1
) t on true
where ($1::text is null or d.period = $1) and ($2::text is null or d.kind = $2)
  and ($3::bool is null or coalesce(t.is_last, false) = $3) and ($4::bigint is null or c.id = $4)
order by coalesce(t.is_last, false), c.due_at, c.id limit $5 offset $6
"""
COUNTED = """
select d.kind, count(*) filter (where t.check_id is null) as waiting,
       count(*) filter (where t.check_id is null and c.due_at <= $1) as overdue,
       min(c.due_at) filter (where t.check_id is null) as due_at
from spot_check c join spot_drawing d on d.id = c.drawing_id
left join spot_try t on t.check_id = c.id and t.is_last
group by 1 order by 1
"""


@dataclass(frozen=True, slots=True)
class Try:
    """What one person found at one try; `overall` is not told again."""

    number: int
    outcome: SpotOutcome
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """One result that was drawn. `outcome` is that of the last try; None: nobody has tried."""

    number: int
    period: str
    kind: SpotKind
    agency: Agency
    service: Service | None
    channel: str
    reference: str
    is_case: bool
    closed_at: datetime
    drawn_at: datetime
    due_at: datetime
    outcome: SpotOutcome | None
    is_done: bool
    tries: int

    def is_overdue(self, at: datetime) -> bool:
        """It should have been done before."""
        return not self.is_done and self.due_at <= at


@dataclass(frozen=True, slots=True)
class SpotChecks:
    """One page of the list, the nearest to do first."""

    rows: tuple[SpotCheck, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ones; None or "" is any."""

    period: str = ""
    kind: SpotKind | None = None
    is_done: bool | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of one kind wait, of these how many should have been done before, and until when the
    first of them is to be done; None: nothing waits.
    """

    kind: SpotKind
    waiting: int
    overdue: int
    due_at: datetime | None


async def listed(by: Actor, wanted: Wanted, *, page: int = 1) -> SpotChecks:
    """One page. Raises `RoleMayNot`."""
    may.check_may_see_spot_checks(by)
    narrowed = [wanted.period or None, wanted.kind, wanted.is_done, None]
    number = max(1, page)
    rows = await _asked(narrowed, PAGE, (number - 1) * PAGE)
    if not rows and number > 1:  # past the last one
        return await listed(by, wanted)
    total = rows[0]["total"] if rows else 0
    return SpotChecks(await _told(rows), total, number, max(1, -(-total // PAGE)))


async def every(by: Actor, wanted: Wanted) -> tuple[SpotCheck, ...]:
    """All of them, for a file. Raises `RoleMayNot`."""
    may.check_may_see_spot_checks(by)
    narrowed = [wanted.period or None, wanted.kind, wanted.is_done, None]
    return await _told(await _asked(narrowed, None, 0))


async def one(by: Actor, number: int) -> tuple[SpotCheck, tuple[Try, ...]]:
    """One, and every try at it. Raises `RoleMayNot`, `NoSuchSpotCheck`."""
    may.check_may_see_spot_checks(by)
    [found] = await _told([await row(number)])
    tries = await SpotTryRow.filter(check_id=number).order_by("number")
    names = await accounts.display_names({row.by for row in tries})
    return found, tuple(
        Try(row.number, row.outcome, row.note, names.get(row.by, row.by), row.at) for row in tries
    )


async def periods_drawn() -> tuple[str, ...]:
    """The periods that anything was drawn for, the latest first."""
    rows = await get_connection("default").execute_query_dict(
        "select period from spot_drawing group by period order by max(starts_at) desc, period"
    )
    return tuple(row["period"] for row in rows)


async def waiting(at: datetime) -> tuple[Waiting, ...]:
    """What is to be done, by kind."""
    rows = await get_connection("default").execute_query_dict(COUNTED, [at])
    return tuple(Waiting(**{**row, "kind": SpotKind(row["kind"])}) for row in rows)


async def row(number: int) -> dict[str, Any]:
    """One as `LISTED` has it. Raises `NoSuchSpotCheck`."""
    rows = await _asked([None, None, None, number], 1, 0)
    if not rows:
        raise NoSuchSpotCheck(number)
    return rows[0]


async def _asked(
    narrowed: Sequence[object], at_most: int | None, skipped: int
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await get_connection("default").execute_query_dict(
        LISTED, [*narrowed, at_most, skipped]
    )
    return found


async def _told(rows: list[dict[str, Any]]) -> tuple[SpotCheck, ...]:
    known = await charter.current()
    return tuple(
        SpotCheck(
            number=row["number"],
            period=row["period"],
            kind=SpotKind(row["kind"]),
            agency=known.agency_of_id(row["agency_id"]),
            service=known.service_of_id(row["service_id"]) if row["service_id"] else None,
            channel=row["channel"],
            reference=row["reference"],
            is_case=row["case_id"] is not None,
            closed_at=row["closed_at"],
            drawn_at=row["drawn_at"],
            due_at=row["due_at"],
            outcome=SpotOutcome(row["outcome"]) if row["outcome"] else None,
            is_done=row["is_done"],
            tries=row["tries"],
        )
        for row in rows
    )
