"""What has no clear owner: the coordinators' own queue, and cases that are sent from hand to hand.

Coordinators work in agencies of a kind of their own, as the operators of a hotline do; such an
agency is data like any other. Whose matter a case is they find out, and hand it on with a reason.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.connection import get_connection

from feedback import permissions as may
from feedback.events import CaseTransferred
from feedback.models import TimelineRow
from feedback.office import inbox_rows, inbox_views
from feedback.office.inbox_rows import InboxRow
from sla import charter
from sla.acts import Actor
from sla.charter import Agency, Charter

COORDINATORS = "coordinator"
"""The kind of the agencies that pass on what has no clear owner."""
SHOWN = 50
TRANSFERRED = CaseTransferred.__name__


@dataclass(frozen=True, slots=True)
class Passed:
    """A case with its way: whose it was, the first first; `reason` is that of the last transfer."""

    row: InboxRow
    way: tuple[Agency, ...]
    reason: str

    @property
    def transfers(self) -> int:
        return len(self.way) - 1

    @property
    def returns(self) -> int:
        return returns(self.way)


@dataclass(frozen=True, slots=True)
class Routing:
    """What waits with the coordinators, nearest deadline first; what went round, most often first.

    `SHOWN` of each at most; `waiting` and `round` say how many there are in all.
    """

    queues: tuple[Agency, ...]
    waiting: int
    queue: tuple[Passed, ...]
    round: int
    rounds: tuple[Passed, ...]


def returns(way: Sequence[Hashable]) -> int:
    """How often a case came back to somebody who had handed it on before."""
    return sum(holder in way[:number] for number, holder in enumerate(way))


def way(moves: Sequence[Mapping[str, object]]) -> list[str]:
    """The codes of those who held a case, by what its transfers say, the first first."""
    first = [str(move["from"]) for move in moves[:1] if move.get("from")]
    return first + [str(move.get("to")) for move in moves]


def queues(known: Charter) -> tuple[Agency, ...]:
    """The agencies of coordinators, in order of code."""
    found = (agency for agency in known.agencies.values() if agency.kind == COORDINATORS)
    return tuple(sorted(found, key=lambda agency: agency.code))


async def routing(by: Actor, *, at: datetime) -> Routing:
    """Both lists, of open cases alone, for whoever sees every agency's. `RoleMayNot` for others."""
    may.check_may_see_all(by)
    known = await charter.current()
    own = queues(known)
    waiting = await _waiting(by, [agency.id for agency in own], at)
    went = await _went_round(by, at)
    rows = await inbox_rows.of(by, [*waiting.ids, *went.ids], at=at)
    moves = await _moves([row.id for row in rows])
    told = {row.id: _passed(row, moves.get(row.id, ()), known) for row in rows}
    return Routing(
        queues=own,
        waiting=waiting.count,
        queue=tuple(told[one] for one in waiting.ids if one in told),
        round=went.count,
        rounds=tuple(told[one] for one in went.ids if one in told),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    ids: tuple[int, ...]
    count: int


def _found(rows: Sequence[Mapping[str, Any]]) -> _Found:
    return _Found(tuple(row["case_id"] for row in rows), rows[0]["count"] if rows else 0)


async def _waiting(by: Actor, queue_ids: list[int], at: datetime) -> _Found:
    own = inbox_views.whose(by, at).plus("agency_id = any({}::int[])", queue_ids)
    statement = (
        "select e.case_id, count(*) over () as count from inbox_entry e"  # noqa: S608 -- our own conditions
        f" where {own.condition} and {inbox_views.OPEN} order by sort_at, case_id limit {SHOWN:d}"
    )
    return _found(await _asked(statement, *own.values))


async def _went_round(by: Actor, at: datetime) -> _Found:
    """Open cases that somebody got back; most often first, of those the nearest deadline first.

    Of a case that k transfers moved, the k + 1 hands are not all different.
    """
    own = inbox_views.whose(by, at)
    statement = f"""
        with handed as (
            select t.case_id, t.id, t.at, t.detail ->> 'from' as giver, t.detail ->> 'to' as taker
            from timeline t join inbox_entry e on e.case_id = t.case_id
            where t.kind = '{TRANSFERRED}' and {own.condition} and {inbox_views.OPEN}
        ), hands as (
            select case_id, count(*) + 1 as held from handed group by case_id having count(*) > 1
        ), seen as (
            select h.case_id, h.held, h.held - count(distinct who.code) as returns
            from hands h join handed t on t.case_id = h.case_id,
                 lateral (values (t.giver), (t.taker)) who (code)
            group by h.case_id, h.held
        )
        select s.case_id, count(*) over () as count
        from seen s join inbox_entry e on e.case_id = s.case_id
        where s.returns > 0 order by s.returns desc, e.sort_at, s.case_id limit {SHOWN:d}
    """  # noqa: S608 -- our own conditions
    return _found(await _asked(statement, *own.values))


async def _moves(case_ids: list[int]) -> dict[int, list[dict[str, object]]]:
    rows = await (
        TimelineRow.filter(case_id__in=case_ids, kind=TRANSFERRED)
        .order_by("at", "id")
        .values_list("case_id", "detail")
    )
    moves: dict[int, list[dict[str, object]]] = {}
    for case_id, detail in rows:
        moves.setdefault(case_id, []).append(detail)
    return moves


def _passed(row: InboxRow, moves: Sequence[Mapping[str, object]], known: Charter) -> Passed:
    hands = tuple(known.agencies[code] for code in way(moves) if code in known.agencies)
    reason = str(moves[-1].get("reason") or "") if moves else ""
    return Passed(row, hands or (row.agency,), reason)


async def _asked(statement: str, *values: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await get_connection("default").execute_query_dict(
        statement, list(values)
    )
    return found
