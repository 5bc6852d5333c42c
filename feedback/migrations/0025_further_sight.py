"""Templates, webhooks and the outbox are kept apart too; and auditors have a sight."""

from tortoise import migrations
from tortoise.migrations import operations as ops

SEEN = """
create or replace function seen_agency() returns int language sql stable parallel safe as $$
    select case
        when current_setting('hailong.sight', true) in ({all_seeing}) then 0
        when current_setting('hailong.sight', true) like 'agency:%'
            then substr(current_setting('hailong.sight', true), 8)::int
    end
$$;
"""
OWN = "(select seen_agency()) in (0, agency_id)"
SIGHT = {
    "answer_template": OWN,
    "webhook": OWN,
    "webhook_delivery": "(select seen_agency()) = 0 or calls(webhook_id)",
    "notice": "(select seen_agency()) = 0",
}
READ = {"answer_template": "agency_id is null"}
# Whoever works owes notices, and reads none.
OWED = "create policy owed on notice for insert with check (true);"
FORWARD = "\n".join(
    [
        SEEN.format(all_seeing="'system', 'resident', 'city', 'auditor'"),
        """
create function calls(wanted int) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return exists (select from public.webhook w
                   where w.id = wanted and w.agency_id = public.seen_agency());
end $$;
-- What is owed to both ends of a transfer says who holds the case now.
create function webhooks_now_held_by(chosen bigint, moment timestamptz, told text, holder text)
returns void language sql security definer set search_path = public, pg_temp as $$
    update webhook_delivery d set facts = d.facts || jsonb_build_object('agency', holder)
    from resident_case c
    where c.id = chosen and d.owed_at = moment and d.kind = told
      and d.facts ->> 'reference' = c.reference
$$;
""",
        *(f"create policy sight on {table} using ({rule});" for table, rule in SIGHT.items()),
        *(
            f"create policy beyond on {table} for select using ({rule});"
            for table, rule in READ.items()
        ),
        OWED,
        *(f"alter table {table} enable row level security;" for table in SIGHT),
    ]
)
BACKWARD = "\n".join(
    [
        "drop policy owed on notice;",
        *(f"drop policy beyond on {table};" for table in READ),
        *(f"drop policy sight on {table};" for table in SIGHT),
        *(f"alter table {table} disable row level security;" for table in SIGHT),
        "drop function webhooks_now_held_by, calls;",
        SEEN.format(all_seeing="'system', 'resident', 'city'"),
    ]
)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0024_policies_in_order")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
