"""Changes that wait: for a second person, for their day, or for both."""

from tortoise import fields
from tortoise.models import Model

from feedback.deeds import ChangeKind, ChangeState


class ChangeRow(Model):
    """One change somebody wants; `body` is what it says, in the words of its kind."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharEnumField(ChangeKind, max_length=20)
    about = fields.CharField(max_length=200)
    body: dict[str, object] = fields.JSONField()
    reason = fields.CharField(max_length=1000)
    state = fields.CharEnumField(ChangeState, max_length=20)
    effective_on = fields.DateField(null=True)
    proposed_by = fields.CharField(max_length=60)
    proposed_at = fields.DatetimeField()
    decided_by = fields.CharField(max_length=60, null=True)
    decided_at = fields.DatetimeField(null=True)
    answer = fields.CharField(max_length=1000, default="")
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "planned_change"
