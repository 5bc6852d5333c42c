"""Whom invitations go to beside those who filed a case, and who wants none."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from sla.models import PromiseRow


class DossierContactRow(Model):
    """Whom to ask about a dossier, sealed; gone once its last window is over."""

    id = fields.BigIntField(primary_key=True)
    promise: fields.OneToOneRelation[PromiseRow] = fields.OneToOneField(
        "sla.PromiseRow", related_name="dossier_contact", on_delete=OnDelete.RESTRICT
    )
    promise_id: int
    language = fields.CharField(max_length=5)
    sealed = fields.BinaryField()

    class Meta:
        table = "dossier_contact"
        schema = "identity"


class UnsubscribedRow(Model):
    """An address or number, as a keyed hash, to which no more invitations go."""

    id = fields.BigIntField(primary_key=True)
    address_hash = fields.BinaryField()  # unique, by migration
    at = fields.DatetimeField()

    class Meta:
        table = "unsubscribed"
        schema = "identity"
