"""What always holds of promises, kept by the database itself.

Tortoise leaves `Meta.constraints` out when it creates a table, so they are written here.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger promise_event_append_only before update or delete on promise_event
    for each row execute function refuse_change();
create trigger commitment_append_only before update or delete on commitment
    for each row execute function refuse_change();
create trigger calendar_append_only before update or delete on calendar
    for each row execute function refuse_change();
create trigger watch_append_only before update or delete on watch
    for each row execute function refuse_change();

insert into charter_mark (id, token) values (1, gen_random_uuid());
create function mark_charter() returns trigger language plpgsql as $$
begin
    update charter_mark set token = gen_random_uuid() where id = 1;
    return null;
end $$;
create trigger agency_marks after insert or update or delete on agency
    for each statement execute function mark_charter();
create trigger service_marks after insert or update or delete on service
    for each statement execute function mark_charter();
create trigger calendar_marks after insert or update or delete on calendar
    for each statement execute function mark_charter();
create trigger commitment_marks after insert or update or delete on commitment
    for each statement execute function mark_charter();

alter table commitment
    add constraint commitment_amount check (amount >= 0),
    add constraint commitment_unit check (unit in (
        'working_minute', 'working_hour', 'working_day', 'calendar_day', 'month', 'immediate')),
    add constraint commitment_rule check (rule in ('elapsed', 'civil')),
    add constraint commitment_whom check (agency_id is null or level is null);
create unique index commitment_version on commitment
    (agency_id, level, service_id, effective_on) nulls not distinct;

alter table agency add constraint agency_days check (closes_on is null or closes_on >= opens_on);

alter table promise
    add constraint promise_state check (state in (
        'running', 'paused', 'finished', 'refused', 'withdrawn')),
    add constraint promise_ended check ((state in ('running', 'paused')) = (ended_at is null)),
    add constraint promise_order check (ended_at >= started_at),
    add constraint promise_round check (round >= 1);
create index promise_open_due on promise (due_at, id) where ended_at is null;
create index promise_agency_due on promise (agency_id, due_at, id);
-- A quarter is counted by reading its part of the table: ranges of blocks are enough, and cost
-- nothing where a million promises arrive at once.
create index promise_due on promise using brin (due_at);
create index promise_started on promise using brin (started_at);

create unique index promise_event_told on promise_event (promise_id, external_id)
    where external_id is not null;
-- Events are only ever found through their promise.
alter table promise_event drop constraint promise_event_pkey;
"""

BACKWARD = """
alter table promise_event add primary key (id);
drop index promise_event_told, promise_started, promise_due, promise_agency_due,
    promise_open_due, commitment_version;
alter table promise
    drop constraint promise_state, drop constraint promise_ended,
    drop constraint promise_order, drop constraint promise_round;
alter table agency drop constraint agency_days;
alter table commitment
    drop constraint commitment_amount, drop constraint commitment_unit,
    drop constraint commitment_rule, drop constraint commitment_whom;
drop trigger agency_marks on agency;
drop trigger service_marks on service;
drop trigger calendar_marks on calendar;
drop trigger commitment_marks on commitment;
drop trigger watch_append_only on watch;
drop trigger calendar_append_only on calendar;
drop trigger commitment_append_only on commitment;
drop trigger promise_event_append_only on promise_event;
drop function mark_charter, refuse_change;
delete from charter_mark;
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
