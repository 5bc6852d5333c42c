"""How residents were asked about their results."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model


class Reach(StrEnum):
    """By which way a resident was asked. `none`: nobody knew any; the result can be rated all the
    same by whoever holds its code. `declined`: they had asked for no more invitations.
    """

    EMAIL = "email"
    SMS = "sms"
    SLIP = "slip"
    NONE = "none"
    DECLINED = "declined"


class InvitationRow(Model):
    """What became of one invitation. Results brought in from elsewhere have none.

    `contact` is a keyed hash of the address or number, by which one that stands for many people is
    seen, and nobody is found.
    """

    closure_id = fields.BigIntField(primary_key=True, generated=False)
    reach = fields.CharEnumField(Reach, max_length=10)
    contact = fields.BinaryField(null=True)
    bounced_at = fields.DatetimeField(null=True)  # given up: it never arrived

    class Meta:
        table = "invitation"
        schema = "identity"
