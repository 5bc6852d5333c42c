"""Ten million ratings and promises of one quarter, the whole of it in one run: filled in, tallied
and counted for the first time as sweeps do, compared and counted again, and made an edition of.

Everything but the filling is done as in production, in a role that owns nothing and an act at a
time. A full recount is the quarter's voices by agency and kind of work, from the ratings themselves
(three tables joined) and from the tallied rows, which must come to the same; it is one of the looks
of the nightly comparison. The peer is DuckDB, in memory, counting the same from the same columns of
the same ratings; loading them into it is not in its time, reading them from PostgreSQL is in ours,
and so are the tallied rows. Both take turns, and the middle of their times counts: whoever else is
busy on the machine slows both.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from fractions import Fraction
from pathlib import Path
from typing import Any

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from benchmarks import edition, memory, recount_peer, servers
from benchmarks.edition import QUARTER, ZONE
from benchmarks.memory import Height
from benchmarks.recount_peer import Peer
from ranking.counts import recounting, settling, tallies, voiced
from sla.acts import Act
from web.running.embedded import Postgres
from web.storage import database

SCALE = {"small": 200_000, "full": 10_000_000}
RATIO_AIM = 10.0
TURNS = 3
NOTHING_TALLIED = """
truncate counted_answer, untallied;
insert into untallied (rating_id) select id from rating order by id
"""
NOTHING_SETTLED = "truncate period, tally, tally_mark, recount, recount_begun cascade"
SIZES = """
select pg_total_relation_size('counted_answer') as tallied,
       pg_database_size(current_database()) as whole
"""


def run(
    scale: str = "small", *, size: int | None = None, keep: Path | None = None
) -> dict[str, Any]:
    """Seconds of each stage and by row, ratios to the peer's, memory of each, disk, load.

    Filling and tallying take longer than the rest: in the folder `keep` they are found again next
    time, with what they took then.
    """
    with servers.running(keep) as (server, folder):
        run = _Run(size or SCALE[scale], folder)
        _filled(run, server)
        owner, application = server.url(run.name), server.application_url(run.name)
        asyncio.run(database.migrate(owner, application=application))
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            asyncio.run(_measure(run, owner, application, Path(scratch)))
    return run.figures


def _filled(run: "_Run", server: Postgres) -> None:
    """A database of so many ratings, unless it is there already."""
    if run.has("filling"):
        return
    server.psql(f"drop database if exists {run.name}")
    server.create_database(run.name)
    asyncio.run(database.migrate(server.url(run.name)))
    asyncio.run(_fill_in(run, server.url(run.name)))
    run.keep("filling")


async def _fill_in(run: "_Run", owner: str) -> None:
    async with database.connected(owner, patient=True):
        await run.stage("filling", _fill(run.count))


async def _measure(run: "_Run", owner: str, application: str, scratch: Path) -> None:
    if not run.has("tallying"):
        async with database.connected(owner, patient=True):
            await _execute(NOTHING_TALLIED)
        async with database.connected(application, patient=True):
            await run.stage("tallying", _tally_all(), by_row=True)
        run.keep("tallying")
    async with database.connected(owner, patient=True):
        await _execute(NOTHING_SETTLED)
        await _execute("vacuum analyze")
    async with database.connected(application, patient=True):
        act = await edition.committed()
        took = await run.stage("settling", _settled(act), by_row=True)
        run.note(settling_acts=len(took), longest_settling_act_seconds=round(max(took), 2))
        await run.stage("edition", edition.drawn(scratch), into=True)
        await _recounted(run, scratch)
        took = await run.stage("nightly_comparison", _compared())
        run.note(comparison_acts=len(took), longest_act_seconds=round(max(took), 2))
        [sizes] = await get_connection("default").execute_query_dict(SIZES)
    run.note(
        bytes_of_a_tallied_row=round(sizes["tallied"] / run.count),
        database_megabytes=round(sizes["whole"] / 2**20),
        cluster_megabytes=_megabytes(run.cluster),
        load=round(os.getloadavg()[2], 1),
    )


class _Run:
    """The figures so far, each told as soon as it is known: the whole takes its time.

    Those of stages which are kept stand in a file beside the server's.
    """

    def __init__(self, count: int, folder: Path) -> None:
        self.count, self.cluster = count, folder / "data" / "pg" / "data"
        self.name = f"recount_{count}"
        self._file = folder / f"{self.name}.json"
        kept = json.loads(self._file.read_text()) if self._file.exists() else {}
        self._stages: list[str] = kept.get("stages", [])
        self.figures: dict[str, Any] = {
            "ratings": count,
            "promises": count,
            **kept.get("figures", {}),
            "stages_found_again": len(self._stages),
        }

    def has(self, stage: str) -> bool:
        """Whether it was made in an earlier run."""
        return stage in self._stages

    def keep(self, stage: str) -> None:
        """It is made, and need not be again."""
        self._stages.append(stage)
        kept = {"stages": self._stages, "figures": self.figures}
        self._file.write_text(json.dumps(kept, indent=1) + "\n")

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
        with memory.height(self.cluster) as seen:
            found = await work
        seconds = time.perf_counter() - begun
        if into:
            self.note(**found)
        else:
            self.note(**{f"{name}_seconds": round(seconds, 2)})
        if by_row:
            self.note(**{f"{name}_microseconds_a_row": round(seconds / self.count * 1e6, 1)})
        self.note(**_heights(name, seen))
        return found


def _heights(name: str, seen: Height) -> dict[str, int]:
    return {f"{name}_python_megabytes": seen.python, f"{name}_server_megabytes": seen.server}


async def _recounted(run: _Run, folder: Path) -> None:
    """The quarter's voices, in turns with the peer's, who reads files in the folder."""
    await _hand_over(folder)
    with recount_peer.loaded(folder) as peer, memory.height(run.cluster) as seen:
        own, theirs = await _in_turns(peer)
    run.note(
        full_recount_seconds=round(own, 2),
        full_recount_duckdb_seconds=round(theirs, 3),
        full_recount_ratio=round(own / theirs, 1),
        full_recount_ratio_aim=RATIO_AIM,
        **_heights("full_recount", seen),
    )


async def _in_turns(peer: Peer) -> tuple[float, float]:
    """The middle of our seconds and of the peer's, who must come to as many voices."""
    own, theirs = [], []
    for _ in range(TURNS):
        begun = time.perf_counter()
        total = await _voices()
        own.append(time.perf_counter() - begun)
        seconds, voices = peer.counted(recount_peer.RATINGS)
        theirs.append(seconds)
        if abs(total - voices) > 1e-6 * total:
            raise RuntimeError(f"the peer counts {voices} voices, we {total}")
    return statistics.median(own), statistics.median(theirs)


async def _voices() -> float:
    """Of all agencies in the quarter."""
    total, after = Fraction(0), 0
    for until in await recounting.ends(QUARTER, recounting.ANSWERS_AT_ONCE):
        async with in_transaction():
            as_tallied, as_rated = await voiced.both(QUARTER, after=after, until=until)
        if as_tallied != as_rated:
            raise RuntimeError("the recount differs from the tallies")
        total += sum(of.n for of in as_rated.values())
        after = until
    return float(total)


async def _fill(count: int) -> None:
    async with get_connection("default").acquire_connection() as connection:
        await edition.fill(connection, count)


async def _tally_all() -> None:
    """Until no rating is left to be tallied, an act at a time."""
    is_more = True
    while is_more:
        async with in_transaction():
            is_more = await tallies.count_some(ZONE) > 0


async def _settled(act: Act) -> list[float]:
    """As the sweep does, an act at a time; how many seconds each took."""
    took: list[float] = []
    is_more = True
    while is_more:
        begun = time.perf_counter()
        async with in_transaction():
            is_more = await settling.settle_next(act, edition.ZONE)
        took.append(time.perf_counter() - begun)
        print(f"act {len(took)} of settling: {took[-1]:.1f} s", file=sys.stderr, flush=True)
    return took


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
