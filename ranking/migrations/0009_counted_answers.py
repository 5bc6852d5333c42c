"""Answers are tallied one by one, so that nothing can be added twice; voices are counted of them.

Every rating is to be tallied anew: the sweep finds them, and until it has, so does whoever drafts.
"""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

FORWARD = """
create unique index stratum_once on stratum (kind, service_id, channel) nulls not distinct;
create index counted_answer_month on counted_answer (month, agency_id);
create index recount_period on recount (period, at);
alter table counted_answer add constraint counted_answer_level check (overall between 1 and 5);
update rating set tallied_revision = 0 where tallied_revision > 0;
"""

BACKWARD = """
update rating set tallied_revision = 0, tallied_overall = null where tallied_revision > 0;
alter table counted_answer drop constraint counted_answer_level;
drop index recount_period, counted_answer_month, stratum_once;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0008_edition_life_rules"), ("feedback", "0002_rules")]
    operations = [
        ops.CreateModel(
            name="StratumRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("kind", fields.CharField(max_length=10)),
                ("service_id", fields.IntField(null=True)),
                ("channel", fields.CharField(max_length=20)),
            ],
            options={
                "table": "stratum",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "One kind of work as it is told apart in counting: what it was, of which service, how it came.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CountedAnswerRow",
            fields=[
                (
                    "rating_id",
                    fields.BigIntField(
                        generated=False, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("voice", fields.BigIntField()),
                ("agency_id", fields.IntField()),
                ("stratum_id", fields.IntField()),
                ("given_on", fields.DateField()),
                ("month", fields.SmallIntField()),
                ("overall", fields.SmallIntField()),
                ("at_counter", fields.SmallIntField()),
            ],
            options={
                "table": "counted_answer",
                "app": "ranking",
                "pk_attr": "rating_id",
                "table_description": "What one rating counts as; none is here of a void closure. Narrow, for there are millions.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RecountRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("period", fields.CharField(max_length=10)),
                ("at", fields.DatetimeField()),
                ("answers", fields.IntField()),
                ("differing", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "recount",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "A quarter of tallied answers compared with the ratings: how many, and how many differed.",
            },
            bases=["Model"],
        ),
        ops.DeleteModel("VoiceRow"),
        ops.DeleteModel("TallyRow"),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
