"""A commitment may be withdrawn from a day on: a further version that promises nothing."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("sla", "0008_milestones")]
    operations = [
        ops.AddField(
            model_name="CommitmentRow",
            name="is_withdrawn",
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
