"""By what a case is recognised when somebody tells of the same thing."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.cases import CaseRow


class LikenessRow(Model):
    """The sketch of a case's text and place (`feedback.duplicates`), kept for some days."""

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="likeness", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    agency_id = fields.IntField()
    filed_at = fields.DatetimeField()
    sketch: list[int] = ArrayField(element_type="int")

    class Meta:
        table = "likeness"


class JoinedRow(Model):
    """A resident said: mine is the same as that one. Both stay cases of their own."""

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="joined", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    original: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField(
        "feedback.CaseRow", related_name="joiners", on_delete=OnDelete.RESTRICT
    )
    original_id: int

    class Meta:
        table = "joined"
