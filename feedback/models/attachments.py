"""Pictures that belong to a case: what they are and how far they have come, never their bytes."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.cases import CaseRow


class PictureState(StrEnum):
    """How far a picture has come. Only one that is ready can be looked at."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


class AttachmentRow(Model):
    """One file somebody sent to a case."""

    # `sealed` holds the key of its bytes and the name it came under: with this row both are gone
    # for good. `reason` says why it was refused, and is empty otherwise.
    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField(
        "feedback.CaseRow", related_name="attachments", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    name = fields.CharField(max_length=32, unique=True)
    by = fields.CharField(max_length=60)
    visitor = fields.BinaryField(null=True)
    state = fields.CharEnumField(PictureState, max_length=10)
    reason = fields.CharField(max_length=20, default="")
    sealed = fields.BinaryField()
    size = fields.IntField()
    width = fields.IntField(null=True)
    height = fields.IntField(null=True)
    at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "attachment"
