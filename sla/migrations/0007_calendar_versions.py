"""Who brought a version of a calendar in, and why."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("sla", "0006_counter_calendars")]
    operations = [
        ops.AddField(
            model_name="CalendarRow",
            name="published_by",
            field=fields.CharField(default="", db_default="", max_length=60),
        ),
        ops.AddField(
            model_name="CalendarRow",
            name="reason",
            field=fields.CharField(default="", db_default="", max_length=1000),
        ),
    ]
