"""Keys of agencies' systems: what they open, until when, when last used, which one they replace."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

# Those given before go on opening all that keys opened then, and so does one that the program of
# before adds; ours names the scopes.
EVERYTHING = "inbox:read inbox:write dossiers:write ratings:invite"
RULES = f"""
alter table agency_key alter column scopes set default '{EVERYTHING}';
alter table agency_key
    add constraint agency_key_scopes check (
        scopes ~ '^[a-z]+:[a-z]+( [a-z]+:[a-z]+)*$'),
    add constraint agency_key_times check (expires_at >= created_at),
    add constraint agency_key_replaces check (replaces_id < id);
create index agency_key_agency on agency_key (agency_id, id);
create unique index agency_key_replaced on agency_key (replaces_id) where replaces_id is not null;
"""
RULES_BACK = """
drop index agency_key_replaced, agency_key_agency;
alter table agency_key drop constraint agency_key_replaces, drop constraint agency_key_times,
    drop constraint agency_key_scopes;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0016_status_described")]

    initial = False

    operations = [
        ops.AddField(
            model_name="AgencyKeyRow",
            name="scopes",
            field=fields.CharField(default=EVERYTHING, db_default=EVERYTHING, max_length=200),
        ),
        ops.AddField(
            model_name="AgencyKeyRow",
            name="label",
            field=fields.CharField(default="", db_default="", max_length=80),
        ),
        ops.AddField(
            model_name="AgencyKeyRow", name="expires_at", field=fields.DatetimeField(null=True)
        ),
        ops.AddField(model_name="AgencyKeyRow", name="used_on", field=fields.DateField(null=True)),
        ops.AddField(
            model_name="AgencyKeyRow",
            name="replaces",
            field=fields.ForeignKeyField(
                "feedback.AgencyKeyRow",
                source_field="replaces_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="successors",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AlterField(
            model_name="AgencyKeyRow", name="scopes", field=fields.CharField(max_length=200)
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
