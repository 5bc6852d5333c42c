"""What is no feedback: handed to the procedure the law has for it, sealed where the law asks."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.cases import CaseRow
from feedback.models.staff import AccountRow


class Procedure(StrEnum):
    """The procedures of the law that feedback is told from."""

    DENUNCIATION = "denunciation"
    STATUTORY_COMPLAINT = "complaint_statutory"


class HandedOverRow(Model):
    """A case that left for another procedure, under a pointer that says nothing of it.

    `sealed` holds what was pulled out of the ordinary tables; nothing where the law lets them
    keep it.
    """

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="handed_over", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    pointer = fields.CharField(max_length=40, unique=True)
    procedure = fields.CharEnumField(Procedure, max_length=30)
    sealed = fields.BinaryField(null=True)
    at = fields.DatetimeField()
    by = fields.CharField(max_length=60)

    class Meta:
        table = "handed_over"


class SealedReadingRow(Model):
    """Who opened what is sealed, when and why; append-only."""

    id = fields.BigIntField(primary_key=True)
    matter: fields.ForeignKeyRelation[HandedOverRow] = fields.ForeignKeyField(
        "feedback.HandedOverRow", related_name="readings", on_delete=OnDelete.RESTRICT
    )
    matter_id: int
    account: fields.ForeignKeyRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="sealed_readings", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    reason = fields.CharField(max_length=1000)
    at = fields.DatetimeField()

    class Meta:
        table = "sealed_reading"


class LookRow(Model):
    """A case somebody ought to look at: is it feedback, or a matter for another procedure?"""

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="look", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    why = fields.CharField(max_length=30)
    asked_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=60, null=True)

    class Meta:
        table = "look"
