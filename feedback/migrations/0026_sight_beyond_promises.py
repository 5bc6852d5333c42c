"""Who reads a case beyond their own reads what was promised about it too: when it is due, and whose
it is. What is promised to the public, the measures of a plan, anybody of the staff may read.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create function promised_beyond(wanted bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return exists (select from public.resident_case c where c.promise_id = wanted
                   and (public.concerns(c.id) or public.received(c.id)));
end $$;
create policy beyond on promise for select
    using (kind = 'milestone'
           or ((select seen_agency()) > 0 or (select opens_sealed())) and promised_beyond(id));
"""
BACKWARD = """
drop policy beyond on promise;
drop function promised_beyond;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0025_further_sight"), ("sla", "0012_sight_of_promises")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
