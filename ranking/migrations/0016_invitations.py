"""What is counted of invitations is marked, too, by whatever becomes of one."""

from tortoise import migrations
from tortoise.migrations import operations as ops

TRIGGERS = """
create function tally_mark_invitations() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select c.agency_id, min(c.closed_at), max(c.closed_at)
    from new_rows n join closure c on c.id = n.closure_id
    group by 1;
    return null;
end $$;
create trigger tally_invited after insert on identity.invitation
    referencing new table as new_rows for each statement execute function tally_mark_invitations();
create trigger tally_invitation_changed after update on identity.invitation
    referencing new table as new_rows for each statement execute function tally_mark_invitations();
alter table identity.invitation enable always trigger tally_invited;
alter table identity.invitation enable always trigger tally_invitation_changed;
"""
NO_LONGER = """
drop trigger tally_invited on identity.invitation;
drop trigger tally_invitation_changed on identity.invitation;
drop function tally_mark_invitations;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0015_applicant"), ("feedback", "0027_invitation")]
    operations = [ops.RunSQL(TRIGGERS, reverse_sql=NO_LONGER)]
