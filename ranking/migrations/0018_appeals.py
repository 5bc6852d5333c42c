"""What is counted of results that did not hold is marked by an appeal against one."""

from tortoise import migrations
from tortoise.migrations import operations as ops

TRIGGER = """
create function tally_mark_appeals() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select c.agency_id, min(c.closed_at), max(c.closed_at)
    from new_rows n join resident_case r on r.id = n.case_id
    join closure c on c.promise_id = r.promise_id
    group by 1;
    return null;
end $$;
create trigger tally_appealed after insert on appeal
    referencing new table as new_rows for each statement execute function tally_mark_appeals();
alter table appeal enable always trigger tally_appealed;
"""
NO_LONGER = """
drop trigger tally_appealed on appeal;
drop function tally_mark_appeals;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0017_spread"), ("feedback", "0028_sources")]
    operations = [ops.RunSQL(TRIGGER, reverse_sql=NO_LONGER)]
