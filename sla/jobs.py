"""Sweeps over promises: facts about time, written once; dates that had to wait for a calendar."""

from datetime import timedelta

from tortoise.connection import get_connection

from sla import ledger
from sla.acts import Act
from sla.models import PromiseRow

BATCH = 1000
DUE_SOON = timedelta(days=1)

WATCH = """
with found as (
insert into watch (promise_id, round, kind, at, found_at)
select p.id, p.round, $1::text, p.due_at, $2
from promise p
where p.ended_at is null and p.state = 'running' and p.due_at < $3
  and not exists (
      select from watch w where w.promise_id = p.id and w.round = p.round and w.kind = $1::text)
order by p.due_at, p.id
limit $4
on conflict (promise_id, round, kind) do nothing
returning id
) select id from found
"""


async def watch(act: Act) -> bool:
    """Write down which promises are due soon or breached: once per promise, round and kind.

    The fact carries the due time that was passed, not the time of the scan. One act takes at most
    a thousand of each kind.
    """
    written = 0
    for kind, before in (("breached", act.at), ("due_soon", act.at + DUE_SOON)):
        rows = await get_connection("default").execute_query_dict(
            WATCH, [kind, act.at, before, BATCH]
        )
        written += len(rows)
    return written > 0


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
