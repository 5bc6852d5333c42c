"""A measure of an improvement plan is a promise of its own kind."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from sla.models import PromiseKind


class Migration(migrations.Migration):
    dependencies = [("sla", "0007_calendar_versions")]
    operations = [
        ops.AlterField(
            model_name="PromiseRow",
            name="kind",
            field=fields.CharEnumField(
                description="CASE: case\nDOSSIER: dossier\nMILESTONE: milestone",
                enum_type=PromiseKind,
                max_length=10,
            ),
        ),
    ]
