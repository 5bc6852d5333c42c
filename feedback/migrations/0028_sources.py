"""From which device and network an answer came: two numbers of one day, null again the night after."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

RULES = """
alter table rating add constraint rating_source check (network is null or device is not null);
create index rating_with_source on rating (given_at) where device is not null;
"""
RULES_BACK = """
drop index rating_with_source;
alter table rating drop constraint rating_source;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0027_invitation")]
    operations = [
        ops.AddField(model_name="RatingRow", name="device", field=fields.IntField(null=True)),
        ops.AddField(model_name="RatingRow", name="network", field=fields.IntField(null=True)),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
