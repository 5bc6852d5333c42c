"""For whom a dossier was handed in: a person or a business; empty where nobody said."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

FORWARD = """
alter table promise add constraint applicant_known
    check (applicant in ('', 'person', 'business')) not valid;
alter table promise validate constraint applicant_known;
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0010_sight")]
    operations = [
        ops.AddField(
            model_name="PromiseRow",
            name="applicant",
            field=fields.CharField(max_length=10, default="", db_default=""),
        ),
        ops.RunSQL(FORWARD, reverse_sql="alter table promise drop constraint applicant_known"),
    ]
