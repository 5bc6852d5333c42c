"""Whoever sees every promise is known as such before any is read, by the planner too.

The rule is the same. As a question of its own, "sees all" is expected to hold for half of the rows;
an agency's number among two was expected of hardly any, and then each was looked up by itself.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
alter policy sight on promise
    using ((select seen_agency() = 0) or agency_id = (select seen_agency()));
"""
BACKWARD = """
alter policy sight on promise using ((select seen_agency()) in (0, agency_id));
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0014_corrections_of_a_promise")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
