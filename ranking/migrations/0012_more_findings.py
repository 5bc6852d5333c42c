from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from ranking.models import Finding


class Migration(migrations.Migration):
    dependencies = [("ranking", "0011_tallies")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="QuarantineRow",
            name="finding",
            field=fields.CharEnumField(
                description="BURST: burst\nCOPIED: copied\nHASTY: hasty\nREPORTED: reported",
                enum_type=Finding,
                max_length=20,
            ),
        ),
    ]
