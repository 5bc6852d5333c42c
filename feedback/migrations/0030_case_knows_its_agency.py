"""A case bears which agency sees it: row security compares a column, and looks nothing up.

It is the agency which the entry of the case names in the lists: that of its promise when it is
filed, then whatever the entry says; an erased case has no entry, and is no agency's any more.
`holds` goes on answering for what is only about a case. Colleagues are found by an index.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
alter table resident_case add column seen_by int;
update resident_case c set seen_by = e.agency_id from inbox_entry e where e.case_id = c.id;

create function case_is_of() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    new.seen_by := (select p.agency_id from promise p where p.id = new.promise_id);
    return new;
end $$;
create trigger case_owned before insert on resident_case for each row
    execute function case_is_of();
alter table resident_case enable always trigger case_owned;

create function case_follow_entry() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        update resident_case set seen_by = null where id = old.case_id;
    else
        update resident_case set seen_by = new.agency_id where id = new.case_id;
    end if;
    return null;
end $$;
create trigger entry_moved after update of agency_id on inbox_entry for each row
    when (old.agency_id is distinct from new.agency_id) execute function case_follow_entry();
create trigger entry_gone after delete on inbox_entry for each row
    execute function case_follow_entry();

drop policy sight on resident_case;
create policy sight on resident_case using ((select seen_agency()) in (0, seen_by));
-- Nobody files a case in the sight of an agency, its own or another's.
create policy filed on resident_case as restrictive for insert
    with check ((select seen_agency()) = 0);

create index account_agency on account (agency_id);
"""
BACKWARD = """
drop index account_agency;
drop policy filed on resident_case;
drop policy sight on resident_case;
create policy sight on resident_case using ((select seen_agency()) = 0 or holds(id));
drop trigger entry_gone on inbox_entry;
drop trigger entry_moved on inbox_entry;
drop trigger case_owned on resident_case;
drop function case_follow_entry, case_is_of;
alter table resident_case drop column seen_by;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0029_flows")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
