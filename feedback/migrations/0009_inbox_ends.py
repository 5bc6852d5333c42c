"""Lists of what has ended, which grows for ever, from indexes of their own."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create index inbox_answered_due on inbox_entry (agency_id, sort_at, case_id)
    where status = 'answered';
create index inbox_closed on inbox_entry (agency_id, filed_at, case_id)
    where status in ('closed', 'withdrawn', 'handed_over');
"""
BACKWARD = "drop index inbox_closed, inbox_answered_due"


class Migration(migrations.Migration):
    dependencies = [("feedback", "0008_timeline")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
