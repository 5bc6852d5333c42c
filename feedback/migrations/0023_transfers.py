"""The transfers of a case are found without reading the rest of its story."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create index timeline_transfers on timeline (case_id, id) where kind = 'CaseTransferred';
"""
BACKWARD = "drop index timeline_transfers;"


class Migration(migrations.Migration):
    dependencies = [("feedback", "0022_row_security")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
