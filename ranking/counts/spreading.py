"""The nightly look at where a day's answers came from, after which nobody knows it any more.

Of a day that is over the numbers of sources are kept, without the sources, and which answers the
busiest device gave if it answered for many; answers from devices that answered for too many are
held for two persons to look at; and what told devices and networks apart is forgotten in the same
transaction.
"""

from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from ranking import statements
from ranking.doubts import quarantine
from ranking.frozen import edition_rows
from ranking.method import periods, spread
from ranking.method.limits import Limits
from ranking.method.spread import Given, SourceKind
from ranking.models import Finding, SpreadRow
from sla.acts import Act

FIRST = """
select min(given_at) as given_at from rating where device is not null and given_at < $1
"""
# At the counter one device serves everybody; these answers are told apart by themselves.
GIVEN = """
select c.agency_id, r.id, c.resident, r.device, r.network
from rating r join closure c on c.id = r.closure_id
where r.device is not null and r.given_at >= $1 and r.given_at < $2 and c.void_at is null
  and r.mode <> 'counter'
order by c.agency_id, r.id
"""
FORGET = """
update rating set device = null, network = null
where device is not null and given_at >= $1 and given_at < $2
"""
# Whoever came late to a day that was looked at before is added to what was found then.
KEEP = """
insert into answer_spread (agency_id, day, kind, residents, sources)
values ($1, $2, $3, $4, $5)
on conflict (day, agency_id, kind, residents) do update
set sources = answer_spread.sources + excluded.sources
"""
# Whoever answers anew may do so from the busiest device of another day.
NOTE = """
insert into busiest_answer (rating_id, given_at)
select id, given_at from rating where id = any($1) order by id
on conflict (rating_id) do update set given_at = excluded.given_at
"""


async def look_at_a_day(act: Act, zone: ZoneInfo) -> bool:
    """Look at the earliest day that is over and still known; whether there was one."""
    today = act.at.astimezone(zone).date()
    [first] = await statements.rows(FIRST, [periods.midnight(today, zone)])
    if first["given_at"] is None:
        return False
    day = first["given_at"].astimezone(zone).date()
    window = periods.local_day(day, zone)
    rows = await statements.rows(GIVEN, [*window])
    held_to = await edition_rows.limits_at(window[0])
    for agency, own in groupby(rows, key=itemgetter("agency_id")):
        await _look(agency, day, list(own), window, act, held_to=held_to)
    await get_connection("default").execute_query(FORGET, [*window])
    return True


async def _look(
    agency: int,
    day: date,
    rows: list[dict[str, Any]],
    window: tuple[datetime, datetime],
    act: Act,
    *,
    held_to: Limits,
) -> None:
    connection = get_connection("default")
    for kind in SourceKind:
        found = spread.histogram(spread.counts(_given(rows, kind)))
        for residents, sources in found.items():
            await connection.execute_query(KEEP, [agency, day, kind.value, residents, sources])
    of_devices = _given(rows, SourceKind.DEVICE)
    if busiest := spread.busiest(of_devices, held_to):
        await connection.execute_query(NOTE, [list(busiest)])
    crowd = spread.crowd(of_devices, held_to)
    if crowd is None:
        return
    await quarantine.hold(
        f"one_source/{agency}/{day.isoformat()}",
        Finding.ONE_SOURCE,
        agency,
        crowd.ratings,
        window=window,
        evidence={
            "devices": crowd.devices,
            "residents": crowd.residents,
            "of": crowd.concentration.total,
            "effective": round(crowd.concentration.effective_number, 3),
        },
        act=act,
    )


def _given(rows: list[dict[str, Any]], kind: SourceKind) -> list[Given]:
    return [
        Given(row["id"], bytes(row["resident"]), row[kind.value])
        for row in rows
        if row[kind.value] is not None
    ]


async def histograms(first: date, end: date) -> dict[int, dict[SourceKind, dict[int, int]]]:
    """By agency and kind, of answers given on the local days from `first` to before `end`: of how
    many sources so many residents answered on one day.
    """
    rows = (
        await SpreadRow.filter(day__gte=first, day__lt=end)
        .order_by("agency_id", "kind", "residents")
        .values_list("agency_id", "kind", "residents", "sources")
    )
    found: dict[int, dict[SourceKind, dict[int, int]]] = {}
    for agency, kind, residents, sources in rows:
        own = found.setdefault(agency, {}).setdefault(kind, {})
        own[residents] = own.get(residents, 0) + sources
    return found
