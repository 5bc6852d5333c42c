"""Appeals: a case about another case's answer, at the level above."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.cases import CaseRow


class AppealRow(Model):
    """One case asks the level above to look at the answer of another; once per case.

    `level` is 2 for the first appeal. `decided_at` is when the case above ended, and the one below
    with it.
    """

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="appeal", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    above: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="appeal_of", on_delete=OnDelete.RESTRICT
    )
    above_id: int
    level = fields.SmallIntField()
    at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "appeal"
