"""What looks like spam waits for a person's look."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.cases import CaseRow

# What looks like spam is nobody's work until a person has looked at it; few are.
NOT_HELD = (
    "e.case_id not in (select h.case_id from hold h where h.decision is distinct from 'released')"
)
"""Of an entry `e` of the lists: it is not held."""


class HoldDecision(StrEnum):
    """What a look at a held case came to: it goes on, or why it does not."""

    RELEASED = "released"
    ADVERT = "advert"
    REPEATED = "repeated"
    NONSENSE = "nonsense"


class HoldRow(Model):
    """A case its agency does not see until a coordinator has looked; its clock runs all the same.

    `reasons` are words of `feedback.texts.spam`, parted by blanks. Once its sender has objected to
    a refusal it waits again, for somebody else than `refused_by`.
    """

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="hold", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    since = fields.DatetimeField()
    reasons = fields.CharField(max_length=100)
    decided_at = fields.DatetimeField(null=True)
    decision = fields.CharEnumField(HoldDecision, max_length=20, null=True)
    by = fields.CharField(max_length=60, null=True)
    objected_at = fields.DatetimeField(null=True)
    refused_by = fields.CharField(max_length=60, null=True)

    class Meta:
        table = "hold"
