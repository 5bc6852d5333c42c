"""Work done before this system was there: promises with their beginning and their end, in bulk.

Rows are copied straight into their tables, as lines of text that whoever reads the file prepares;
only numbers are added when they are stored. What is written is what `ledger.begin` and
`ledger.append` would have written one by one, with a due time given by others.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from sla import copying, nearing
from sla.acts import Act
from sla.copying import NULL


class PastPromise(NamedTuple):
    """One piece of past work, ready to be copied: cells of its row, and of its two events.

    `ended` is empty while it is still running. `started_at` and `ended_at` are cells, for whoever
    writes them once more: putting a time into words is the dearest part of a row.
    """

    row: str
    begun: str
    ended: str
    started_at: str
    ended_at: str


def past(
    code: str,
    holder: str,
    *,
    started_at: datetime,
    promised_at: datetime | None,
    ended_at: datetime | None,
) -> PastPromise:
    """Prepare a promise; all times in UTC, `code` without blanks or backslashes.

    `promised_at` None: no time was ever promised, no calendar binds it. Soon due is as
    `nearing.due_soon_at` says without a calendar; nobody watches over what has ended.
    """
    started = started_at.isoformat()
    ended = NULL if ended_at is None else ended_at.isoformat()
    due = soon = NULL
    promised = "null"
    if promised_at is not None:
        due = promised_at.isoformat()
        soon = nearing.due_soon_at(started_at, promised_at, None).isoformat()
        promised = f'"{due}"'
    if ended_at is None:
        rest = f"{due}\t{soon}\t{soon}\trunning\t{NULL}\n"
    else:
        rest = f"{due}\t{soon}\t{NULL}\tfinished\t{ended}\n"
    # As `promise_events.to_json` writes them.
    begun = (
        f'1\tstarted\t{started}\t{{"kind":"started","at":"{started}","within":null,'
        f'"cut_off":null,"promised_at":{promised},"holder":{_quoted(holder)}}}\n'
    )
    if ended_at is None:
        return PastPromise(f"{code}\t{started}\t{rest}", begun, "", started, NULL)
    done = f'2\tfinished\t{ended}\t{{"kind":"finished","at":"{ended}"}}\n'
    return PastPromise(f"{code}\t{started}\t{rest}", begun, done, started, ended)


@lru_cache(maxsize=4096)
def _quoted(code: str) -> str:
    return copying.escaped(orjson.dumps(code).decode())


_PROMISE = (
    "id",
    "kind",
    "channel",
    "round",
    "agency_id",
    "service_id",
    "code",
    "started_at",
    "due_at",
    "due_soon_at",
    "watch_at",
    "state",
    "ended_at",
)
_EVENT = ("promise_id", "recorded_at", "by", "seq", "kind", "at", "detail")


class Placed(NamedTuple):
    """Past work with the numbers of its agency and service."""

    agency_id: int
    service_id: int | None
    past: PastPromise


async def begin_many(
    connection: Any, placed: Sequence[Placed], *, kind: str, channel: str, act: Act
) -> list[int]:
    """Write promises with their events; their numbers, in order.

    `connection` is the bare one of the current transaction, `kind` and `channel` are plain words.
    """
    ids = await copying.numbers(connection, "promise", len(placed))
    head = f"{kind}\t{channel}\t1"
    rows = [
        f"{number}\t{head}\t{agency}\t{NULL if service is None else service}\t{past.row}"
        for number, (agency, service, past) in zip(ids, placed, strict=True)
    ]
    await copying.copy(connection, "promise", rows, columns=_PROMISE)
    told = f"{act.at.isoformat()}\t{copying.escaped(act.by.reference)}"
    events = [
        f"{number}\t{told}\t{past.begun}{number}\t{told}\t{past.ended}"
        if past.ended
        else f"{number}\t{told}\t{past.begun}"
        for number, (_, _, past) in zip(ids, placed, strict=True)
    ]
    await copying.copy(connection, "promise_event", events, columns=_EVENT)
    return ids


# What is not committed is no row to a vacuum that comes by, and by its figures PostgreSQL would
# read all that is stored for each batch. A bitmap needs a condition of its index, come what may.
ONLY_ONE = """
select pg_advisory_xact_lock($1),
       set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)
"""


async def only_one(connection: Any, lock: int) -> None:
    """Wait until no other import of this lock is under way; held to the end of the transaction.

    Till then what is stored is looked up by indexes alone.
    """
    await connection.fetchrow(ONLY_ONE, lock)


MAY_SWITCH = "select has_parameter_privilege('session_replication_role', 'set')"
LOCK_KEYS = ("select from agency for key share", "select from service for key share")


@asynccontextmanager
async def keys_known(connection: Any, *, locks: Sequence[str] = LOCK_KEYS) -> AsyncIterator[None]:
    """Inside, foreign keys of what is inserted are not looked up one by one, where the role may.

    That is half of the cost of a row, and here nothing is left to find: numbers of promises were
    drawn just before, agencies and services are locked now, in one statement each, as the look-ups
    would lock them. A role without the right to switch them off has every key looked up. Checks
    and unique keys hold as always; the tables have no triggers on insert (a test watches that).
    """
    may = await connection.fetchval(MAY_SWITCH)
    if may:
        for statement in locks:
            await connection.execute(statement)
        await connection.execute("set local session_replication_role = replica")
    yield
    # After a failure the transaction is over, and the setting with it.
    if may:
        await connection.execute("set local session_replication_role = origin")
