"""In whose sight a connection asks, as policies of row security read it (`web.storage.sight`)."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# An agency's number, 0 for who sees all of them, nothing for anybody else. Policies ask it in a
# subquery, `(select seen_agency())`: once a statement, not once a row, and every index is used still.
FORWARD = """
create function seen_agency() returns int language sql stable parallel safe as $$
    select case
        when current_setting('hailong.sight', true) in ('system', 'resident', 'city') then 0
        when current_setting('hailong.sight', true) like 'agency:%'
            then substr(current_setting('hailong.sight', true), 8)::int
    end
$$;
alter table correction enable row level security;
create policy sight on correction using ((select seen_agency()) in (0, agency_id));
"""
BACKWARD = """
drop policy sight on correction;
alter table correction disable row level security;
drop function seen_agency;
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0009_withdrawn")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
