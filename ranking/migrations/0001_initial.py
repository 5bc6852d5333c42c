from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from ranking.models import EditionStatus


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]
    initial = True

    operations = [
        ops.CreateModel(
            name="PeriodRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("name", fields.CharField(unique=True, max_length=10)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("cutoff_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("config", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("config_digest", fields.CharField(max_length=64)),
                ("committed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "period",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "A reporting period with the configuration committed for it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EditionRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("name", fields.CharField(unique=True, max_length=20)),
                (
                    "period",
                    fields.ForeignKeyField(
                        "ranking.PeriodRow",
                        source_field="period_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="editions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="DRAFT: draft\nPUBLISHED: published",
                        enum_type=EditionStatus,
                        max_length=10,
                    ),
                ),
                ("body", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("drafted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "published_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("published_by", fields.CharField(null=True, max_length=60)),
                ("manifest_digest", fields.CharField(null=True, max_length=64)),
                (
                    "supersedes",
                    fields.ForeignKeyField(
                        "ranking.EditionRow",
                        source_field="supersedes_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "edition",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "A period frozen: `body` is all its pages and files are made from.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TallyRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tallies",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("period", fields.CharField(max_length=10)),
                ("level_1", fields.IntField()),
                ("level_2", fields.IntField()),
                ("level_3", fields.IntField()),
                ("level_4", fields.IntField()),
                ("level_5", fields.IntField()),
            ],
            options={
                "table": "tally",
                "app": "ranking",
                "unique_together": (("agency", "period"),),
                "pk_attr": "id",
                "table_description": "How often each level 1 to 5 was given to one agency in one period, as last tallied.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="VoiceRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="voices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("period", fields.CharField(max_length=10)),
                ("resident", fields.BinaryField()),
                ("ratings", fields.IntField()),
                ("satisfied", fields.IntField()),
            ],
            options={
                "table": "voice",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "One resident's counted ratings of one agency in one period: one voice, however many.",
            },
            bases=["Model"],
        ),
    ]
