from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from ranking.models import Finding, QuarantineState


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0007_inbox"),
        ("ranking", "0002_rules"),
        ("sla", "0007_calendar_versions"),
    ]

    initial = False

    operations = [
        ops.CreateModel(
            name="QuarantineRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("key", fields.CharField(unique=True, max_length=120)),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="quarantines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "finding",
                    fields.CharEnumField(
                        description="BURST: burst\nCOPIED_TEXT: copied_text\nCOUNTER_RUN: counter_run\nREPORTED: reported",
                        enum_type=Finding,
                        max_length=20,
                    ),
                ),
                ("evidence", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ratings", fields.IntField()),
                (
                    "state",
                    fields.CharEnumField(
                        description="HELD: held\nEXCLUDED: excluded\nRELEASED: released",
                        enum_type=QuarantineState,
                        max_length=10,
                    ),
                ),
                ("found_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("found_by", fields.CharField(max_length=60)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "quarantine",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "Answers set aside together for one reason; `state` follows from the decisions.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QuarantineDecisionRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "quarantine",
                    fields.ForeignKeyField(
                        "ranking.QuarantineRow",
                        source_field="quarantine_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="decisions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "verdict",
                    fields.CharEnumField(
                        description="HELD: held\nEXCLUDED: excluded\nRELEASED: released",
                        enum_type=QuarantineState,
                        max_length=10,
                    ),
                ),
                ("reason", fields.CharField(max_length=20)),
                ("note", fields.CharField(default="", max_length=1000)),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "quarantine_decision",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "What one person said about one quarantine; append-only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QuarantinedRatingRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "quarantine",
                    fields.ForeignKeyField(
                        "ranking.QuarantineRow",
                        source_field="quarantine_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="members",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "rating",
                    fields.ForeignKeyField(
                        "feedback.RatingRow",
                        source_field="rating_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="quarantines",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "quarantined_rating",
                "app": "ranking",
                "unique_together": (("quarantine", "rating"),),
                "pk_attr": "id",
                "table_description": "One answer in one quarantine; append-only.",
            },
            bases=["Model"],
        ),
    ]
