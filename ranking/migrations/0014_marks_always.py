"""Marks of what is to be counted anew are set by imports too, which leave other triggers out.

And by the end of a promise about whose result somebody was asked already: what is known of those
who answered says how their case ended, whenever that was.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

TRIGGERS = {
    "promise": ("tally_begun", "tally_changed", "tally_asked_about"),
    "promise_event": ("tally_told",),
    "handed_over": ("tally_handed_over",),
    "closure": ("tally_closed", "tally_closure_changed"),
    "quarantined_rating": ("tally_quarantined",),
    "quarantine": ("tally_quarantine",),
    "service": ("tally_service",),
}

ASKED_ABOUT = """
create function tally_mark_asked_about() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select c.agency_id, min(c.closed_at), max(c.closed_at)
    from old_rows o join new_rows n using (id) join closure c on c.promise_id = n.id
    where c.void_at is null
      and (o.due_at, o.ended_at, o.state) is distinct from (n.due_at, n.ended_at, n.state)
    group by 1;
    return null;
end $$;
create trigger tally_asked_about after update on promise
    referencing old table as old_rows new table as new_rows
    for each statement execute function tally_mark_asked_about();
"""
NO_LONGER = """
drop trigger tally_asked_about on promise;
drop function tally_mark_asked_about;
"""


def _each(how: str) -> str:
    return "\n".join(
        f"alter table {table} {how} trigger {name};"
        for table, names in TRIGGERS.items()
        for name in names
    )


class Migration(migrations.Migration):
    dependencies = [("ranking", "0013_results")]
    operations = [
        ops.RunSQL(ASKED_ABOUT + _each("enable always"), reverse_sql=_each("enable") + NO_LONGER)
    ]
