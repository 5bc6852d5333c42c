"""A stratum also tells for whom a dossier was handed in: a person or a business."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

FORWARD = """
drop index stratum_once;
create unique index stratum_once on stratum (kind, service_id, channel, applicant)
    nulls not distinct;
"""
BACKWARD = """
drop index stratum_once;
create unique index stratum_once on stratum (kind, service_id, channel) nulls not distinct;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0014_marks_always"), ("sla", "0011_applicant")]
    operations = [
        ops.AddField(
            model_name="StratumRow",
            name="applicant",
            field=fields.CharField(max_length=10, default="", db_default=""),
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
