"""What always holds of quarantines: nothing said is unsaid, and two persons settle one."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create function refuse_quarantine_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.state <> 'held'
       or (new.key, new.agency_id, new.finding, new.evidence, new.starts_at, new.ends_at,
           new.ratings, new.found_at, new.found_by)
          is distinct from
          (old.key, old.agency_id, old.finding, old.evidence, old.starts_at, old.ends_at,
           old.ratings, old.found_at, old.found_by) then
        raise exception 'quarantine is append-only' using errcode = 'restrict_violation';
    end if;
    if new.state <> 'held' and (
        select count(distinct by) from quarantine_decision
        where quarantine_id = new.id and verdict = new.state) < 2 then
        raise exception 'two persons settle a quarantine' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger quarantine_append_only before update or delete on quarantine
    for each row execute function refuse_quarantine_change();

create trigger quarantined_rating_append_only before update or delete on quarantined_rating
    for each row execute function refuse_change();
create trigger quarantine_decision_append_only before update or delete on quarantine_decision
    for each row execute function refuse_change();

alter table quarantine
    add constraint quarantine_some check (ratings > 0),
    add constraint quarantine_times check (starts_at < ends_at),
    add constraint quarantine_settled check ((state = 'held') = (settled_at is null));
alter table quarantine_decision
    add constraint quarantine_decision_verdict check (verdict in ('excluded', 'released')),
    add constraint quarantine_decision_reason check (reason <> '');
create unique index quarantine_decision_once on quarantine_decision (quarantine_id, by);
create index quarantined_rating_rating on quarantined_rating (rating_id);
"""

BACKWARD = """
drop index quarantined_rating_rating, quarantine_decision_once;
alter table quarantine_decision
    drop constraint quarantine_decision_reason, drop constraint quarantine_decision_verdict;
alter table quarantine
    drop constraint quarantine_settled, drop constraint quarantine_times,
    drop constraint quarantine_some;
drop trigger quarantine_decision_append_only on quarantine_decision;
drop trigger quarantined_rating_append_only on quarantined_rating;
drop trigger quarantine_append_only on quarantine;
drop function refuse_quarantine_change;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0003_quarantine"), ("sla", "0002_rules")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
