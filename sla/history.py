"""Work done before this system was there: promises with their beginning and their end, in bulk.

Rows come through a staging table and are written set by set. What is written is what
`ledger.begin` and `ledger.append` would have written one by one, with a due time given by others.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple

from sla.acts import Act


class PastPromise(NamedTuple):
    """One piece of past work. `promised_at` None: no time was ever promised, no calendar binds it.

    `ended_at` None: it is still running. `subject` and what follows it only travel along, for
    whoever began the promise.
    """

    line: int
    code: str
    agency: str
    agency_id: int
    service_id: int | None
    started_at: datetime
    promised_at: datetime | None
    ended_at: datetime | None
    subject: str
    text: str
    search_key: str


# Promise numbers are drawn while rows are staged, so that all later statements are free of joins.
STAGE = """
create temporary table if not exists staged_history (
    line int not null, code text not null, agency text not null, agency_id int not null,
    service_id int, started_at timestamptz not null, promised_at timestamptz,
    ended_at timestamptz, subject text not null, text text not null, search_key text not null,
    promise_id bigint not null default nextval(pg_get_serial_sequence('promise', 'id'))
) on commit drop
"""

# Soon due is as `nearing.due_soon_at` without a calendar; nobody watches over what has ended.
PROMISES = """
insert into promise (id, kind, code, agency_id, service_id, channel, started_at, due_at,
                     due_soon_at, watch_at, state, ended_at, round)
select promise_id, $1, code, agency_id, service_id, $2, started_at, promised_at, due_soon_at,
       case when ended_at is null then due_soon_at end,
       case when ended_at is null then 'running' else 'finished' end, ended_at, 1
from staged_history,
     least(started_at + (promised_at - started_at) * 0.8, promised_at) as due_soon_at
"""

# As `promise_events.to_json` writes them.
EVENTS = """
insert into promise_event (promise_id, seq, kind, at, recorded_at, by, detail)
select promise_id, 1, 'started', started_at, $1::timestamptz, $2,
       jsonb_build_object('kind', 'started', 'at', started_at, 'within', null, 'cut_off', null,
                          'promised_at', promised_at, 'holder', agency)
from staged_history
union all
select promise_id, 2, 'finished', ended_at, $1, $2,
       jsonb_build_object('kind', 'finished', 'at', ended_at)
from staged_history where ended_at is not null
"""


MAY_SWITCH = "select has_parameter_privilege('session_replication_role', 'set')"
LOCK_KEYS = (
    "select from agency where id in (select agency_id from staged_history) for key share",
    "select from service where id in (select service_id from staged_history) for key share",
)


async def stage(connection: Any, rows: Iterable[PastPromise]) -> None:
    """Put rows in the staging table of this transaction, in place of those before them.

    `connection` is the bare one of the current transaction: only it can copy rows in bulk.
    """
    await connection.execute(STAGE)
    await connection.execute("truncate staged_history")
    await connection.copy_records_to_table(
        "staged_history", records=rows, columns=PastPromise._fields
    )


@asynccontextmanager
async def keys_known(connection: Any, *, locks: Sequence[str] = LOCK_KEYS) -> AsyncIterator[None]:
    """Inside, foreign keys of what is inserted are not looked up one by one, where the role may.

    That is half of the cost of a row, and here nothing is left to find: promise numbers were drawn
    by `stage`, agencies and services are locked now, in one statement each, as the look-ups would
    lock them. A role without the right to switch them off has every key looked up. Checks and
    unique keys hold as always; the tables have no triggers on insert (a test watches that).
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


async def begin_staged(connection: Any, *, kind: str, channel: str, act: Act) -> None:
    """Write the staged rows as promises with their events."""
    await connection.execute(PROMISES, kind, channel)
    await connection.execute(EVENTS, act.at, act.by.reference)
