"""How often cases come back or wait, counted of each agency for who sees no other's cases.

A head reads the own share beside the median of the agencies alike; row security hides the cases
that it is the median of. Only counts come out.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create function flows(agencies int[], since timestamptz, until timestamptz)
returns table (agency_id int, "of" bigint, reopened bigint, paused bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select e.agency_id, count(*), count(*) filter (where e.is_reopened),
           count(*) filter (where exists (
               select from promise_event v join resident_case c on c.promise_id = v.promise_id
               where c.id = e.case_id and v.kind = 'paused'))
    from inbox_entry e
    where e.agency_id = any(agencies) and e.filed_at >= since and e.filed_at < until
        and e.status not in ('withdrawn', 'handed_over')
        and e.case_id not in (
            select h.case_id from hold h where h.decision is distinct from 'released')
    group by e.agency_id order by e.agency_id
$$;
"""
BACKWARD = "drop function flows;"


class Migration(migrations.Migration):
    dependencies = [("feedback", "0028_sources")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
