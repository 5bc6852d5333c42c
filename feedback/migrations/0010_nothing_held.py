"""No case is held back: what would hold one does not exist."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("feedback", "0009_inbox_ends")]

    initial = False

    operations = [
        ops.RunSQL(
            "drop index case_held",
            reverse_sql="create index case_held on resident_case (held_at, id)"
            " where held_at is not null",
        ),
        ops.RemoveField(model_name="CaseRow", name="held_at"),
    ]
