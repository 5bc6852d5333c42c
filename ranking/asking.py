"""Who was asked about what was closed, and by which ways it came to nothing: from the rows."""

from collections.abc import Collection
from datetime import datetime

from ranking import statements
from ranking.method import invitations
from ranking.method.invitations import Asked

# A contact is counted within one agency, like the residents whose voices it could lend.
ASKED = f"""
with asked as (
    select c.agency_id, c.resident, c.invited_at is not null as is_invited,
           i.reach in ('none', 'declined') as is_missing, i.bounced_at is not null as is_bounced,
           i.contact
    from closure c left join identity.invitation i on i.closure_id = c.id
    where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2
      and ($3::int[] is null or c.agency_id = any($3))
), shared as (
    select agency_id, contact from asked where contact is not null
    group by 1, 2 having count(distinct resident) > {invitations.PEOPLE}
)
select agency_id, count(*)::int as closed,
       (count(*) filter (where is_invited))::int as invited,
       (count(*) filter (where is_missing))::int as missing,
       (count(*) filter (where is_bounced))::int as bounced,
       count(s.contact)::int as reused
from asked left join shared s using (agency_id, contact)
group by 1 order by 1
"""  # noqa: S608 -- made of constants


async def asked(
    starts_at: datetime, ends_at: datetime, *, agencies: Collection[int] | None = None
) -> dict[int, Asked]:
    """By agency, or by these, the invitations of cases closed in [starts_at, ends_at)."""
    rows = await statements.rows(
        ASKED, [starts_at, ends_at, None if agencies is None else sorted(agencies)]
    )
    return {row.pop("agency_id"): Asked(**row) for row in rows}
