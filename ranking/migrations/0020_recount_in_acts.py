"""How far a quarter that is being counted again has come: it takes many acts, and survives each."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ranking", "0019_untallied")]
    operations = [
        ops.CreateModel(
            name="RecountBegunRow",
            fields=[
                (
                    "period",
                    fields.CharField(max_length=10, primary_key=True, unique=True, db_index=True),
                ),
                ("at", fields.DatetimeField()),
                ("after", fields.IntField()),
                ("ends", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("answers", fields.IntField()),
                ("differing", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "recount_begun",
                "app": "ranking",
                "pk_attr": "period",
                "table_description": "A quarter that is being counted again: the agencies that are done, and what was found.",
            },
            bases=["Model"],
        ),
    ]
