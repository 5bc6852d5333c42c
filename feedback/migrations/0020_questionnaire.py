"""The questions residents are asked become data of the city: versions, each from its day on."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

RULES = """
create trigger questionnaire_append_only before update or delete on questionnaire
    for each row execute function refuse_change();
create trigger questionnaire_not_emptied before truncate on questionnaire
    for each statement execute function refuse_change();
alter table questionnaire
    add constraint questionnaire_version check (version ~ '^[a-z0-9][a-z0-9.-]*$');
"""
RULES_BACK = """
alter table questionnaire drop constraint questionnaire_version;
drop trigger questionnaire_not_emptied on questionnaire;
drop trigger questionnaire_append_only on questionnaire;
"""
TOLD = "One version, asked from its day (UTC) on until the next; append-only."


class Migration(migrations.Migration):
    dependencies = [("feedback", "0019_webhooks")]

    initial = False

    operations = [
        ops.CreateModel(
            name="QuestionnaireRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("version", fields.CharField(unique=True, max_length=20)),
                ("effective_on", fields.DateField(unique=True)),
                ("words", fields.JSONField()),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(default="", max_length=1000)),
            ],
            options={
                "table": "questionnaire",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD,
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
