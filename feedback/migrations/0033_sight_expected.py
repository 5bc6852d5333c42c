"""Who sees every closure and rating is known before any is read, as with promises: the rules are the
same, and counting a quarter is planned for as many rows as there are.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
alter policy sight on closure
    using ((select seen_agency() = 0) or agency_id = (select seen_agency()));
alter policy sight on rating using ((select seen_agency() = 0));
"""
BACKWARD = """
alter policy sight on closure using ((select seen_agency()) in (0, agency_id));
alter policy sight on rating using ((select seen_agency()) = 0);
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0032_words_newest_first"), ("sla", "0015_sight_expected")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
