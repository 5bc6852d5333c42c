"""Effective counts of millions of ratings: tallied as they come, and counted again from nothing.

A full recount is every quarter's voices by agency and kind of work, from the ratings themselves
(three tables joined) and from the tallied rows. The peer is DuckDB, in memory, counting the same
from the same columns of the same rows; loading them into it is not in its time, reading them from
PostgreSQL is in ours. Both take turns, and the middle of their times counts: whoever else is busy
on the machine slows both.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from benchmarks import memory, populace, servers, tallies_peer
from benchmarks.tallies_peer import Peer
from ranking import recounting, tallies, voiced
from ranking.method import periods
from ranking.method.periods import Period
from ranking.voiced import Counts
from web.storage import database

SCALE = {"small": 500_000, "full": 10_000_000}
RATIO_AIM = 10.0
TURNS = 3
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def run(scale: str = "small", *, size: int | None = None) -> dict[str, Any]:
    """Rows a second when tallied, seconds of both recounts, their ratios to the peer's, memory."""
    with servers.migrated() as (url, folder):
        return asyncio.run(_measure(url, size or SCALE[scale], folder))


async def _measure(url: str, count: int, folder: Path) -> dict[str, Any]:
    async with database.connected(url, patient=True):
        filling = await _timed(_fill(count))
        tallying = await _timed(tally_all())
        await _execute("vacuum analyze")
        found = await recounted(folder, quarters())
        compared = await _timed(_compared())
        [sizes] = await get_connection("default").execute_query_dict(SIZES)
    return {
        "ratings": count,
        "filling_seconds": round(filling, 1),
        "tallied_rows_per_second": round(count / tallying),
        "bytes_of_a_tallied_row": round(sizes["tallied"] / count),
        "database_megabytes": round(sizes["whole"] / 2**20),
        **found,
        "nightly_comparison_seconds": round(compared, 2),
        "load": round(os.getloadavg()[1], 1),
    }


async def recounted(folder: Path, wanted: list[Period]) -> dict[str, Any]:
    """Both recounts of these quarters, in turns with the peer's; `folder` is the server's too."""
    await _hand_over(folder)
    ours = {"count_from_tallies": _of_tallies, "full_recount": voiced.of_ratings}
    queries = {
        "count_from_tallies": tallies_peer.TALLIED,
        "full_recount": tallies_peer.RATINGS,
    }
    found: dict[str, Any] = {}
    with tallies_peer.loaded(folder) as peer:
        counted = []
        for name, count in ours.items():
            with memory.height(folder / "data" / "pg" / "data") as seen:
                own, theirs, counts = await _in_turns(count, peer, queries[name], wanted)
            counted.append(counts)
            found |= {
                f"{name}_seconds": round(own, 2),
                f"{name}_duckdb_seconds": round(theirs, 3),
                f"{name}_ratio": round(own / theirs, 1),
                f"{name}_ratio_aim": RATIO_AIM,
                f"{name}_python_megabytes": seen.python,
                f"{name}_server_megabytes": seen.server,
            }
    if counted[0] != counted[1]:
        raise RuntimeError("the recount differs from the tallies")
    return found


async def _in_turns(
    count: Callable[[list[Period]], Awaitable[Counts]], peer: Peer, query: str, wanted: list[Period]
) -> tuple[float, float, Counts]:
    own, theirs = [], []
    for _ in range(TURNS):
        begun = time.perf_counter()
        counts = await count(wanted)
        own.append(time.perf_counter() - begun)
        seconds, voices = peer.counted(query)
        theirs.append(seconds)
    total = float(sum((of.n for cells in counts.values() for of in cells.values()), Fraction(0)))
    if abs(total - voices) > 1e-6 * total:
        raise RuntimeError(f"the peer counts {voices} voices, we {total}")
    return statistics.median(own), statistics.median(theirs), counts


async def _of_tallies(wanted: list[Period]) -> Counts:
    return await voiced.of_tallies(wanted, ZONE)


async def tally_all() -> None:
    """Until no rating is left to be tallied, an act at a time."""
    while True:
        async with in_transaction():
            if not await tallies.count_some(ZONE):
                return


def quarters() -> list[Period]:
    """In which all was closed."""
    found = [periods.parse("2024-Q4", ZONE)]
    while len(found) < populace.MONTHS // 3:
        found.append(found[-1].following())
    return found


async def _compared() -> None:
    for quarter in quarters():
        async with in_transaction():
            [found] = await recounting.again(quarter, quarter.ends_at, ZONE)
            if found.differing:
                raise RuntimeError("tallied rows differ from their ratings")


SIZES = """
select pg_total_relation_size('counted_answer') as tallied,
       pg_database_size(current_database()) as whole
"""


async def _fill(count: int) -> None:
    async with get_connection("default").acquire_connection() as connection:
        await populace.fill(connection, count)


async def _execute(statement: str) -> None:
    async with get_connection("default").acquire_connection() as connection:
        await connection.execute(statement)


async def _hand_over(folder: Path) -> None:
    async with get_connection("default").acquire_connection() as connection:
        for table, wanted in tallies_peer.TABLES.items():
            names = ", ".join(part.rpartition(" as ")[2] for part in wanted.split(", "))
            await connection.copy_from_query(
                f"select {names} from {table}",
                output=folder / f"{table}.csv",
                format="csv",
                header=True,
            )


async def _timed(work: Awaitable[None]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun
