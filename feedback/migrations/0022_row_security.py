"""Each agency sees its own cases alone, whatever is asked: the second net behind the queries.

A case is of the agency that its entry in the lists names. The triggers which keep entries and
words work with their owner's rights: who hands a case on writes an entry it no longer sees.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Rows that name their agency.
OF_AGENCY = ("inbox_entry", "closure", "seen_batch")
# Rows about a case, by the column that names it.
OF_CASE = {
    "resident_case": "id",
    "message": "case_id",
    "timeline": "case_id",
    "attachment": "case_id",
    "answer_draft": "case_id",
    "outcome": "case_id",
    "reveal": "case_id",
    "hold": "case_id",
    "look": "case_id",
    "joined": "case_id",
    "identity.contact": "case_id",
    "identity.case_key": "case_id",
}
KEEPERS = (
    "inbox_add",
    "inbox_follow_case",
    "inbox_follow_promise",
    "inbox_follow_story",
    "inbox_forget_tone",
    "words_follow_case",
    "words_follow_messages",
)
OWN = "(select seen_agency()) in (0, agency_id)"
HELD = "(select seen_agency()) = 0 or holds({})"
RECEIVED = "(select seen_agency()) = 0 or (select opens_sealed())"
CONDITIONS = {
    **dict.fromkeys(OF_AGENCY, OWN),
    **{table: HELD.format(column) for table, column in OF_CASE.items()},
    "appeal": "(select seen_agency()) = 0 or holds(case_id) or holds(above_id)",
    "handed_over": RECEIVED,
    "sealed_reading": RECEIVED,
    "rating": "(select seen_agency()) = 0",
}
# Whoever decides an appeal reads what it is about, down to the first answer; whose answer that was
# reads what came of it. Who opens what is sealed is told of which case it was.
READ = {
    "appeal": "concerns(case_id)",
    "message": "concerns(case_id)",
    "resident_case": "concerns(id) or received(id)",
}
# A plan of its own, kept by the session: a subquery here would be planned with every statement.
FORWARD = "\n".join(
    [
        """
create function holds(wanted bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return exists (select from public.inbox_entry e
                   where e.case_id = wanted and e.agency_id = public.seen_agency());
end $$;
create function concerns(wanted bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return exists (
        with recursive above(id) as (
            select a.above_id from public.appeal a where a.case_id = wanted
            union
            select a.above_id from above join public.appeal a on a.case_id = above.id
        )
        select from above join public.inbox_entry e on e.case_id = above.id
        where e.agency_id = public.seen_agency()
    ) or exists (
        select from public.appeal a join public.inbox_entry e on e.case_id = a.case_id
        where a.above_id = wanted and e.agency_id = public.seen_agency()
    );
end $$;
create function received(wanted bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return public.opens_sealed()
        and exists (select from public.handed_over h where h.case_id = wanted);
end $$;
create function opens_sealed() returns boolean language sql stable parallel safe as $$
    select current_setting('hailong.sight', true) = 'receiver'
$$;
""",
        *(f"create policy sight on {table} using ({rule});" for table, rule in CONDITIONS.items()),
        *(
            f"create policy told on {table} for select using ({rule});"
            for table, rule in READ.items()
        ),
        *(f"alter table {table} enable row level security;" for table in CONDITIONS),
        *(
            f"alter function {name} security definer set search_path = public, pg_temp;"
            for name in KEEPERS
        ),
    ]
)
BACKWARD = "\n".join(
    [
        *(f"drop policy told on {table};" for table in READ),
        *(f"drop policy sight on {table};" for table in CONDITIONS),
        *(f"alter table {table} disable row level security;" for table in CONDITIONS),
        *(f"alter function {name} security invoker reset search_path;" for name in KEEPERS),
        "drop function received, concerns, opens_sealed, holds;",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0021_words_by_agency"), ("sla", "0010_sight")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
