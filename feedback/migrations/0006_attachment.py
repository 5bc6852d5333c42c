from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from feedback.models import PictureState

RULES = """
alter table attachment
    add constraint attachment_state check (state in ('waiting', 'ready', 'refused')),
    add constraint attachment_reason check ((reason <> '') = (state = 'refused')),
    add constraint attachment_size check (size >= 0),
    add constraint attachment_drawn check (
        (state = 'ready') = (width is not null and height is not null)),
    add constraint attachment_settled check (settled_at >= at);
create index attachment_case on attachment (case_id, id);
create index attachment_waiting on attachment (id) where state = 'waiting';
create index attachment_visitor on attachment (visitor, at) where visitor is not null;
"""
RULES_BACK = """
drop index attachment_visitor, attachment_waiting, attachment_case;
alter table attachment
    drop constraint attachment_state, drop constraint attachment_reason,
    drop constraint attachment_size, drop constraint attachment_drawn,
    drop constraint attachment_settled;
"""
TOLD = "One file somebody sent to a case."


class Migration(migrations.Migration):
    dependencies = [("feedback", "0005_appeals_and_notices")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AttachmentRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "case",
                    fields.ForeignKeyField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="attachments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(unique=True, max_length=32)),
                ("by", fields.CharField(max_length=60)),
                ("visitor", fields.BinaryField(null=True)),
                (
                    "state",
                    fields.CharEnumField(
                        description="WAITING: waiting\nREADY: ready\nREFUSED: refused",
                        enum_type=PictureState,
                        max_length=10,
                    ),
                ),
                ("reason", fields.CharField(default="", max_length=20)),
                ("sealed", fields.BinaryField()),
                ("size", fields.IntField()),
                ("width", fields.IntField(null=True)),
                ("height", fields.IntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "settled_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "attachment",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD,
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
