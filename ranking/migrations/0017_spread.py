"""How answers spread over devices and networks, kept as numbers of sources without their names."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from ranking.method.spread import SourceKind
from ranking.models import Finding

RULES = """
alter table answer_spread add constraint answer_spread_counts check (residents > 0 and sources > 0);
"""
RULES_BACK = "alter table answer_spread drop constraint answer_spread_counts;"


class Migration(migrations.Migration):
    dependencies = [("ranking", "0016_invitations"), ("feedback", "0028_sources")]
    operations = [
        ops.CreateModel(
            name="SpreadRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("agency_id", fields.IntField()),
                ("day", fields.DateField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="DEVICE: device\nNETWORK: network",
                        enum_type=SourceKind,
                        max_length=10,
                    ),
                ),
                ("residents", fields.IntField()),
                ("sources", fields.IntField()),
            ],
            options={
                "table": "answer_spread",
                "app": "ranking",
                "unique_together": (("day", "agency_id", "kind", "residents"),),
                "pk_attr": "id",
                "table_description": "Of so many residents each, this many devices or networks answered about an agency on a day.",
            },
            bases=["Model"],
        ),
        ops.AlterField(
            model_name="QuarantineRow",
            name="finding",
            field=fields.CharEnumField(
                description="BURST: burst\nCOPIED: copied\nHASTY: hasty\nONE_SOURCE: one_source\nREPORTED: reported",
                enum_type=Finding,
                max_length=20,
            ),
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
