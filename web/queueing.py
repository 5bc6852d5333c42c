"""The queue: what RQ may reach, and nothing else.

PostgreSQL knows what is to be done; a job here is only the wish that somebody looks soon. Redis
may lose, double or forge any of them: a forged one can do no more than make us look. RQ itself
would import whatever dotted name a job or its callbacks carry, serialised as JSON or not.
"""

import asyncio
import contextlib
import json
import logging
import os
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from tortoise.transactions import in_transaction

from feedback.actors import System
from sla.acts import Act, Event
from web import clock as clocks
from web.storage import database

log = logging.getLogger(__name__)

QUEUE = "sweeps"
FUNCTION = "web.queueing.run"  # a label for people: our jobs import nothing
FLAG_SECONDS = 20
DRAIN_SECONDS = 50
ACT_SECONDS = 300
JOB_SECONDS = 600  # RQ's own alarm, far behind ours
LARGEST = 4096  # bytes of a job's data; ours has under a hundred

JobFunction = Callable[[Act], Awaitable[bool]]
"""Does one piece of what is not yet done, in this act; whether there was any."""


def client(url: str) -> redis.Redis:
    """A connection that gives up quickly: nobody waits for a nudge."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=0.2, socket_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )


async def nudge(names: Iterable[str], *, queue: redis.Redis | None) -> bool:
    """Wish these jobs to run soon; whether the queue took the wish. Never raises.

    Call it after the commit, or the job looks too early. What is not taken the schedule finds.
    """
    wanted = sorted(set(names))
    if queue is None or not wanted:
        return not wanted
    try:
        await asyncio.to_thread(_enqueue, wanted, queue)
    except Exception as error:  # noqa: BLE001 -- the commit stands; an error would deny it
        log.warning("nudge lost", extra={"jobs": ",".join(wanted), "kind": type(error).__name__})
        return False
    return True


def _enqueue(names: list[str], queue: redis.Redis) -> None:
    """At most one waiting job per name: the flag stands until that job begins to look."""
    sweeps = Queue(QUEUE, connection=queue, serializer=JSONSerializer, job_class=Sweep)
    for name in names:
        if queue.set(_flag(name), b"1", nx=True, ex=FLAG_SECONDS):
            sweeps.enqueue_call(
                FUNCTION, (name,), timeout=JOB_SECONDS, result_ttl=0, failure_ttl=3600
            )


def _flag(name: str) -> str:
    return f"hailong:nudge:{name}"


@dataclass(frozen=True, slots=True)
class Sweeps:
    """The allow-list of jobs, and how one of them is done."""

    jobs: Mapping[str, JobFunction]
    reactions: Mapping[type[Event], tuple[str, ...]] = field(default_factory=dict)
    queue: redis.Redis | None = None
    clock: clocks.Clock = clocks.now

    async def drain(self, name: str) -> None:
        """One act after the other until the job finds nothing. Never raises but when cancelled.

        A name that is not on the list does nothing. After 50 s the rest waits for its next turn,
        so that no job keeps the others from theirs.
        """
        job = self.jobs.get(name)
        if job is None:
            log.warning("unknown job discarded", extra={"job": name})
            return
        await self._lower_flag(name)
        loop = asyncio.get_running_loop()
        end = loop.time() + DRAIN_SECONDS
        try:
            while await self._in_one_act(name, job):
                if loop.time() > end:
                    await nudge([name], queue=self.queue)
                    return
        except Exception:
            log.exception("job failed", extra={"job": name})

    async def _lower_flag(self, name: str) -> None:
        """First of all: whatever is stored from here on raises it again, so nothing is missed."""
        if self.queue is not None:
            with contextlib.suppress(redis.RedisError, OSError):
                await asyncio.to_thread(self.queue.delete, _flag(name))

    async def _in_one_act(self, name: str, job: JobFunction) -> bool:
        act = Act(by=System(name), at=self.clock())
        async with asyncio.timeout(ACT_SECONDS), in_transaction():
            was_any = await job(act)
        caused = {wanted for event in act.events for wanted in self.reactions.get(type(event), ())}
        await nudge(caused - {name}, queue=self.queue)
        return was_any


class Sweep(Job):
    """An RQ job that can do one thing: look, under a name from the allow-list.

    Of the hash in Redis it believes the first argument, if that is a short text, and nothing
    else: no function, no callback, dependency, webhook, time, retry or serialised result.
    """

    wanted: str = ""

    def look(self, name: str) -> None:
        """Do what the job of that name finds to do; a worker says how."""
        raise NotImplementedError

    @classmethod
    def fetch(cls, id: str, connection: Any = None, serializer: Any = None) -> Self:  # noqa: A002
        """As RQ's; a number that cannot be one of ours stands for no job."""
        try:
            return super().fetch(id, connection, JSONSerializer)  # type: ignore[return-value]  # untyped Self
        except (ValueError, TypeError) as error:
            raise NoSuchJobError from error

    def refresh(self) -> None:
        try:
            super().refresh()  # type: ignore[no-untyped-call]  # RQ's
        except redis.ResponseError as error:  # its key holds no hash
            self.connection.delete(self.key)
            raise NoSuchJobError from error

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        self.wanted = _wanted(raw_data.get(b"data", b""))
        self.data = json.dumps([FUNCTION, None, [self.wanted], {}]).encode()
        self.origin = QUEUE
        self.timeout = JOB_SECONDS
        self.result_ttl = 0
        self.failure_ttl = 3600

    def _execute(self) -> None:
        self.look(self.wanted)


def _wanted(data: bytes) -> str:
    """The job's name in RQ's `data`, or an empty text for anything else."""
    try:
        unpacked = zlib.decompressobj().decompress(data, LARGEST)
        _, _, (name,), _ = json.loads(unpacked)
    except (zlib.error, ValueError, TypeError, RecursionError):
        return ""
    return name if isinstance(name, str) and name.isidentifier() else ""


class SweepWorker(SimpleWorker):
    """RQ's worker without the two doors by which Redis could command it."""

    def subscribe(self) -> None:
        """No commands from Redis: a signal of the supervisor stops it."""

    def check_for_suspension(self, burst: bool) -> None:
        """No suspension from Redis."""


def work(url: str, redis_url: str, sweeps: Sweeps, *, burst: bool = False) -> None:
    """Work until SIGTERM, or with `burst` until the queue is empty.

    One event loop, one database context for the whole process: RQ would make a loop per job.
    """
    connection = redis.Redis.from_url(redis_url)
    with asyncio.Runner() as runner, contextlib.ExitStack() as stack:
        context = database.connected(url, patient=True)
        runner.run(_entered(context))
        stack.callback(lambda: runner.run(_left(context)))

        class Bound(Sweep):
            def look(self, name: str) -> None:
                try:
                    runner.run(sweeps.drain(name))
                except JobTimeoutException:
                    # The alarm cut through the loop, which cannot be trusted any more.
                    log.critical("job overran", extra={"job": name})
                    os._exit(1)

        worker = SweepWorker(
            [Queue(QUEUE, connection=connection, job_class=Bound, serializer=JSONSerializer)],
            connection=connection,
            job_class=Bound,
            serializer=JSONSerializer,
            worker_ttl=35,
            maintenance_interval=30,
            job_monitoring_interval=5,
            default_result_ttl=0,
            log_job_description=False,
        )
        worker.work(burst=burst, logging_level="WARNING")


async def _entered(context: contextlib.AbstractAsyncContextManager[object]) -> None:
    await context.__aenter__()


async def _left(context: contextlib.AbstractAsyncContextManager[object]) -> None:
    await context.__aexit__(None, None, None)
