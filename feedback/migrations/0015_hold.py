"""What looks like spam is held for a person's look, never dropped."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from feedback.models.holds import HoldDecision

RULES = """
alter table hold
    add constraint hold_reasons check (reasons <> ''),
    add constraint hold_decided check (
        (decided_at is null) = (decision is null) and (decided_at is null) = (by is null));
create index hold_unreleased on hold (case_id) where decision is distinct from 'released';
"""
RULES_BACK = """
drop index hold_unreleased;
alter table hold drop constraint hold_decided, drop constraint hold_reasons;
"""
TOLD = "A case its agency does not see until a coordinator has looked; its clock runs all the same."


class Migration(migrations.Migration):
    dependencies = [("feedback", "0014_head")]

    initial = False

    operations = [
        ops.CreateModel(
            name="HoldRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "case",
                    fields.OneToOneField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="hold",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reasons", fields.CharField(max_length=100)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "decision",
                    fields.CharEnumField(
                        null=True,
                        description="\n".join(f"{one.name}: {one.value}" for one in HoldDecision),
                        enum_type=HoldDecision,
                        max_length=20,
                    ),
                ),
                ("by", fields.CharField(null=True, max_length=60)),
            ],
            options={
                "table": "hold",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD,
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
