"""Who wants to hear of editions."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

RULES = """
create unique index subscription_once on identity.subscription (address_hash, agency_id)
    nulls not distinct;
create unique index subscription_code on identity.subscription (code_hash);
create index subscription_unconfirmed on identity.subscription (asked_at)
    where confirmed_at is null;
"""
RULES_BACK = """
drop index identity.subscription_unconfirmed, identity.subscription_code,
    identity.subscription_once;
"""
TOLD = "An address, sealed, that wants to hear of editions, of one agency's or of all."


class Migration(migrations.Migration):
    dependencies = [
        ("ranking", "0009_counted_answers"),
        ("feedback", "0003_identity"),
        ("sla", "0001_initial"),
    ]
    operations = [
        ops.CreateModel(
            name="SubscriptionRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("address_hash", fields.BinaryField()),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="subscriptions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("language", fields.CharField(max_length=5)),
                ("sealed", fields.BinaryField()),
                ("code_hash", fields.BinaryField()),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "confirmed_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "subscription",
                "app": "ranking",
                "schema": "identity",
                "pk_attr": "id",
                "table_description": TOLD,
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
