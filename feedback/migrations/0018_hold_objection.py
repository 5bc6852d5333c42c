"""Who finds a refusal wrong may say so, and somebody else looks."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

OBJECTED = """
alter table hold add constraint hold_objected
    check ((objected_at is null) = (refused_by is null) and coalesce(by <> refused_by, true));
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0017_key_scopes")]

    initial = False

    operations = [
        ops.AddField(
            model_name="HoldRow", name="objected_at", field=fields.DatetimeField(null=True)
        ),
        ops.AddField(
            model_name="HoldRow",
            name="refused_by",
            field=fields.CharField(null=True, max_length=60),
        ),
        ops.RunSQL(OBJECTED, reverse_sql="alter table hold drop constraint hold_objected;"),
    ]
