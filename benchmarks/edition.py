"""An edition of a quarter of 500 agencies, from their tallies to all its bytes on disk.

Every rating and promise lies in the one quarter; of the promises every fiftieth was paused and
every hundredth passed on. Counting them for the first time, which sweeps do while the agencies look
at nothing yet, has a figure of its own and no aim. The edition is what a publisher waits for:
reading the tallies, the method, both languages' pages and charts, the files on disk.

Where thousands of files were deleted in the last minutes, as by the run before, ext4 passes over
each of their places again for every new file; `edition_system_seconds` tells such a run apart.
"""

import asyncio
import os
import resource
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from benchmarks import populace, servers
from feedback.actors import System
from ranking.counts import columns, settling
from ranking.life import committing, computing
from ranking.method import periods
from ranking.models import PeriodRow
from sla.acts import Act
from web.board import release
from web.storage import database

SCALE = {"small": 200_000, "full": 10_000_000}
BASE_URL = "https://hailong.example.vn"
SECONDS_AIM = 5.0
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUARTER = periods.parse("2026-Q3", ZONE)
AT = datetime(2026, 10, 20, tzinfo=UTC)

_EVENT = """
insert into promise_event (promise_id, seq, kind, at, recorded_at, by, detail)
select n, {seq}, '{kind}', {at}, {at}, 'city',
       jsonb_build_object('kind', '{kind}', 'at', {at}) || {more}
from numbered
where {which}
"""
_STARTED = """jsonb_build_object('within', null, 'cut_off', null, 'holder', 'A' || (1 + h % 500),
    'promised_at', closed_at + interval '1 day' * (h % 10 - 1))"""
_BEGUN, _PAUSED, _PASSED = "closed_at - interval '{} days'", "n % 50 = 0", "n % 100 = 1"


def _event(seq: int, kind: str, at: str, which: str, more: str = "'{}'") -> str:
    return _EVENT.format(seq=seq, kind=kind, at=at, which=which, more=more)


EVENTS = (
    _event(1, "started", _BEGUN.format(5), f"{_PAUSED} or {_PASSED}", _STARTED),
    _event(2, "paused", _BEGUN.format(3), _PAUSED),
    _event(3, "resumed", _BEGUN.format(2), _PAUSED),
    _event(4, "finished", "closed_at", _PAUSED),
    _event(
        2,
        "transferred",
        _BEGUN.format(2),
        _PASSED,
        "jsonb_build_object('to', 'A' || (1 + h % 500))",
    ),
    _event(3, "finished", "closed_at", _PASSED),
)
# As sweeps would, but all at once.
TALLY = f"""
insert into counted_answer
    (rating_id, voice, agency_id, stratum_id, given_on, month, overall, at_counter)
{columns.COUNTED}
"""
KNOW_STRATA = """
insert into stratum (kind, service_id, channel)
select distinct p.kind, c.service_id, c.channel from closure c join promise p on p.id = c.promise_id
order by 1, 2, 3
"""


def run(scale: str = "small", *, size: int | None = None) -> dict[str, Any]:
    """Seconds of each part and of the whole, with its aim; bytes; memory."""
    with servers.migrated() as (url, folder):
        return asyncio.run(_measure(url, size or SCALE[scale], folder))


async def _measure(url: str, count: int, folder: Path) -> dict[str, Any]:
    async with database.connected(url, patient=True):
        filling = await timed(_fill(count))
        counting = await timed(settle_all(await committed()))
        held = _megabytes()
        found = await drawn(folder)
    return {
        "ratings_and_promises": count,
        "filling_seconds": round(filling, 2),
        "first_counting_seconds": round(counting, 2),
        **found,
        "counting_python_megabytes": round(held),
        "edition_python_megabytes": round(_megabytes()),
    }


async def drawn(folder: Path) -> dict[str, Any]:
    """The edition of the quarter from its tallies, all its files written into the folder."""
    row = await PeriodRow.get(name=QUARTER.name)
    await _at_rest()
    before, begun = os.times(), time.perf_counter()
    async with in_transaction():
        edition = await computing.computed(QUARTER.name, QUARTER, row, AT)
    computed = time.perf_counter()
    into = folder / "editions" / edition.name
    count_of_files = release.draw(edition, into, base_url=BASE_URL)
    written = time.perf_counter()
    user, system = _worked(before, os.times())
    return {
        "agencies": len(edition.agencies),
        "from_tallies_seconds": round(computed - begun, 2),
        "drawing_and_writing_seconds": round(written - computed, 2),
        "edition_seconds": round(written - begun, 2),
        "edition_seconds_aim": SECONDS_AIM,
        "edition_cpu_seconds": round(user + system, 2),
        "edition_system_seconds": round(system, 2),
        "files": count_of_files,
        "megabytes_written": round(_bytes(into) / 1e6, 1),
    }


async def committed() -> Act:
    """The terms of the quarter are committed to; in which act."""
    act = Act(by=System("benchmark"), at=AT)
    async with in_transaction():
        await committing.commit_late(QUARTER, act)
    return act


async def fill(connection: Any, count: int) -> None:
    """So many promises of the quarter, each with its events, closure and rating."""
    statements = (populace.PROMISES, populace.CLOSURES, populace.RATINGS, *EVENTS)
    await populace.fill(connection, count, statements=statements)


async def _fill(count: int) -> None:
    async with get_connection("default").acquire_connection() as connection:
        await fill(connection, count)
        await connection.execute(KNOW_STRATA)
        async with populace.bare(connection, ["counted_answer"]):
            await connection.execute(TALLY, ZONE.key)
        await connection.execute("vacuum analyze")


async def settle_all(act: Act) -> None:
    """As the sweep does, an act at a time."""
    is_more = True
    while is_more:
        async with in_transaction():
            is_more = await settling.settle_next(act, ZONE)


async def _at_rest() -> None:
    """Nothing of what was filled in is still on its way to the disk."""
    async with get_connection("default").acquire_connection() as connection:
        if await connection.fetchval("select pg_has_role('pg_checkpoint', 'usage')"):
            await connection.execute("checkpoint")
    os.sync()


async def timed(work: Awaitable[None]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _worked(before: os.times_result, after: os.times_result) -> tuple[float, float]:
    """Seconds of the processor that this process and its helpers took, whoever else was busy: their
    own, and the system's for them.
    """
    user = after.user - before.user + after.children_user - before.children_user
    system = after.system - before.system + after.children_system - before.children_system
    return user, system


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
