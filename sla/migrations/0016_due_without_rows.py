"""How many promises of an agency fell due is read from the index alone: what policies ask is in it."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
drop index promise_agency_due;
create index promise_agency_due on promise (agency_id, due_at, id) include (kind);
"""
BACKWARD = """
drop index promise_agency_due;
create index promise_agency_due on promise (agency_id, due_at, id);
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0015_sight_expected")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
