"""Who was served and who answered, by what came of it: the raw material of the bias meter."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from ranking import statements
from ranking.edition_detail import ResponseCell
from ranking.gathered import Served
from ranking.tallies import SATISFIED

CLOSED = f"""
with served as (
    select c.agency_id, p.state as outcome,
           coalesce(p.ended_at <= p.due_at, true) as on_time, c.channel,
           count(*) over (partition by c.agency_id, c.resident) > 1 as repeat, r.overall,
           r.id is not null and not exists (
               select 1 from quarantined_rating m join quarantine q on q.id = m.quarantine_id
               where m.rating_id = r.id and q.state <> 'released') as rated
    from closure c
    join promise p on p.id = c.promise_id
    left join rating r on r.closure_id = c.id
    where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2
      and ($3::int[] is null or c.agency_id = any($3))
)
select agency_id, outcome, on_time, channel, repeat, count(*)::int as closed,
       (count(*) filter (where rated))::int as rated,
       (count(*) filter (where rated and overall >= {SATISFIED}))::int as satisfied
from served group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
"""  # noqa: S608 -- made of constants


async def served(
    starts_at: datetime, ends_at: datetime, *, agencies: Collection[int] | None = None
) -> dict[int, tuple[Served, ...]]:
    """By agency, or by these, the cases closed in [starts_at, ends_at), in a fixed order."""
    found: dict[int, list[Served]] = defaultdict(list)
    rows = await statements.rows(
        CLOSED, [starts_at, ends_at, None if agencies is None else sorted(agencies)]
    )
    for row in rows:
        found[row["agency_id"]].append(
            Served(
                ResponseCell(
                    outcome=row["outcome"],
                    on_time=row["on_time"],
                    channel=row["channel"],
                    closed=row["closed"],
                    rated=row["rated"],
                    satisfied=row["satisfied"],
                ),
                is_repeat=row["repeat"],
            )
        )
    return {agency: tuple(of) for agency, of in found.items()}
