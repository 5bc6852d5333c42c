"""Answers: templates, drafts, and what each answer came to."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.cases import CaseRow
from sla.models import AgencyRow, ServiceRow


class Outcome(StrEnum):
    """What an answer brings the resident."""

    SOLVED = "solved"
    PARTLY = "partly"
    CANNOT = "cannot"


class Cause(StrEnum):
    """Why it had come to the case at all."""

    OFFICER = "officer"
    DATA = "data"
    LAW = "law"
    OTHER_AGENCY = "other_agency"
    NONE = "none"
    UNKNOWN = "unknown"


class OutcomeRow(Model):
    """What one answer came to, as its agency said; of words there are none, so it is kept."""

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField(
        "feedback.CaseRow", related_name="outcomes", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="outcomes", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    outcome = fields.CharEnumField(Outcome, max_length=20)
    cause = fields.CharEnumField(Cause, max_length=20)
    at = fields.DatetimeField()

    class Meta:
        table = "outcome"


class AnswerDraftRow(Model):
    """An answer not sent yet, one a case, for whoever of the agency goes on with it."""

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="answer_draft", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    text = fields.TextField()
    outcome = fields.CharField(max_length=20, default="")
    cause = fields.CharField(max_length=20, default="")
    reason = fields.CharField(max_length=1000, default="")
    by = fields.CharField(max_length=60)
    saved_at = fields.DatetimeField()

    class Meta:
        table = "answer_draft"


class AnswerTemplateRow(Model):
    """Words that answers begin with: of one agency or of all, for one service or for any."""

    id = fields.IntField(primary_key=True)
    agency: fields.ForeignKeyNullableRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="answer_templates", on_delete=OnDelete.RESTRICT, null=True
    )
    agency_id: int | None
    service: fields.ForeignKeyNullableRelation[ServiceRow] = fields.ForeignKeyField(
        "sla.ServiceRow", related_name="answer_templates", on_delete=OnDelete.RESTRICT, null=True
    )
    service_id: int | None
    name = fields.CharField(max_length=100)
    text_vi = fields.TextField()
    text_en = fields.TextField()
    by = fields.CharField(max_length=60)
    saved_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "answer_template"
