"""What was counted of an agency in a window is kept, and marked by whatever changes beneath it.

A mark is only ever appended, by triggers of whole statements, in the transaction of the change: it
is there if and only if the change is, nobody waits for anybody, and to take one twice does no harm.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# Whoever held a promise that was handed on answers for a part of it.
HOLDERS = """select a.id from promise_event e
        join agency a on a.code = coalesce(e.detail ->> 'to', e.detail ->> 'holder')
        where e.promise_id = {of} and e.kind in ('started', 'transferred')"""
HANDED_ON = (
    "exists (select from promise_event t where t.promise_id = {of} and t.kind = 'transferred')"
)
FUNCTION = "returns trigger language plpgsql security definer set search_path = public, pg_temp"
STATEMENT = "for each statement execute function"

FORWARD = f"""
create index promise_event_apart on promise_event (promise_id, kind)
    where kind in ('transferred', 'paused');
create index tally_stale on tally (what, starts_at, ends_at) where is_stale;

create function tally_mark_begun_promises() {FUNCTION} as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select agency_id, min(started_at), case when bool_and(ended_at is not null)
        then max(greatest(started_at, due_at, ended_at)) end
    from new_rows where kind <> 'milestone' group by agency_id;
    return null;
end $$;
create trigger tally_begun after insert on promise
    referencing new table as new_rows {STATEMENT} tally_mark_begun_promises();

-- What only ended, or ended at another time, looks as before to whoever looked up to then.
create function tally_mark_changed_promises() {FUNCTION} as $$
begin
    insert into tally_mark (agency_id, since_at, seen_at)
    with changed as (
        select n.id, n.agency_id, o.agency_id as former,
               least(o.started_at, n.started_at) as since_at,
               {HANDED_ON.format(of="n.id")} as is_handed_on,
               (o.agency_id, o.kind, o.started_at, o.due_at, o.extended_until)
                   is not distinct from
               (n.agency_id, n.kind, n.started_at, n.due_at, n.extended_until) as ends_only,
               least(o.ended_at, n.ended_at) as ends_at
        from old_rows o join new_rows n using (id)
        where (o.agency_id, o.kind, o.started_at, o.due_at, o.extended_until, o.ended_at, o.state)
            is distinct from
              (n.agency_id, n.kind, n.started_at, n.due_at, n.extended_until, n.ended_at, n.state)
    )
    select distinct of.id, c.since_at, case when c.ends_only and not c.is_handed_on then c.ends_at end
    from changed c, lateral (
        select c.agency_id as id union select c.former
        union {HOLDERS.format(of="c.id")} and c.is_handed_on) as of;
    return null;
end $$;
create trigger tally_changed after update on promise
    referencing old table as old_rows new table as new_rows {STATEMENT} tally_mark_changed_promises();

create function tally_mark_told_events() {FUNCTION} as $$
begin
    insert into tally_mark (agency_id, since_at)
    select of.id, min(p.started_at)
    from (select distinct promise_id from new_rows
          where kind not in ('started', 'finished', 'refused', 'withdrawn')) as n
    join promise p on p.id = n.promise_id, lateral (
        select p.agency_id as id
        union {HOLDERS.format(of="p.id")} and {HANDED_ON.format(of="p.id")}) as of
    group by 1;
    return null;
end $$;
create trigger tally_told after insert on promise_event
    referencing new table as new_rows {STATEMENT} tally_mark_told_events();

create function tally_mark_handed_over() {FUNCTION} as $$
begin
    insert into tally_mark (agency_id, since_at)
    select of.id, p.started_at
    from new_rows n join resident_case c on c.id = n.case_id
    join promise p on p.id = c.promise_id, lateral (
        select p.agency_id as id union {HOLDERS.format(of="p.id")}) as of;
    return null;
end $$;
create trigger tally_handed_over after insert on handed_over
    referencing new table as new_rows {STATEMENT} tally_mark_handed_over();

create function tally_mark_closures() {FUNCTION} as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select agency_id, min(closed_at), max(closed_at) from new_rows group by agency_id;
    return null;
end $$;
create trigger tally_closed after insert on closure
    referencing new table as new_rows {STATEMENT} tally_mark_closures();

create function tally_mark_changed_closures() {FUNCTION} as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select distinct of.agency_id, of.closed_at, of.closed_at
    from old_rows o join new_rows n using (id), lateral (values
        (o.agency_id, o.closed_at), (n.agency_id, n.closed_at)) as of (agency_id, closed_at)
    where (o.agency_id, o.resident, o.channel, o.service_id, o.closed_at, o.void_at)
        is distinct from (n.agency_id, n.resident, n.channel, n.service_id, n.closed_at, n.void_at);
    return null;
end $$;
create trigger tally_closure_changed after update on closure
    referencing old table as old_rows new table as new_rows {STATEMENT} tally_mark_changed_closures();

create function tally_mark_quarantined() {FUNCTION} as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select distinct c.agency_id, c.closed_at, c.closed_at
    from new_rows n join rating r on r.id = n.rating_id join closure c on c.id = r.closure_id;
    return null;
end $$;
create trigger tally_quarantined after insert on quarantined_rating
    referencing new table as new_rows {STATEMENT} tally_mark_quarantined();

create function tally_mark_quarantines() {FUNCTION} as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select distinct c.agency_id, c.closed_at, c.closed_at
    from old_rows o join new_rows n using (id)
    join quarantined_rating m on m.quarantine_id = n.id
    join rating r on r.id = m.rating_id join closure c on c.id = r.closure_id
    where o.state <> n.state;
    return null;
end $$;
create trigger tally_quarantine after update on quarantine
    referencing old table as old_rows new table as new_rows {STATEMENT} tally_mark_quarantines();

-- The kinds of work are called by the fields of services.
create function tally_mark_services() {FUNCTION} as $$
begin
    insert into tally_mark (since_at)
    select timestamptz '0001-01-01 00:00+00'
    where exists (select from old_rows o join new_rows n using (id) where o.field <> n.field);
    return null;
end $$;
create trigger tally_service after update on service
    referencing old table as old_rows new table as new_rows {STATEMENT} tally_mark_services();
"""  # noqa: S608 -- made of constants
TRIGGERS = {
    "promise": ("tally_begun", "tally_changed"),
    "promise_event": ("tally_told",),
    "handed_over": ("tally_handed_over",),
    "closure": ("tally_closed", "tally_closure_changed"),
    "quarantined_rating": ("tally_quarantined",),
    "quarantine": ("tally_quarantine",),
    "service": ("tally_service",),
}
BACKWARD = (
    "".join(f"drop trigger {name} on {of};\n" for of, names in TRIGGERS.items() for name in names)
    + """
drop function tally_mark_begun_promises(), tally_mark_changed_promises(), tally_mark_told_events(),
    tally_mark_handed_over(), tally_mark_closures(), tally_mark_changed_closures(), tally_mark_quarantined(),
    tally_mark_quarantines(), tally_mark_services();
drop index promise_event_apart, tally_stale;
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("ranking", "0010_subscription"),
        ("feedback", "0004_handed_over"),
        ("sla", "0001_initial"),
    ]
    operations = [
        ops.CreateModel(
            name="TallyRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("agency_id", fields.IntField()),
                ("what", fields.CharField(max_length=4)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("cutoff_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("shape", fields.CharField(max_length=16)),
                ("body", fields.TextField(unique=False)),
                ("is_stale", fields.BooleanField(default=False)),
            ],
            options={
                "table": "tally",
                "app": "ranking",
                "unique_together": (("agency_id", "what", "starts_at", "ends_at"),),
                "pk_attr": "id",
                "table_description": "What was counted of one agency in one window, of its answers or of its promises.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TallyMarkRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("agency_id", fields.IntField(null=True)),
                ("since_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "tally_mark",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "Something changed that tallies are counted from; written by triggers, only ever appended.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
