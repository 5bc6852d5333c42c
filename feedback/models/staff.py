"""Members of staff, their sessions, and the keys of agencies' own systems."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from sla.models import AgencyRow


class Role(StrEnum):
    """What a member of staff is there for."""

    OFFICER = "officer"
    HEAD = "head"
    COORDINATOR = "coordinator"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    INSPECTOR = "inspector"


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
    seen_at = fields.DatetimeField(null=True)  # to some minutes; null until it was used again
    owes_code = fields.BooleanField(default=False)
    passed_at = fields.DatetimeField(null=True)  # the second factor was shown
    device = fields.CharField(max_length=60, default="")

    class Meta:
        table = "session"


class SecondFactorRow(Model):
    """The authenticator of an account; its seed sealed, and the last step taken (no replay)."""

    id = fields.IntField(primary_key=True)
    account: fields.OneToOneRelation[AccountRow] = fields.OneToOneField(
        "feedback.AccountRow", related_name="second_factor", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    sealed = fields.BinaryField()
    since = fields.DatetimeField()
    last_step = fields.BigIntField()
    failures = fields.SmallIntField(default=0)
    paused_until = fields.DatetimeField(null=True)

    class Meta:
        table = "second_factor"


class RecoveryCodeRow(Model):
    """A code that stands in for the authenticator, once; only its hash is kept."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="recovery_codes", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    code_hash = fields.BinaryField()  # unique, by migration
    made_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "recovery_code"


class ResetRow(Model):
    """A password reset somebody asked for by mail; only the hash of its code is kept."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="resets", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    code_hash = fields.BinaryField()  # unique, by migration
    asked_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "password_reset"


class IdentityRow(Model):
    """Who an identity provider's subject is here: written by an administrator alone."""

    id = fields.IntField(primary_key=True)
    account: fields.ForeignKeyRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="identities", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    issuer = fields.CharField(max_length=255)
    subject = fields.CharField(max_length=255)
    mapped_at = fields.DatetimeField()
    mapped_by = fields.CharField(max_length=60)

    class Meta:
        table = "identity"


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
    scopes = fields.CharField(max_length=200)  # with spaces between
    label = fields.CharField(max_length=80, default="", db_default="")
    expires_at = fields.DatetimeField(null=True)
    used_on = fields.DateField(null=True)  # the last local day, written once a day at most
    replaces: fields.ForeignKeyNullableRelation["AgencyKeyRow"] = fields.ForeignKeyField(
        "feedback.AgencyKeyRow", related_name="successors", on_delete=OnDelete.RESTRICT, null=True
    )
    replaces_id: int | None

    class Meta:
        table = "agency_key"
