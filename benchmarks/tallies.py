"""Effective counts of millions of ratings: tallied as they come, and counted again from nothing.

A full recount is every quarter's voices by agency and stratum, one quarter after the other, from
the ratings themselves (three tables joined) and from the tallied rows. The peer is DuckDB, in
memory, in the same run, counting the same from the same columns of the same rows; loading them
into it is not in its time, reading them from PostgreSQL is in ours.
"""

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from benchmarks import populace, servers
from ranking import columns, recounting, tallies
from ranking.method import counting, periods
from ranking.method.counting import Columns
from web import database

SCALE = {"small": 500_000, "full": 10_000_000}
RATIO_AIM = 10.0
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_WEIGHED = """
select agency_id, quarter, {stratum}, sum(1.0 / m) as n,
       sum(case when overall >= 4 then 1.0 / m else 0 end) as x, count(*) as answers
from (select *, count(*) over (partition by agency_id, quarter, {voice}) as m from ({rows}) as r)
group by all
"""
PEER_TALLIED = _WEIGHED.format(
    stratum="stratum_id", voice="voice", rows="select *, month // 3 as quarter from counted_answer"
)
PEER_RATINGS = _WEIGHED.format(
    stratum="kind, service_id, channel",
    voice="resident",
    rows="""
    select c.agency_id, c.resident, r.overall, p.kind, c.service_id, c.channel,
           date_trunc('quarter', c.closed_at + interval 7 hours) as quarter
    from rating r join closure c on c.id = r.closure_id join promise p on p.id = c.promise_id
    where c.void_at is null""",
)
TABLES = {
    "counted_answer": "agency_id::int as agency_id, month::smallint as month, "
    "stratum_id::int as stratum_id, voice::bigint as voice, overall::tinyint as overall",
    "rating": "closure_id::bigint as closure_id, overall::tinyint as overall",
    "closure": "id::bigint as id, promise_id::bigint as promise_id, agency_id::int as agency_id, "
    "service_id::int as service_id, channel::varchar as channel, resident::varchar as resident, "
    "closed_at::timestamp as closed_at, void_at::timestamp as void_at",
    "promise": "id::bigint as id, kind::varchar as kind",
}


def run(scale: str = "small") -> dict[str, Any]:
    """Rows a second when tallied, seconds of both recounts, and their ratios to the peer's."""
    with servers.migrated() as (url, folder):
        return asyncio.run(_measure(url, SCALE[scale], folder))


async def _measure(url: str, count: int, folder: Path) -> dict[str, Any]:
    async with database.connected(url, patient=True):
        async with get_connection("default").acquire_connection() as connection:
            await populace.fill(connection, count)
        tallying = await _timed(tally_all)
        async with get_connection("default").acquire_connection() as connection:
            await connection.execute("vacuum analyze")
        sizes = await _sizes()
        before = _megabytes()
        tallied, ours = await _counted(_of_tallies)
        again, ours_again = await _counted(_of_ratings)
        grown = _megabytes() - before
        if ours != ours_again:
            raise RuntimeError("the recount differs from the tallies")
        compared = await _timed(_compared)
        await _hand_over(folder)
    peer_tallied, peer_again = _peer(folder, PEER_TALLIED, ours), _peer(folder, PEER_RATINGS, ours)
    return {
        "ratings": count,
        "tallied_rows_per_second": round(count / tallying),
        "bytes_of_a_tallied_row": round(sizes / count),
        "count_from_tallies_seconds": round(tallied, 2),
        "count_from_tallies_duckdb_seconds": round(peer_tallied, 3),
        "count_from_tallies_ratio": round(tallied / peer_tallied, 1),
        "count_from_tallies_ratio_aim": RATIO_AIM,
        "full_recount_seconds": round(again, 2),
        "full_recount_duckdb_seconds": round(peer_again, 3),
        "full_recount_ratio": round(again / peer_again, 1),
        "full_recount_ratio_aim": RATIO_AIM,
        "nightly_comparison_seconds": round(compared, 2),
        "python_megabytes_grown": round(grown, 1),
    }


async def tally_all() -> None:
    """Until no rating is left to be tallied, an act at a time."""
    while True:
        async with in_transaction():
            if not await tallies.count_some(ZONE):
                return


def _quarters() -> list[periods.Period]:
    found = [periods.parse("2024-Q4", ZONE)]
    while len(found) < populace.MONTHS // 3:
        found.append(found[-1].following())
    return found


Counts = dict[str, dict[tuple[int, ...], counting.Weighed]]


async def _counted(
    read: Callable[[periods.Period], Awaitable[Columns]],
) -> tuple[float, Counts]:
    begun, found = time.perf_counter(), {}
    for quarter in _quarters():
        answers = await read(quarter)
        found[quarter.name] = counting.weighed(answers, [answers.agency, answers.stratum])
    return time.perf_counter() - begun, found


async def _of_tallies(quarter: periods.Period) -> Columns:
    return await columns.tallied(*columns.months(quarter.starts_at, quarter.ends_at, ZONE))


async def _of_ratings(quarter: periods.Period) -> Columns:
    return await columns.of_ratings(quarter.starts_at, quarter.ends_at, ZONE)


async def _compared() -> None:
    for quarter in _quarters():
        async with in_transaction():
            [found] = await recounting.again(quarter, quarter.ends_at, ZONE)
            if found.differing:
                raise RuntimeError("tallied rows differ from their ratings")


async def _hand_over(folder: Path) -> None:
    async with get_connection("default").acquire_connection() as connection:
        for table, wanted in TABLES.items():
            names = ", ".join(part.split("::")[0].strip() for part in wanted.split(", "))
            await connection.copy_from_query(
                f"select {names} from {table}",
                output=folder / f"{table}.csv",
                format="csv",
                header=True,
            )


def _peer(folder: Path, query: str, ours: Counts) -> float:
    with duckdb.connect() as peer:
        peer.execute("set threads = 2")
        for table, wanted in TABLES.items():
            if table in query:
                peer.execute(
                    f"create table {table} as select {wanted} "
                    f"from read_csv('{folder / table}.csv', all_varchar = true)"
                )
        begun = time.perf_counter()
        rows = peer.execute(query).fetchall()
        taken = time.perf_counter() - begun
    theirs = sum(row[-3] for row in rows)
    voices = sum((of.n for cells in ours.values() for of in cells.values()), Fraction(0))
    if abs(float(voices) - theirs) > 1e-6 * theirs:
        raise RuntimeError(f"the peer counts {theirs} voices, we {voices}")
    return taken


async def _sizes() -> int:
    [found] = await get_connection("default").execute_query_dict(
        "select pg_total_relation_size('counted_answer') as size"
    )
    return int(found["size"])


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun
