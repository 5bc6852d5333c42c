"""What always holds around editions: what was said stays said, and nobody decides on their own."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create sequence edition_fence;
create unique index edition_fence_once on edition (fence);
create unique index edition_wish_open on edition_wish (period) where done_at is null;
alter table edition_wish add constraint edition_wish_outcome check (
    (done_at is null) = (edition is null and fault is null));

create function refuse_objection_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.state <> 'open' or new.state = 'open'
       or to_jsonb(new) - array['state', 'answer', 'decided_by', 'decided_at']
          <> to_jsonb(old) - array['state', 'answer', 'decided_by', 'decided_at'] then
        raise exception 'objection is append-only' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger objection_append_only before update or delete on objection
    for each row execute function refuse_objection_change();
alter table objection
    add constraint objection_decided check (
        (state = 'open') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
    add constraint objection_second_person check (decided_by <> by),
    add constraint objection_reason check (state = 'open' or answer <> '');

create function refuse_reply_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.withheld is not null
       or to_jsonb(new) - array['withheld', 'withheld_by', 'withheld_at']
          <> to_jsonb(old) - array['withheld', 'withheld_by', 'withheld_at'] then
        raise exception 'agency_reply is append-only' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger agency_reply_append_only before update or delete on agency_reply
    for each row execute function refuse_reply_change();
alter table agency_reply
    add constraint agency_reply_withheld check (
        (withheld is null) = (withheld_by is null) and (withheld is null) = (withheld_at is null)
        and withheld <> '');

create trigger plan_version_append_only before update or delete on plan_version
    for each row execute function refuse_change();
create trigger plan_measure_append_only before update or delete on plan_measure
    for each row execute function refuse_change();
create trigger plan_report_append_only before update or delete on plan_report
    for each row execute function refuse_change();
alter table plan_version add constraint plan_version_number check (number > 0);
"""

BACKWARD = """
alter table plan_version drop constraint plan_version_number;
drop trigger plan_report_append_only on plan_report;
drop trigger plan_measure_append_only on plan_measure;
drop trigger plan_version_append_only on plan_version;
alter table agency_reply drop constraint agency_reply_withheld;
drop trigger agency_reply_append_only on agency_reply;
drop function refuse_reply_change;
alter table objection
    drop constraint objection_reason, drop constraint objection_second_person,
    drop constraint objection_decided;
drop trigger objection_append_only on objection;
drop function refuse_objection_change;
alter table edition_wish drop constraint edition_wish_outcome;
drop index edition_wish_open, edition_fence_once;
drop sequence edition_fence;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0007_edition_life"), ("sla", "0002_rules")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
