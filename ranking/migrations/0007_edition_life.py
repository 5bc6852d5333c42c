"""What happens around an edition: wishes, previews, objections, replies, and plans that follow."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from ranking.models import ObjectionState, WishKind


class Migration(migrations.Migration):
    dependencies = [("ranking", "0006_fewer_findings"), ("sla", "0008_milestones")]
    operations = [
        ops.CreateModel(
            name="EditionWishRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="DRAFT: draft\nCORRECTION: correction",
                        enum_type=WishKind,
                        max_length=12,
                    ),
                ),
                ("period", fields.CharField(max_length=10)),
                ("reason", fields.CharField(default="", db_default="", max_length=1000)),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField()),
                ("done_at", fields.DatetimeField(null=True)),
                ("edition", fields.CharField(null=True, max_length=20)),
                ("fault", fields.CharField(null=True, max_length=60)),
            ],
            options={
                "table": "edition_wish",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "Somebody wishes for a draft; a job makes it and notes what came of it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ObjectionRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("edition", fields.CharField(db_index=True, max_length=20)),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        to_field="id",
                        related_name="objections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("about", fields.CharField(max_length=20)),
                ("text", fields.CharField(max_length=4000)),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField()),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nUPHELD: upheld\nDECLINED: declined",
                        enum_type=ObjectionState,
                        max_length=10,
                    ),
                ),
                ("answer", fields.CharField(default="", db_default="", max_length=1000)),
                ("decided_by", fields.CharField(null=True, max_length=60)),
                ("decided_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "objection",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "What an agency contests in its own figures, and what another person decided.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PlanVersionRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("edition", fields.CharField(max_length=20)),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        to_field="id",
                        related_name="plans",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.SmallIntField()),
                ("cause", fields.CharField(max_length=4000)),
                ("goal", fields.CharField(max_length=1000)),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField()),
            ],
            options={
                "table": "plan_version",
                "app": "ranking",
                "unique_together": (("edition", "agency", "number"),),
                "pk_attr": "id",
                "table_description": "One version of what an agency means to do about a low band; append-only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MeasureRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "version",
                    fields.ForeignKeyField(
                        "ranking.PlanVersionRow",
                        source_field="version_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="measures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("text", fields.CharField(max_length=1000)),
                ("owner", fields.CharField(max_length=200)),
                ("due_on", fields.DateField()),
                (
                    "promise",
                    fields.ForeignKeyField(
                        "sla.PromiseRow",
                        source_field="promise_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="measures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "plan_measure",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "One measure of a plan, with who answers for it; its day is a promise. Append-only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MeasureReportRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "measure",
                    fields.OneToOneField(
                        "ranking.MeasureRow",
                        source_field="measure_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="report",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("is_done", fields.BooleanField()),
                ("text", fields.CharField(max_length=1000)),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField()),
            ],
            options={
                "table": "plan_report",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "That a measure is done, with what shows it, or was dropped, with the reason; append-only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReplyRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("edition", fields.CharField(db_index=True, max_length=20)),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        to_field="id",
                        related_name="replies",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("text", fields.CharField(max_length=4000)),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField()),
                ("withheld", fields.CharField(null=True, max_length=1000)),
                ("withheld_by", fields.CharField(null=True, max_length=60)),
                ("withheld_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "agency_reply",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "What an agency says to its result; the last one is published with the edition.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="EditionRow",
            name="fence",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="EditionRow",
            name="preview_at",
            field=fields.DatetimeField(null=True),
        ),
        ops.AddField(
            model_name="EditionRow",
            name="waived",
            field=fields.CharField(default="", db_default="", max_length=1000),
        ),
        ops.AddField(
            model_name="PeriodRow",
            name="publish_on",
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name="PeriodRow",
            name="terms",
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name="PeriodRow",
            name="terms_digest",
            field=fields.CharField(null=True, max_length=64),
        ),
    ]
