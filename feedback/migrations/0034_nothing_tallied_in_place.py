"""A rating says nothing of its tallying any more: what is still to be tallied is noted beside it.

Its index held every rating that was ever given.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
drop index rating_untallied;
alter table rating drop constraint rating_revision;
alter table rating add constraint rating_revision check (revision >= 1);
"""
BACKWARD = """
alter table rating drop constraint rating_revision;
alter table rating add constraint rating_revision
    check (revision >= 1 and tallied_revision <= revision);
create index rating_untallied on rating (id) where tallied_revision < revision;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0033_sight_expected"), ("ranking", "0019_untallied")]
    operations = [
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
        ops.RemoveField(model_name="RatingRow", name="tallied_revision"),
        ops.RemoveField(model_name="RatingRow", name="tallied_overall"),
    ]
