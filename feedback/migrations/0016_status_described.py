"""A description that stays as it is when a status joins the others."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from feedback.lifecycle import CaseStatus


class Migration(migrations.Migration):
    dependencies = [("feedback", "0015_hold")]
    operations = [
        ops.AlterField(
            model_name="CaseRow",
            name="status",
            field=fields.CharEnumField(
                description="feedback.lifecycle", enum_type=CaseStatus, max_length=20
            ),
        ),
    ]
