"""A published edition learns the digest of its files once, when these are written; nothing else."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create or replace function refuse_published() returns trigger language plpgsql as $$
begin
    if old.status = 'published' and not (
        tg_op = 'UPDATE' and old.manifest_digest is null and new.manifest_digest is not null
        and to_jsonb(new) - 'manifest_digest' = to_jsonb(old) - 'manifest_digest') then
        raise exception 'a published edition never changes' using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
"""

BACKWARD = """
create or replace function refuse_published() returns trigger language plpgsql as $$
begin
    if old.status = 'published' then
        raise exception 'a published edition never changes' using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0004_quarantine_rules")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
