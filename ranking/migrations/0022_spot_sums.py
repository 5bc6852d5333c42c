"""What spot checks came to, added up for whoever publishes and sees no case.

What was drawn of how many names nobody; whom it concerns, and what was said, stays hidden.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
drop policy sight on spot_drawing;
alter table spot_drawing disable row level security;
create function spot_sums(wanted text)
returns table (kind text, outcome text, checks int, silent int, silent_satisfied int,
               raters int, raters_alike int)
language sql stable security definer set search_path = public, pg_temp as $$
    select d.kind, t.outcome, count(*)::int,
           (count(*) filter (where t.overall is not null and r.id is null))::int,
           (count(*) filter (where t.overall >= 4 and r.id is null))::int,
           (count(*) filter (where t.overall is not null and r.id is not null))::int,
           (count(*) filter (where (t.overall >= 4) = (r.overall >= 4)))::int
    from spot_check c join spot_drawing d on d.id = c.drawing_id
    left join spot_try t on t.check_id = c.id and t.is_last
    left join rating r on r.closure_id = c.closure_id
    where d.period = wanted
    group by 1, 2 order by 1, 2
$$;
"""
BACKWARD = """
drop function spot_sums;
create policy sight on spot_drawing using ((select seen_agency()) = 0);
alter table spot_drawing enable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0021_spot_checks")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
