"""Whether a promise was ever corrected is asked with each page of a case: an index tells."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("sla", "0013_watching_in_sight")]
    operations = [
        ops.RunSQL(
            "create index correction_promise on correction (promise_id)",
            reverse_sql="drop index correction_promise",
        )
    ]
