"""Ten million ratings and promises of one quarter, the whole of it in one run: filled in, tallied
and counted for the first time as sweeps do, compared and counted again, and made an edition of.

Everything but the filling is done as in production, in a role that owns nothing and an act at a
time. A full recount is the quarter's voices by agency and kind of work, from the ratings themselves
(three tables joined) and from the tallied rows. The peer is DuckDB, in memory, counting the same
from the same columns of the same rows; loading them into it is not in its time, reading them from
PostgreSQL is in ours. Both take turns, and the middle of their times counts: whoever else is busy
on the machine slows both.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from benchmarks import edition, memory, recount_peer, servers
from benchmarks.edition import QUARTER, ZONE
from benchmarks.memory import Height
from benchmarks.recount_peer import Peer
from ranking import recounting, tallies, voiced
from ranking.voiced import Counts
from web.storage import database

SCALE = {"small": 200_000, "full": 10_000_000}
RATIO_AIM = 10.0
TURNS = 3
NOTE_ALL = "insert into untallied (rating_id) select id from rating order by id"
SIZES = """
select pg_total_relation_size('counted_answer') as tallied,
       pg_database_size(current_database()) as whole
"""


def run(scale: str = "small", *, size: int | None = None) -> dict[str, Any]:
    """Seconds of each stage and by row, ratios to the peer's, memory of each, disk, load."""
    with servers.bound() as (owner, application, folder):
        return asyncio.run(_measure(owner, application, size or SCALE[scale], folder))


async def _measure(owner: str, application: str, count: int, folder: Path) -> dict[str, Any]:
    run = _Run(count, folder)
    async with database.connected(owner, patient=True):
        await run.stage("filling", _fill(count))
    async with database.connected(application, patient=True):
        await run.stage("tallying", _tally_all(), by_row=True)
    async with database.connected(owner, patient=True):
        await _execute("vacuum analyze")
    async with database.connected(application, patient=True):
        act = await edition.committed()
        await run.stage("settling", edition.settle_all(act), by_row=True)
        await run.stage("edition", edition.drawn(folder), into=True)
        await _recounted(run, folder)
        took = await run.stage("nightly_comparison", _compared())
        run.note(comparison_acts=len(took), longest_act_seconds=round(max(took), 2))
        [sizes] = await get_connection("default").execute_query_dict(SIZES)
    run.note(
        bytes_of_a_tallied_row=round(sizes["tallied"] / count),
        database_megabytes=round(sizes["whole"] / 2**20),
        cluster_megabytes=_megabytes(folder / "data"),
        load=round(os.getloadavg()[2], 1),
    )
    return run.figures


class _Run:
    """The figures so far, each told as soon as it is known: the whole takes its time."""

    def __init__(self, count: int, folder: Path) -> None:
        self._count, self._cluster = count, folder / "data" / "pg" / "data"
        self.figures: dict[str, Any] = {"ratings": count, "promises": count}

    def note(self, **figures: Any) -> None:
        self.figures |= figures
        for name, value in figures.items():
            print(f"{name:44} {value}", file=sys.stderr, flush=True)

    async def stage(
        self, name: str, work: Awaitable[Any], *, by_row: bool = False, into: bool = False
    ) -> Any:
        """Its seconds, `by_row` microseconds too, and memory; what it came to, maybe `into` the
        figures.
        """
        begun = time.perf_counter()
        with memory.height(self._cluster) as seen:
            found = await work
        seconds = time.perf_counter() - begun
        if into:
            self.note(**found)
        else:
            self.note(**{f"{name}_seconds": round(seconds, 2)})
        if by_row:
            self.note(**{f"{name}_microseconds_a_row": round(seconds / self._count * 1e6, 1)})
        self.note(**_heights(name, seen))
        return found


def _heights(name: str, seen: Height) -> dict[str, int]:
    return {f"{name}_python_megabytes": seen.python, f"{name}_server_megabytes": seen.server}


async def _recounted(run: _Run, folder: Path) -> None:
    """Both recounts of the quarter, in turns with the peer's; `folder` is the server's too."""
    await _hand_over(folder)
    ours: dict[str, tuple[Callable[[], Awaitable[Counts]], str]] = {
        "count_from_tallies": (lambda: voiced.of_tallies(QUARTER), recount_peer.TALLIED),
        "full_recount": (lambda: voiced.of_ratings(QUARTER), recount_peer.RATINGS),
    }
    counted = []
    with recount_peer.loaded(folder) as peer:
        for name, (count, query) in ours.items():
            with memory.height(folder / "data" / "pg" / "data") as seen:
                own, theirs, counts = await _in_turns(count, peer, query)
            counted.append(counts)
            figures = {
                f"{name}_seconds": round(own, 2),
                f"{name}_duckdb_seconds": round(theirs, 3),
                f"{name}_ratio": round(own / theirs, 1),
                f"{name}_ratio_aim": RATIO_AIM,
            }
            run.note(**figures, **_heights(name, seen))
    if counted[0] != counted[1]:
        raise RuntimeError("the recount differs from the tallies")


async def _in_turns(
    count: Callable[[], Awaitable[Counts]], peer: Peer, query: str
) -> tuple[float, float, Counts]:
    own, theirs = [], []
    for _ in range(TURNS):
        begun = time.perf_counter()
        counts = await count()
        own.append(time.perf_counter() - begun)
        seconds, voices = peer.counted(query)
        theirs.append(seconds)
    total = float(sum((of.n for of in counts.values()), Fraction(0)))
    if abs(total - voices) > 1e-6 * total:
        raise RuntimeError(f"the peer counts {voices} voices, we {total}")
    return statistics.median(own), statistics.median(theirs), counts


async def _fill(count: int) -> None:
    async with get_connection("default").acquire_connection() as connection:
        await edition.fill(connection, count)
        await connection.execute(NOTE_ALL)


async def _tally_all() -> None:
    """Until no rating is left to be tallied, an act at a time."""
    is_more = True
    while is_more:
        async with in_transaction():
            is_more = await tallies.count_some(ZONE) > 0


async def _compared() -> list[float]:
    """Act by act; how many seconds each took."""
    took: list[float] = []
    while not await recounting.last_recount(QUARTER, ZONE):
        begun = time.perf_counter()
        async with in_transaction():
            await recounting.advance(QUARTER, edition.AT, ZONE)
        took.append(time.perf_counter() - begun)
        print(f"act {len(took)} of the comparison: {took[-1]:.1f} s", file=sys.stderr, flush=True)
    [found] = await recounting.last_recount(QUARTER, ZONE)
    if found.differing:
        raise RuntimeError("tallied rows differ from their ratings")
    return took


async def _execute(statement: str) -> None:
    async with get_connection("default").acquire_connection() as connection:
        await connection.execute(statement)


async def _hand_over(folder: Path) -> None:
    async with get_connection("default").acquire_connection() as connection:
        for table, wanted in recount_peer.TABLES.items():
            names = ", ".join(part.rpartition(" as ")[2] for part in wanted.split(", "))
            await connection.copy_from_query(
                f"select {names} from {table}",
                output=folder / f"{table}.csv",
                format="csv",
                header=True,
            )


def _megabytes(folder: Path) -> int:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20)
