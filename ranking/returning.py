"""Which results did not hold: work taken up again, appealed against, or asked for anew."""

from collections.abc import Collection
from datetime import datetime

from ranking import statements
from ranking.edition_detail import Returned

# What an office closes too early comes back: within 30 days to be done again or to the level above,
# within 60 as another matter of the same resident and service, as far as that began in the window.
# Both sides are read once and then joined: row security lets the planner expect next to no rows.
RETURNED = """
with given as materialized (
    select c.id, c.agency_id, c.closed_at, c.promise_id, p.resident, p.service_id,
           coalesce(c.void_at <= c.closed_at + interval '30 days', false) as is_reopened,
           coalesce(r.solved = 'no', false) as is_unsolved
    from closure c join promise p on p.id = c.promise_id left join rating r on r.closure_id = c.id
    where c.closed_at >= $1 and c.closed_at < $2
      and ($3::int[] is null or c.agency_id = any($3))
), appealed as (
    select distinct g.id
    from given g join resident_case r using (promise_id) join appeal a on a.case_id = r.id
    where a.at >= g.closed_at and a.at <= g.closed_at + interval '30 days'
), begun as materialized (
    select id, agency_id, resident, service_id, started_at from promise
    where started_at >= $1 and started_at < $2 and resident is not null
      and ($3::int[] is null or agency_id = any($3))
), again as (
    select distinct g.id
    from given g join begun q on q.agency_id = g.agency_id and q.resident = g.resident
        and q.service_id = g.service_id and q.id <> g.promise_id
    where q.started_at > g.closed_at and q.started_at <= g.closed_at + interval '60 days'
)
select g.agency_id, count(*)::int as given,
       (count(*) filter (where is_reopened))::int as reopened,
       count(d.id)::int as appealed, count(n.id)::int as again,
       (count(*) filter (where is_reopened or d.id is not null or n.id is not null))::int
           as came_back,
       (count(*) filter (where is_unsolved))::int as unsolved
from given g left join appealed d using (id) left join again n using (id)
group by 1 order by 1
"""


async def returned(
    starts_at: datetime, ends_at: datetime, *, agencies: Collection[int] | None = None
) -> dict[int, Returned]:
    """By agency, or by these, of results given in [starts_at, ends_at)."""
    rows = await statements.rows(
        RETURNED, [starts_at, ends_at, None if agencies is None else sorted(agencies)]
    )
    return {row.pop("agency_id"): Returned(**row) for row in rows}
