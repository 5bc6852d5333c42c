from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("sla", "0003_watching")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CorrectionRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "promise",
                    fields.ForeignKeyField(
                        "sla.PromiseRow",
                        source_field="promise_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("round", fields.SmallIntField()),
                ("told_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=1000)),
                ("requested_by", fields.CharField(max_length=60)),
                ("requested_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.CharField(null=True, max_length=60)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("is_approved", fields.BooleanField(null=True)),
                ("answer", fields.CharField(default="", max_length=1000)),
            ],
            options={
                "table": "correction",
                "app": "sla",
                "pk_attr": "id",
                "table_description": "A request to correct the time of an end, and what a second person decided; append-only.",
            },
            bases=["Model"],
        ),
    ]
