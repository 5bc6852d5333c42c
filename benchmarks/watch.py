"""The sweep that notes what is soon due or broken, over open promises most of which are neither.

The peer is the obvious way, in the same run on the same table: all open promises past their due
time without a fact yet. The peer reads its whole backlog again each time; ours reads a partial
index of what is still to be written down. Aim: newly broken ones of a million found within 2 s.
"""

import asyncio
import resource
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from benchmarks import city, servers
from feedback.actors import System
from sla import jobs
from sla.acts import Act
from web.storage import database

NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)
SCALE = {"small": 200_000, "full": 1_000_000}
SECONDS_AIM = 2.0
BACKLOG = 0.1  # broken long ago and noted, still open
FRESH = 0.005  # broken since the last sweep

PROMISES = f"""
insert into promise (kind, code, agency_id, channel, started_at, due_at, due_soon_at, watch_at,
                     state, round)
select 'dossier', 'D' || n, (select min(id) from agency), 'web', due - interval '7 days', due,
       due - interval '1 day', case when share >= {BACKLOG} then
           case when share < {BACKLOG + FRESH} then due else due - interval '1 day' end end,
       'running', 1
from (
    select n, n::float8 / $1::int as share from generate_series(0, $1::int - 1) as n
) as numbered, lateral (
    select case when share < {BACKLOG} then $2::timestamptz - interval '30 days' * (1 + random())
                when share < {BACKLOG + FRESH} then $2::timestamptz - interval '30 s' * random()
                else $2::timestamptz + interval '2 days' * (1 + 10 * random()) end as due
) as dated
"""
NOTED = """
insert into watch (promise_id, round, kind, at, found_at)
select id, 1, noted, due_at, $1::timestamptz
from promise, unnest(array['due_soon', 'breached']) as noted
where watch_at is null
union all
select id, 1, 'due_soon', due_soon_at, $1 from promise where watch_at = due_at
"""
PEER = """
select p.id from promise p
where p.ended_at is null and p.state = 'running' and p.due_at < $1
  and not exists (select from watch w
                  where w.promise_id = p.id and w.round = p.round and w.kind = 'breached')
order by p.due_at, p.id limit 1000
"""


def run(scale: str = "small") -> dict[str, Any]:
    """Seconds to note all newly broken, to look when there is nothing, and the peer's one look."""
    with servers.migrated() as (url, _):
        return asyncio.run(_measure(url, SCALE[scale]))


async def _measure(url: str, count: int) -> dict[str, Any]:
    async with database.connected(url, patient=True):
        await city.make()
        connection = get_connection("default")
        await connection.execute_query("set statement_timeout = 0")
        async with in_transaction() as filling:
            await filling.execute_query("set local statement_timeout = 0")
            await filling.execute_query(PROMISES, [count, NOW])
            await filling.execute_query(NOTED, [NOW])
        await connection.execute_query("vacuum analyze promise")
        await connection.execute_query("vacuum analyze watch")
        peer = await _timed(connection.execute_query(PEER, [NOW]))
        plan = await _plan()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sweep = await _timed(_swept(NOW))
        idle = await _timed(_swept(NOW + timedelta(milliseconds=1)))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        facts = await connection.execute_query_dict(
            "select count(*) from watch where kind = 'breached' and at >= $1",
            [NOW - timedelta(seconds=30)],
        )
    return {
        "open_promises": count,
        "newly_broken": facts[0]["count"],
        "sweep_seconds": round(sweep, 3),
        "sweep_seconds_aim": SECONDS_AIM,
        "idle_seconds": round(idle, 4),
        "peer_one_look_seconds": round(peer, 3),
        "peer_to_idle_ratio": round(peer / idle, 1),
        "python_megabytes_grown": round(grown / 1024, 1),
        "plan": plan,
    }


async def _plan() -> str:
    """How PostgreSQL finds the rows and locks those found: its plan for the statement as it is."""
    statement = jobs.WATCH.replace("$1", f"timestamptz '{NOW.isoformat()}'").replace("$2", "1000")
    rows = await get_connection("default").execute_query_dict(f"explain {statement}")
    found = [row["QUERY PLAN"].strip() for row in rows if "promise" in row["QUERY PLAN"]]
    return "; ".join(line.partition("  (")[0].removeprefix("->  ") for line in found)


async def _timed(work: Any) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


async def _swept(now: datetime) -> None:
    while True:
        async with in_transaction():
            if not await jobs.watch(Act(System("watch"), now)):
                return
