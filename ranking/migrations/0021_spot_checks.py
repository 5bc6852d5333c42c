"""The seed by which spot checks of a period are drawn: set with its terms, told when it is published."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ranking", "0020_recount_in_acts"), ("feedback", "0031_spot_checks")]

    initial = False

    operations = [
        ops.AddField(
            model_name="PeriodRow",
            name="seed",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.RunSQL(
            "alter table period add constraint period_seed check (seed ~ '^[0-9a-f]{64}$');",
            reverse_sql="alter table period drop constraint period_seed;",
        ),
    ]
