"""Who wants to hear of editions: in the schema `identity`, with all that is personal."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from sla.models import AgencyRow


class SubscriptionRow(Model):
    """An address, sealed, that wants to hear of editions, of one agency's or of all.

    Asked for by anybody, confirmed by whoever reads the address's mail; gone with unsubscribing.
    """

    id = fields.BigIntField(primary_key=True)
    address_hash = fields.BinaryField()  # once for each agency and once for all, by migration
    agency: fields.ForeignKeyNullableRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="subscriptions", on_delete=OnDelete.RESTRICT, null=True
    )
    agency_id: int | None
    language = fields.CharField(max_length=5)
    sealed = fields.BinaryField()
    code_hash = fields.BinaryField()  # unique, by migration
    asked_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "subscription"
        schema = "identity"
