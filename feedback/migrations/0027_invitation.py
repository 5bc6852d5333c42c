"""What became of each invitation: by which way, whether it arrived, and a pseudonym of where to."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from feedback.models.invited import Reach

RULES = """
alter table identity.invitation
    add constraint invitation_of foreign key (closure_id) references closure on delete restrict,
    add constraint invitation_contact check (length(contact) = 16),
    add constraint invitation_reached check (
        reach in ('email', 'sms') or contact is null and bounced_at is null);
"""
RULES_BACK = """
alter table identity.invitation drop constraint invitation_reached,
    drop constraint invitation_contact, drop constraint invitation_of;
"""
TOLD = "What became of one invitation. Results brought in from elsewhere have none."


class Migration(migrations.Migration):
    dependencies = [("feedback", "0026_sight_beyond_promises")]
    operations = [
        ops.CreateModel(
            name="InvitationRow",
            fields=[
                (
                    "closure_id",
                    fields.BigIntField(
                        generated=False, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "reach",
                    fields.CharEnumField(
                        description="\n".join(f"{one.name}: {one.value}" for one in Reach),
                        enum_type=Reach,
                        max_length=10,
                    ),
                ),
                ("contact", fields.BinaryField(null=True)),
                ("bounced_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "invitation",
                "schema": "identity",
                "app": "feedback",
                "pk_attr": "closure_id",
                "table_description": TOLD,
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
