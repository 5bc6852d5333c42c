"""A commitment may name the calendar of its counter: two of one agency may keep different hours."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("sla", "0005_correction_rules")]
    operations = [
        ops.AddField(
            model_name="CommitmentRow",
            name="calendar_code",
            field=fields.CharField(null=True, max_length=40),
        ),
    ]
