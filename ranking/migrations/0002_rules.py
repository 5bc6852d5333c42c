"""What always holds of voices and editions."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create unique index voice_resident on voice (agency_id, period, resident);
alter table voice
    add constraint voice_counts check (0 <= satisfied and satisfied <= ratings);
alter table tally
    add constraint tally_counts check (
        level_1 >= 0 and level_2 >= 0 and level_3 >= 0 and level_4 >= 0 and level_5 >= 0);

create function refuse_published() returns trigger language plpgsql as $$
begin
    if old.status = 'published' then
        raise exception 'a published edition never changes' using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger edition_immutable before update or delete on edition
    for each row execute function refuse_published();
"""

BACKWARD = """
drop trigger edition_immutable on edition;
drop function refuse_published;
alter table tally drop constraint tally_counts;
alter table voice drop constraint voice_counts;
drop index voice_resident;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0001_initial"), ("sla", "0002_rules")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
