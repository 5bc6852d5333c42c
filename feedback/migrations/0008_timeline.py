"""A line of a timeline may lose its small facts, and nothing else of it ever changes."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create or replace function timeline_keeps() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.detail = '{}'::jsonb
        and to_jsonb(new) - 'detail' = to_jsonb(old) - 'detail' then
        return new;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
"""
# What stood there before failed on every update: the strict rule is the same to whoever goes back.
BACKWARD = """
create or replace function timeline_keeps() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0007_inbox")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
