"""Promises, their events and what was noted of their deadlines are shown to whoever holds them.

Who hands a promise on sees it no more, and row security lets nobody write a row they would not
see: `hand_promise` does that last step with its owner's rights, for who sees the promise alone.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Rows about a promise, by the column that names it.
OF_PROMISE = ("promise_event", "watch")
FORWARD = "\n".join(
    [
        """
create function holds_promise(wanted bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return exists (select from public.promise p
                   where p.id = wanted and p.agency_id = public.seen_agency());
end $$;
-- Volatile, and so aware of a promise that begins in the same statement as its first event.
create function may_tell_of(wanted bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    return exists (select from public.promise p
                   where p.id = wanted and p.agency_id = public.seen_agency());
end $$;
create function hand_promise(wanted bigint, heir int) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    update public.promise set agency_id = heir
    where id = wanted and public.seen_agency() in (0, agency_id);
    if not found then
        raise insufficient_privilege using message = 'the promise is of another agency';
    end if;
end $$;
create policy sight on promise using ((select seen_agency()) in (0, agency_id));
alter table promise enable row level security;
""",
        *(
            f"create policy sight on {table} for select"
            " using ((select seen_agency()) = 0 or holds_promise(promise_id));"
            f"create policy told on {table} for insert"
            " with check ((select seen_agency()) = 0 or may_tell_of(promise_id));"
            f"alter table {table} enable row level security;"
            for table in OF_PROMISE
        ),
    ]
)
BACKWARD = "\n".join(
    [
        *(
            f"drop policy told on {table}; drop policy sight on {table};"
            f"alter table {table} disable row level security;"
            for table in OF_PROMISE
        ),
        "drop policy sight on promise;",
        "alter table promise disable row level security;",
        "drop function hand_promise, may_tell_of, holds_promise;",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("sla", "0011_applicant")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
