"""Comments that are erased go from the batches agencies were shown, too.

Who wrote what is not in a batch, so its comments are put together anew from what is left. Once
fewer than five who wrote are left, none is shown; what was counted stays, for it names nobody.
"""

from collections.abc import Sequence

from tortoise.connection import get_connection

from feedback.models import SeenBatchRow
from feedback.office import ratings_seen
from feedback.office.ratings_seen import Final, K

BATCHES = """
select b.id from seen_batch b
where b.kind = 'comments' and b.body <> '{}' and exists (
    select from closure c join resident_case r using (promise_id)
    join rating g on g.closure_id = c.id and g.comment <> ''
    where r.id = any($1) and c.agency_id = b.agency_id and c.window_ends_at < b.ends_at
        and (b.starts_at is null or c.window_ends_at >= b.starts_at))
order by b.id for update
"""
LEFT = """
select c.resident, c.window_ends_at as final_at, r.overall, r.comment
from closure c join rating r on r.closure_id = c.id
where c.agency_id = $1 and c.void_at is null and r.comment <> '' and c.window_ends_at < $3
    and ($2::timestamptz is null or c.window_ends_at >= $2)
order by c.window_ends_at, c.id
"""


async def batches_of(case_ids: Sequence[int]) -> list[int]:
    """The batches, by id, that show comments on these cases; to ask before these are erased."""
    found = await get_connection("default").execute_query_dict(BATCHES, [list(case_ids)])
    return [row["id"] for row in found]


async def renew(batch_ids: Sequence[int]) -> None:
    """Show in these batches only the comments that are still there."""
    for row in await SeenBatchRow.filter(id__in=batch_ids).order_by("id"):
        agency_id: int = row.agency_id
        found = await get_connection("default").execute_query_dict(
            LEFT, [agency_id, row.starts_at, row.ends_at]
        )
        left = [Final(**one) for one in found]
        enough = len({one.resident for one in left}) >= K
        said = ratings_seen.in_no_order(left) if enough else []
        await SeenBatchRow.filter(id=row.id).update(body={**row.body, "comments": said})
