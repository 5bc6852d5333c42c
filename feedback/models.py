"""The tables of cases, ratings, staff, and what is owed to the outside."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.lifecycle import CaseStatus
from sla.models import AgencyRow, PromiseRow, ServiceRow


class CaseKind(StrEnum):
    """What a resident brings. Statutory complaints and denunciations have channels of their own."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"


class Role(StrEnum):
    """What a member of staff is there for."""

    OFFICER = "officer"
    HEAD = "head"
    COORDINATOR = "coordinator"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class AccountRow(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    display_name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=254, null=True)
    password_hash = fields.CharField(max_length=200)
    role = fields.CharEnumField(Role, max_length=20)
    agency: fields.ForeignKeyNullableRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="accounts", on_delete=OnDelete.RESTRICT, null=True
    )
    agency_id: int | None
    created_at = fields.DatetimeField()
    disabled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "account"


class SessionRow(Model):
    id = fields.BigIntField(primary_key=True)
    token_hash = fields.BinaryField()  # unique, by migration
    account: fields.ForeignKeyRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="sessions", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    opened_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "session"


class AgencyKeyRow(Model):
    """A key of an agency's own system; only its hash is kept."""

    id = fields.IntField(primary_key=True)
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="keys", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    key_hash = fields.BinaryField()  # unique, by migration
    created_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "agency_key"


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
    status = fields.CharEnumField(CaseStatus, max_length=20)
    officer: fields.ForeignKeyNullableRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="cases", on_delete=OnDelete.RESTRICT, null=True
    )
    officer_id: int | None
    filed_at = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    is_history = fields.BooleanField(default=False)
    search_key = fields.TextField(default="")

    class Meta:
        table = "resident_case"


class ContactRow(Model):
    """Who the resident is, sealed; apart from the case, so that it can be forgotten alone."""

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="contact", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    sealed = fields.BinaryField()

    class Meta:
        table = "contact"


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


class ClosureRow(Model):
    """One result given to one resident: what an invitation asks about and a rating rates.

    A case answered again after reopening, or a dossier finished again, is a new round; the
    earlier closure is then void and its rating not counted.
    """

    id = fields.BigIntField(primary_key=True)
    promise: fields.ForeignKeyRelation[PromiseRow] = fields.ForeignKeyField(
        "sla.PromiseRow", related_name="closures", on_delete=OnDelete.RESTRICT
    )
    promise_id: int
    round = fields.SmallIntField()
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="closures", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    service: fields.ForeignKeyNullableRelation[ServiceRow] = fields.ForeignKeyField(
        "sla.ServiceRow", related_name="closures", on_delete=OnDelete.RESTRICT, null=True
    )
    service_id: int | None
    channel = fields.CharField(max_length=20)
    resident = fields.BinaryField()
    closed_at = fields.DatetimeField()
    window_ends_at = fields.DatetimeField()
    invited_at = fields.DatetimeField(null=True)
    token_hash = fields.BinaryField(null=True)  # unique, by migration
    void_at = fields.DatetimeField(null=True)

    class Meta:
        table = "closure"
        unique_together = (("promise", "round"),)


class RatingRow(Model):
    """What a resident answered about one closure: one row, the last answer before the window ends.

    `revision` counts the answers; `tallied_revision` and `tone_revision` say up to which one the
    sweeps have come, so that work is found by state and never lost. `tallied_overall` is what the
    tally holds of this row now; nothing when the closure was void.
    """

    id = fields.BigIntField(primary_key=True)
    closure: fields.OneToOneRelation[ClosureRow] = fields.OneToOneField(
        "feedback.ClosureRow", related_name="rating", on_delete=OnDelete.RESTRICT
    )
    closure_id: int
    overall = fields.SmallIntField()
    solved = fields.CharField(max_length=10, null=True)
    clear = fields.SmallIntField(null=True)
    contacts = fields.SmallIntField(null=True)
    comment = fields.TextField(default="")
    language = fields.CharField(max_length=5)
    mode = fields.CharField(max_length=20)
    given_at = fields.DatetimeField()
    revision = fields.IntField(default=1)
    tallied_revision = fields.IntField(default=0)
    tallied_overall = fields.SmallIntField(null=True)
    tone_revision = fields.IntField(default=0)
    tone = fields.SmallIntField(null=True)
    tone_label = fields.CharField(max_length=10, null=True)
    tone_version = fields.CharField(max_length=40, null=True)

    class Meta:
        table = "rating"


class NoticeRow(Model):
    """The outbox: what is owed to somebody outside, written in the transaction of its cause."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=100, unique=True)
    kind = fields.CharField(max_length=30)
    language = fields.CharField(max_length=5)
    sealed = fields.BinaryField()
    owed_at = fields.DatetimeField()
    next_try_at = fields.DatetimeField()
    attempts = fields.SmallIntField(default=0)
    sent_at = fields.DatetimeField(null=True)
    given_up_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"


class IdempotencyRow(Model):
    """What was answered to a POST with an Idempotency-Key, so that a retry gets the same."""

    id = fields.BigIntField(primary_key=True)
    key_hash = fields.BinaryField()  # unique, by migration
    body_hash = fields.BinaryField()
    status = fields.SmallIntField()
    sealed_answer = fields.BinaryField()
    at = fields.DatetimeField()

    class Meta:
        table = "idempotency"
