"""Sweeps over promises: facts about time, written once; dates that had to wait for a calendar."""

from tortoise.connection import get_connection

from sla import ledger
from sla.acts import Act
from sla.models import PromiseRow

BATCH = 1000

# The partial index on watch_at holds only what there is still something to write down about; what
# was written is moved out of it, so a sweep reads its own findings and nothing else.
WATCH = """
with found as (
    select id, round, state, ended_at, due_at, due_soon_at from promise
    where watch_at < $1
    order by watch_at, id
    limit $2
    for update skip locked
), noted as (
    insert into watch (promise_id, round, kind, at, found_at)
    select id, round, 'due_soon', due_soon_at, $1 from found
    where ended_at is null and due_soon_at < $1
    union all
    select id, round, 'breached', due_at, $1 from found where due_at < $1
    on conflict (promise_id, round, kind) do nothing
)
update promise p set watch_at = case when found.due_at < $1 then null else found.due_at end
from found where p.id = found.id
returning p.id
"""


async def watch(act: Act) -> bool:
    """Write down which promises are due soon or breached: once per promise, round and kind.

    The fact carries the moment that was passed, not the time of the scan. One act takes at most
    a thousand promises.
    """
    rows = await get_connection("default").execute_query_dict(WATCH, [act.at, BATCH])
    return len(rows) > 0


async def date_undated(_: Act) -> bool:
    """Date one promise whose due time lay beyond the calendar known then, if it can be now."""
    rows = (
        await PromiseRow.filter(due_at=None, ended_at=None)
        .exclude(commitment_id=None)
        .order_by("started_at", "id")
        .select_for_update(skip_locked=True)
        .limit(BATCH)
    )
    for row in rows:
        if await ledger.redate(row):
            return True
    return False
