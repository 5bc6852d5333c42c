"""The queue: forged jobs do nothing, real ones behind them are done, no wish is ever missed."""

import asyncio
import json
import os
import pickle
import subprocess
import sys
import textwrap
import time
import zlib
from pathlib import Path

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from sla.acts import Act, Event
from web import queueing
from web.queueing import Sweep, Sweeps
from web.running.embedded import Valkey

ROOT = Path(__file__).resolve().parents[2]

# A worker process as `hailong work` starts it, with jobs that write down what they do.
WORKER = """
    import asyncio, sys
    from web import logs, queueing
    logs.configure(terminal=False)
    url, redis_url, burst = sys.argv[1:]
    queue = queueing.client(redis_url)
    async def tally(act):
        await asyncio.to_thread(queue.rpush, "acts", act.by.reference)
        return await asyncio.to_thread(queue.lpop, "pieces") is not None
    async def broken(act):
        raise RuntimeError("words of a resident")
    jobs = {"tally": tally, "broken": broken}
    queueing.work(url, redis_url, queueing.Sweeps(jobs, queue=queue), burst=burst == "burst")
"""


@pytest.fixture(scope="module")
def valkey(tmp_path_factory):
    with Valkey(tmp_path_factory.mktemp("queue")) as server:
        yield server


@pytest.fixture
def queue(valkey):
    with queueing.client(valkey.url) as connection:
        connection.flushall()
        yield connection


def worker(url: str, valkey: Valkey, *, burst: bool = True) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", textwrap.dedent(WORKER), url, valkey.url]
    return subprocess.Popen(
        [*program, "burst" if burst else "stay"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def worked(url: str, valkey: Valkey) -> str:
    """Let a worker empty the queue; what it said."""
    with worker(url, valkey) as process:
        return process.communicate(timeout=60)[1]


def enqueue(queue: redis.Redis, number: str | bytes, fields: dict[str, str | bytes] | None) -> None:
    if fields:
        queue.hset(
            b"rq:job:" + (number if isinstance(number, bytes) else number.encode()),
            None,
            None,
            fields,
        )
    queue.rpush("rq:queue:sweeps", number)


def packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value).encode())


class Forged:
    """Unpickling it runs a command."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def test_a_nudged_job_is_done_until_it_finds_nothing(queue, valkey, shared_url):
    queue.rpush("pieces", "1", "2", "3")
    assert asyncio.run(queueing.nudge(["tally"], queue=queue))
    worked(shared_url, valkey)
    assert queue.lrange("acts", 0, -1) == [b"system:tally"] * 4
    assert queue.llen("rq:queue:sweeps") == 0
    assert not queue.keys("rq:job:*"), "a job leaves nothing behind"


def test_garbage_is_discarded_and_the_good_job_behind_it_is_done(
    queue, valkey, shared_url, tmp_path
):
    trap = tmp_path / "sprung"
    touch = f"touch {trap}"
    good = packed([queueing.FUNCTION, None, ["tally"], {}])
    nest = b"[" * 2000 + b"]" * 2000
    garbage: dict[str | bytes, dict[str, str | bytes] | None] = {
        "dotted": {"data": packed(["os.system", None, [touch], {}])},
        "method": {"data": packed(["os.system", "subprocess", [touch], {"shell": True}])},
        "pickled": {"data": zlib.compress(pickle.dumps(Forged(touch)))},
        "rawpickle": {"data": pickle.dumps(Forged(touch)), "meta": pickle.dumps(Forged(touch))},
        "callbacks": {
            "data": packed([queueing.FUNCTION, None, [touch], {}]),
            "success_callback_name": "os.system",
            "failure_callback_name": "os.system",
            "stopped_callback_name": "os.system",
        },
        "times": {"data": good, "created_at": "yesterday", "enqueued_at": "\0", "ended_at": "x"},
        "numbers": {"data": good, "timeout": "NaN", "result_ttl": "a", "ttl": "-9" * 99},
        "status": {"data": good, "status": "nonsense"},
        "dependent": {"data": good, "dependency_ids": "[[{}]", "allow_dependency_failures": "x"},
        "webhooks": {"data": good, "webhooks": '[{"url": "http://127.0.0.1:1/"}]'},
        "retries": {"data": good, "retry_intervals": "{", "repeats_left": "9", "group_id": b"\xff"},
        "origin": {"data": good, "origin": b"\xff\xfe", "description": b"\xff"},
        "nodata": {"status": "queued"},
        "empty": {"data": b""},
        "nested": {"data": zlib.compress(nest)},
        "bomb": {"data": zlib.compress(b"[" * 50_000_000)},
        "badzip": {"data": b"x\x9c\xff\xff\xff"},
        "shape": {"data": packed({"tally": 1})},
        "type": {"data": packed([queueing.FUNCTION, None, [["tally"]], {}])},
        "unknown": {"data": packed([queueing.FUNCTION, None, ["no_such_job"], {}])},
        "absent": None,
        "bad id; with spaces": None,
        b"\xff\xfe": None,
        "": None,
    }
    for number, fields in garbage.items():
        enqueue(queue, number, fields)
    queue.set("rq:job:string", "not a hash")
    queue.rpush("rq:job:list", "not a hash")
    enqueue(queue, "string", None)
    enqueue(queue, "list", None)
    queue.set("rq:suspended", "1")
    queue.rpush("pieces", "behind it all")
    assert asyncio.run(queueing.nudge(["tally"], queue=queue))

    starts = 0
    while queue.llen("rq:queue:sweeps") and starts < 5:
        worked(shared_url, valkey)
        starts += 1
    assert not trap.exists()
    assert queue.llen("pieces") == 0, "the good job was done"
    assert starts <= 3, "a handful of forged jobs cost a restart each at most"


def test_a_failing_job_puts_no_words_into_redis_or_the_log(queue, valkey, shared_url):
    queue.rpush("pieces", "1")
    assert asyncio.run(queueing.nudge(["broken", "tally"], queue=queue))
    said = worked(shared_url, valkey)
    assert queue.llen("pieces") == 0, "the job behind it is done"
    kept = b"".join(queue.dump(key) or b"" for key in queue.scan_iter())
    assert b"words of a resident" not in kept
    assert "words of a resident" not in said
    assert '"error": "RuntimeError"' in said


def test_a_worker_finishes_when_told_to_stop(queue, valkey, shared_url):
    with worker(shared_url, valkey, burst=False) as process:
        queue.rpush("pieces", "1")
        assert asyncio.run(queueing.nudge(["tally"], queue=queue))
        end = time.monotonic() + 30
        while queue.llen("pieces") and time.monotonic() < end:
            time.sleep(0.02)
        process.terminate()
        process.communicate(timeout=30)
    assert queue.llen("pieces") == 0
    assert process.returncode == 0


async def test_many_nudges_are_one_waiting_job(queue):
    for _ in range(5):
        assert await queueing.nudge(["tally", "tally", "invite"], queue=queue)
    assert queue.llen("rq:queue:sweeps") == 2


async def test_a_job_that_begins_lowers_the_flag_before_it_looks(queue, database):
    seen: list[int] = []

    async def job(act: Act) -> bool:
        # Something is stored and nudged at the very moment the job has looked.
        await queueing.nudge(["tally"], queue=queue)
        seen.append(queue.llen("rq:queue:sweeps"))
        return False

    await queueing.nudge(["tally"], queue=queue)
    await Sweeps({"tally": job}, queue=queue).drain("tally")
    assert seen == [2], "the wish made meanwhile is queued again, not swallowed"


@pytest.mark.parametrize("address", ["unix:///none/valkey.sock", "redis://127.0.0.1:1"])
async def test_without_redis_a_nudge_is_lost_and_nothing_is_raised(address):
    with queueing.client(address) as nowhere:
        assert not await queueing.nudge(["tally"], queue=nowhere)
    assert not await queueing.nudge(["tally"], queue=None)


async def test_no_names_are_no_wish():
    assert await queueing.nudge([], queue=None)


async def test_what_a_job_causes_nudges_others_but_not_itself(queue, database):
    class Happened(Event):
        pass

    async def invite(act: Act) -> bool:
        act.events.append(Happened())
        return False

    sweeps = Sweeps({"invite": invite}, {Happened: ("tally", "invite")}, queue)
    await sweeps.drain("invite")
    (number,) = queue.lrange("rq:queue:sweeps", 0, -1)
    assert Sweep.fetch(number.decode(), queue).wanted == "tally"


async def test_a_name_that_is_not_on_the_list_does_nothing(database):
    await Sweeps({}).drain("os.system")


async def test_each_piece_is_an_act_of_its_own(database):
    acts: list[Act] = []

    async def job(act: Act) -> bool:
        acts.append(act)
        return len(acts) < 3

    await Sweeps({"tally": job}).drain("tally")
    assert len({id(act) for act in acts}) == 3
    assert all(act.at.utcoffset() is not None for act in acts)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(zlib.compress))
def test_whatever_the_data_it_means_a_plain_name_or_nothing(data):
    assert queueing._wanted(data) == "" or queueing._wanted(data).isidentifier()


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=8,
    )
)
def test_whatever_the_json_it_means_a_plain_name_or_nothing(value):
    name = queueing._wanted(packed(value))
    assert name == "" or name.isidentifier()
