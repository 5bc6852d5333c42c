"""The schedule: with Redis it wishes, without Redis it works, and only one of several leads."""

import asyncio

import pytest
import redis

from sla.acts import Act
from web import queueing
from web.queueing import Sweeps
from web.running import processes, schedule
from web.running.embedded import Valkey
from web.storage import database


@pytest.fixture(scope="module")
def valkey(tmp_path_factory):
    with Valkey(tmp_path_factory.mktemp("queue")) as server:
        yield server


class Noted:
    """A job that finds nothing, and tells who waits for it that it has looked."""

    def __init__(self) -> None:
        self.count = 0
        self.looked = asyncio.Event()

    async def __call__(self, act: Act) -> bool:
        self.count += 1
        self.looked.set()
        return False

    async def again(self) -> None:
        self.looked.clear()
        async with asyncio.timeout(20):
            await self.looked.wait()


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def waiting(queue: redis.Redis, number: int) -> None:
    """Until so many jobs wait in the queue."""

    def are_there() -> bool:
        return queue.llen("rq:queue:sweeps") >= number

    assert await asyncio.to_thread(processes.wait_until, are_there, seconds=20)


async def test_without_redis_the_sweep_is_done_here_again_and_again(committed_url):
    job = Noted()
    with queueing.client("unix:///none/valkey.sock") as nowhere:
        sweeps = Sweeps({"tally": job}, queue=nowhere)
        task = asyncio.create_task(schedule.keep(committed_url, sweeps, {"tally": 0.1}))
        await job.again()
        await job.again()
        await ended(task)


async def test_with_redis_the_sweep_is_wished_for_and_left_to_a_worker(committed_url, valkey):
    job = Noted()
    with queueing.client(valkey.url) as queue:
        queue.flushall()
        sweeps = Sweeps({"tally": job, "invite": job}, queue=queue)
        task = asyncio.create_task(schedule.keep(committed_url, sweeps, {"tally": 9, "invite": 9}))
        await waiting(queue, 2)
        await ended(task)
    assert job.count == 0


async def test_when_redis_goes_away_the_work_goes_on(committed_url, tmp_path):
    job = Noted()
    server = Valkey(tmp_path).start()
    with queueing.client(server.url) as queue:
        sweeps = Sweeps({"tally": job}, queue=queue)
        task = asyncio.create_task(schedule.keep(committed_url, sweeps, {"tally": 0.1}))
        await waiting(queue, 1)
        server.stop()
        await job.again()
        await ended(task)


async def test_of_two_schedules_one_leads_and_the_other_takes_over(committed_url, monkeypatch):
    monkeypatch.setattr(schedule, "RETRY_SECONDS", 0.05)
    first, second = Noted(), Noted()
    leading = asyncio.create_task(
        schedule.keep(committed_url, Sweeps({"tally": first}), {"tally": 0.1})
    )
    await first.again()
    standby = asyncio.create_task(
        schedule.keep(committed_url, Sweeps({"tally": second}), {"tally": 0.1})
    )
    await first.again()
    await first.again()
    assert second.count == 0
    await ended(leading)
    await second.again()
    await ended(standby)


async def test_a_lost_connection_to_the_database_is_made_again(committed_url, monkeypatch):
    monkeypatch.setattr(schedule, "RETRY_SECONDS", 0.05)
    job = Noted()
    task = asyncio.create_task(schedule.keep(committed_url, Sweeps({"tally": job}), {"tally": 0.1}))
    await job.again()
    killer = await database.connection(committed_url)
    await killer.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    await killer.close()
    await job.again()
    await job.again()
    await ended(task)


async def test_a_job_that_fails_keeps_neither_itself_nor_others_from_their_turn(committed_url):
    job = Noted()

    async def broken(act: Act) -> bool:
        raise RuntimeError

    sweeps = Sweeps({"broken": broken, "tally": job})
    task = asyncio.create_task(schedule.keep(committed_url, sweeps, {"broken": 0.1, "tally": 0.1}))
    await job.again()
    await job.again()
    assert not task.done()
    await ended(task)
