"""A resident's case: what was written, who wrote it, what was said and done since."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.lifecycle import CaseStatus
from feedback.models.staff import AccountRow
from sla.models import PromiseRow


class CaseKind(StrEnum):
    """What a resident brings. Statutory complaints and denunciations have channels of their own."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"


class CaseRow(Model):
    """A resident's complaint or suggestion. Its clock is its promise."""

    id = fields.BigIntField(primary_key=True)
    promise: fields.OneToOneRelation[PromiseRow] = fields.OneToOneField(
        "sla.PromiseRow", related_name="case", on_delete=OnDelete.RESTRICT
    )
    promise_id: int
    reference = fields.CharField(max_length=40, unique=True)
    code_hash = fields.BinaryField(null=True)  # unique, by migration
    kind = fields.CharEnumField(CaseKind, max_length=20)
    language = fields.CharField(max_length=5)
    subject = fields.CharField(max_length=200)
    text = fields.TextField()
    location = fields.CharField(max_length=300, default="")
    # Described here, or every new status would ask for a migration that changes a description.
    status = fields.CharEnumField(CaseStatus, max_length=20, description="feedback.lifecycle")
    officer: fields.ForeignKeyNullableRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="cases", on_delete=OnDelete.RESTRICT, null=True
    )
    officer_id: int | None
    filed_at = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    is_history = fields.BooleanField(default=False)
    search_key = fields.TextField(default="")
    erased_at = fields.DatetimeField(null=True)  # only numbers are left

    class Meta:
        table = "resident_case"


class MessageRow(Model):
    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField(
        "feedback.CaseRow", related_name="messages", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    kind = fields.CharField(max_length=20)
    by = fields.CharField(max_length=60)
    text = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        table = "message"


class TimelineRow(Model):
    """One event in the story of a case; append-only."""

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CaseRow] = fields.ForeignKeyField(
        "feedback.CaseRow", related_name="timeline", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    kind = fields.CharField(max_length=40)
    at = fields.DatetimeField()
    by = fields.CharField(max_length=60)
    detail: dict[str, object] = fields.JSONField(default=dict)  # small facts

    class Meta:
        table = "timeline"
