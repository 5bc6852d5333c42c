"""Sweeps over promises: facts about time, written once; dates that had to wait for a calendar."""

from tortoise.connection import get_connection

from sla import ledger
from sla.acts import Act
from sla.models import PromiseRow

BATCH = 1000

# The partial index on watch_at holds only what there is still something to write down about, and
# finding reads nothing else, not even the rows: these are read when they are locked, by number, and
# asked once more (in words that no index answers), for meanwhile they may have been answered.
# Of two sweeps at once one takes what both found, and the other leaves off.
WATCH = """
with due as materialized (
    select id from promise where watch_at < $1 order by watch_at, id limit $2
), found as (
    select p.id, p.round, p.state, p.ended_at, p.due_at, p.due_soon_at
    from promise p
    where p.id = any(array(select id from due)) and (p.watch_at < $1) is true
    for update of p skip locked
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


# What could not be counted to its end: a due time beyond the known calendar, or a pause that might
# end by itself there, where a later version of the calendar has come since.
OUTGROWN = """
select p.id from promise p
where p.ended_at is null and (
    p.due_at is null and (p.commitment_id is not null or exists (
        select from promise_event e
        where e.promise_id = p.id and e.seq = 1 and e.detail ->> 'promised_at' is not null))
    or p.state = 'paused' and p.pause_lapses_at is null and exists (
        select from calendar known join calendar later using (code)
        where known.id = p.calendar_id and later.version > known.version))
order by p.started_at, p.id
limit $1
for update of p skip locked
"""


async def date_undated(_: Act) -> bool:
    """Fold again what reached beyond the calendar known then, if that has grown: due times that
    were not told, and pauses of which nobody knew when they end by themselves.

    One act takes at most a thousand promises; False where none of them could be counted.
    """
    found = await get_connection("default").execute_query_dict(OUTGROWN, [BATCH])
    is_any = False
    for row in await PromiseRow.filter(id__in=[each["id"] for each in found]).order_by("id"):
        is_any |= await ledger.redate(row)
    return is_any
