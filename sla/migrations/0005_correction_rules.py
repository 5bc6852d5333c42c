"""What always holds of corrections: asked by one, decided once by another, never undone."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create function refuse_second_decision() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.decided_at is not null
       or (new.promise_id, new.agency_id, new.round, new.told_at, new.ended_at, new.reason,
           new.requested_by, new.requested_at)
          is distinct from
          (old.promise_id, old.agency_id, old.round, old.told_at, old.ended_at, old.reason,
           old.requested_by, old.requested_at) then
        raise exception 'correction is append-only' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger correction_append_only before update or delete on correction
    for each row execute function refuse_second_decision();

alter table correction
    add constraint correction_reason check (reason <> ''),
    add constraint correction_two_persons check (decided_by <> requested_by),
    add constraint correction_decided check (
        (decided_at is null) = (decided_by is null) and (decided_at is null) = (is_approved is null)),
    add constraint correction_times check (decided_at >= requested_at and ended_at <= requested_at);
create unique index correction_open on correction (promise_id) where decided_at is null;
create index correction_decided_at on correction (decided_at, agency_id);
"""

BACKWARD = """
drop index correction_decided_at, correction_open;
alter table correction
    drop constraint correction_reason, drop constraint correction_two_persons,
    drop constraint correction_decided, drop constraint correction_times;
drop trigger correction_append_only on correction;
drop function refuse_second_decision;
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0004_correction")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
