"""What was done in administration: who, when, to what, how it was before and after, and why."""

from tortoise import fields
from tortoise.models import Model

from feedback.deeds import Deed, Subject


class AuditRow(Model):
    """One administrative act; append-only. `before` and `after` never hold a secret."""

    id = fields.BigIntField(primary_key=True)
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()
    subject = fields.CharEnumField(Subject, max_length=20)
    about = fields.CharField(max_length=200)
    deed = fields.CharEnumField(Deed, max_length=20)
    before: dict[str, object] | None = fields.JSONField(null=True)
    after: dict[str, object] | None = fields.JSONField(null=True)
    reason = fields.CharField(max_length=1000, default="")

    class Meta:
        table = "audit"
