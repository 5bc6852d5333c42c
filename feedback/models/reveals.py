"""Who looked up who a resident is, when and why."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.cases import CaseRow
from sla.models import AgencyRow, PromiseRow


class RevealReason(StrEnum):
    """Why somebody needs to know who a resident is."""

    CALL_BACK = "call_back"
    VISIT = "visit"
    VERIFY = "verify"
    DANGER = "danger"
    OTHER = "other"


class RevealRow(Model):
    """One look at who a resident is; append-only. `fields_shown` names what there was to see.

    It is about a case, or about a dossier that was drawn to be called back.
    """

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyNullableRelation[CaseRow] = fields.ForeignKeyField(
        "feedback.CaseRow", related_name="reveals", on_delete=OnDelete.RESTRICT, null=True
    )
    case_id: int | None
    dossier: fields.ForeignKeyNullableRelation[PromiseRow] = fields.ForeignKeyField(
        "sla.PromiseRow", related_name="reveals", on_delete=OnDelete.RESTRICT, null=True
    )
    dossier_id: int | None
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="reveals", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()
    reason = fields.CharEnumField(RevealReason, max_length=20)
    words = fields.CharField(max_length=500)
    fields_shown = fields.CharField(max_length=60)

    class Meta:
        table = "reveal"
