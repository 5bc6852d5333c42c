"""How many cases the lists of an inbox hold, and what has come into one since somebody looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.connection import get_connection

from feedback.office import inbox, inbox_views
from feedback.office.inbox_views import Filter, View, Where
from sla.acts import Actor


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; at least so many where `is_capped`."""

    number: int
    is_capped: bool


# Beyond that a number says no more than "very many", and costs more than it says.
COUNTED_AT_MOST = 999
_SCANNED_AT_MOST = 20_000
_READ_AT_MOST = 5_000


# Whatever is open is counted in one walk along the index of open cases, nearest deadline first:
# that it is open is asked once, and of each only what the index holds.
_OPEN_VIEWS = {
    view: condition.removeprefix(inbox_views.OPEN).removeprefix(" and ")
    for view, condition in inbox_views.CONDITIONS.items()
    if condition.startswith(inbox_views.OPEN)
}
_KINDS = ", ".join(
    f"count(*) filter (where {condition}) as {view}" if condition else f"count(*) as {view}"
    for view, condition in _OPEN_VIEWS.items()
)
_TOLD = "officer_id, status, is_reopened, due_at, due_soon_at, paused_at, lapses_at"


async def counted(by: Actor, *, at: datetime) -> dict[View, Count]:
    """How many cases each list has; closed ones and all of them, which only grow, are not counted.

    Numbers are exact up to `COUNTED_AT_MOST`.
    """
    own = inbox_views.whose(by, at)
    [row] = await get_connection("default").execute_query_dict(counting(own), list(own.values))
    return read(row)


def counting(own: Where) -> str:
    """Asks for one row, how many of `own` each list has."""
    return (
        f"select {_KINDS}, (select count(*) from (select from inbox_entry e"  # noqa: S608 -- our own conditions
        f" where {own.condition} and {inbox_views.ANSWERED} limit {COUNTED_AT_MOST + 1}) a)"
        f" as {View.ANSWERED} from (select {_TOLD} from inbox_entry e"
        f" where {own.condition} and {inbox_views.OPEN} order by sort_at, case_id"
        f" limit {_SCANNED_AT_MOST}) e"
    )


def read(row: Mapping[str, int]) -> dict[View, Count]:
    """What a row of `counting` says."""
    is_cut = row[View.OPEN] >= _SCANNED_AT_MOST
    return {
        view: Count(min(row[view], COUNTED_AT_MOST), is_cut or row[view] > COUNTED_AT_MOST)
        for view in (*_OPEN_VIEWS, View.ANSWERED)
    }


async def total(by: Actor, wanted: Filter, *, at: datetime) -> Count:
    """How many cases fit, exactly up to `COUNTED_AT_MOST`; no less than that many where many do."""
    fitting = inbox.stretches(by, wanted, at=at)
    if await inbox.is_longer(fitting[0].where, _READ_AT_MOST):
        return await _counted([one.by_index() for one in fitting])
    return await _counted([one.one_by_one() for one in fitting])


async def news(by: Actor, wanted: Filter, *, since: datetime, at: datetime) -> Count:
    """How many cases have come into a list, or were written to by their resident, since."""
    fitting = inbox.stretches(by, wanted, at=at)
    return await _counted([one.one_by_one().plus("arrived_at > {}", since) for one in fitting])


async def _counted(stretches: list[Where]) -> Count:
    number = 0
    for where in stretches:
        statement = (
            "select count(*) from (select from inbox_entry e"  # noqa: S608 -- our own conditions
            f" where {where.condition} limit {COUNTED_AT_MOST + 1 - number:d}) fitting"
        )
        [row] = await get_connection("default").execute_query_dict(statement, list(where.values))
        number += row["count"]
        if number > COUNTED_AT_MOST:
            return Count(COUNTED_AT_MOST, is_capped=True)
    return Count(number, is_capped=False)
