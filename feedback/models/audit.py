"""What was done in administration: who, when, to what, how it was before and after, and why."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model


class Subject(StrEnum):
    """What an administrative act is about."""

    AGENCY = "agency"
    LINEAGE = "lineage"
    SERVICE = "service"
    COMMITMENT = "commitment"
    CALENDAR = "calendar"
    QUESTIONNAIRE = "questionnaire"
    TEMPLATE = "template"
    ACCOUNT = "account"
    KEY = "key"
    PERIOD = "period"
    IMPORT = "import"
    NOTICE = "notice"
    CHANGE = "change"


class Deed(StrEnum):
    """What was done to it."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    RESET = "reset"
    REVOKED = "revoked"
    IMPORTED = "imported"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    PLANNED = "planned"
    RETRIED = "retried"


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
