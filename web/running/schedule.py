"""The timer: every job is wished for at its interval, by one process of however many run.

The sweep is what bounds recovery: a lost nudge, a flushed Redis, a killed worker cost at most one
interval. Without Redis this process does the work itself.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from web import queueing
from web.storage import database

log = logging.getLogger(__name__)

_TRY = "select pg_try_advisory_lock($1)"
LEADER = 0x48A1_1061  # advisory lock: of several schedules one leads
HEARTBEAT_SECONDS = 0.5
RETRY_SECONDS = 2.0


async def keep(url: str, sweeps: queueing.Sweeps, schedule: Mapping[str, float]) -> None:
    """Wish for each job every so many seconds, while this process leads. Ends when cancelled.

    Whoever begins to lead begins with all of them. A lost database only means trying again.
    """
    async with database.connected(url, patient=True):
        while True:
            try:
                async with leadership(url) as connection:
                    await _keep_time(connection, sweeps, schedule)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("schedule waits", extra={"kind": type(error).__name__})
                await asyncio.sleep(RETRY_SECONDS)


@asynccontextmanager
async def leadership(url: str) -> AsyncIterator[Any]:
    """A connection that holds the leader's lock; waits until the lock is free."""
    connection = await database.connection(url)
    try:
        # Asked again and again: a statement that waits would hold a snapshot of the whole cluster.
        while not await connection.fetchval(_TRY, LEADER):  # noqa: ASYNC110 -- no event
            await asyncio.sleep(RETRY_SECONDS)
        yield connection
    finally:
        connection.terminate()  # frees the lock even if the server does not answer


async def _keep_time(
    connection: Any, sweeps: queueing.Sweeps, schedule: Mapping[str, float]
) -> None:
    loop = asyncio.get_running_loop()
    due = dict.fromkeys(schedule, loop.time())
    running: dict[str, asyncio.Task[None]] = {}
    try:
        while True:
            # Whoever has lost this connection no longer leads.
            await connection.execute("select 1", timeout=5)
            for name in [name for name, at in due.items() if at <= loop.time()]:
                due[name] = loop.time() + schedule[name]
                taken = await queueing.nudge([name], queue=sweeps.queue)
                if not taken and (name not in running or running[name].done()):
                    running[name] = asyncio.create_task(sweeps.drain(name))
            await asyncio.sleep(HEARTBEAT_SECONDS)
    finally:
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)
