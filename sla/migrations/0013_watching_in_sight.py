"""Row security asks whose each promise is: the index of those to be watched knows it too."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
drop index promise_watch;
create index promise_watch on promise (watch_at, id) include (agency_id, kind)
    where watch_at is not null;
"""
BACKWARD = """
drop index promise_watch;
create index promise_watch on promise (watch_at, id) where watch_at is not null;
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0012_sight_of_promises")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
