"""How staff sign in: second factor, recovery, resets, identities of a provider, longer sessions."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

# Those who write rows by hand name none of these columns.
RULES = """
alter table session alter column owes_code set default false;
alter table session alter column device set default '';
alter table second_factor alter column failures set default 0;
create unique index recovery_code_hash on recovery_code (code_hash);
create unique index password_reset_hash on password_reset (code_hash);
create unique index identity_subject on identity (issuer, subject);
create index session_open on session (account_id) where ended_at is null;
create index session_over on session (expires_at);
alter table second_factor add constraint second_factor_step check (last_step >= 0);
alter table password_reset add constraint password_reset_times check (expires_at > asked_at);
"""
RULES_BACK = """
alter table password_reset drop constraint password_reset_times;
alter table second_factor drop constraint second_factor_step;
drop index session_over, session_open, identity_subject, password_reset_hash, recovery_code_hash;
"""
TOLD_FACTOR = (
    "The authenticator of an account; its seed sealed, and the last step taken (no replay)."
)
TOLD_CODE = "A code that stands in for the authenticator, once; only its hash is kept."
TOLD_RESET = "A password reset somebody asked for by mail; only the hash of its code is kept."
TOLD_IDENTITY = "Who an identity provider's subject is here: written by an administrator alone."


def _account(related_name: str, *, one: bool = False) -> Any:
    kind = fields.OneToOneField if one else fields.ForeignKeyField
    return kind(
        "feedback.AccountRow",
        source_field="account_id",
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
    )


def _options(table: str, told: str) -> dict[str, str]:
    return {"table": table, "app": "feedback", "pk_attr": "id", "table_description": told}


class Migration(migrations.Migration):
    dependencies = [("feedback", "0011_answers")]

    initial = False

    operations = [
        ops.AddField(
            model_name="SessionRow", name="seen_at", field=fields.DatetimeField(null=True)
        ),
        ops.AddField(
            model_name="SessionRow", name="owes_code", field=fields.BooleanField(default=False)
        ),
        ops.AddField(
            model_name="SessionRow", name="passed_at", field=fields.DatetimeField(null=True)
        ),
        ops.AddField(
            model_name="SessionRow",
            name="device",
            field=fields.CharField(default="", max_length=60),
        ),
        ops.CreateModel(
            name="SecondFactorRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("account", _account("second_factor", one=True)),
                ("sealed", fields.BinaryField()),
                ("since", fields.DatetimeField()),
                ("last_step", fields.BigIntField()),
                ("failures", fields.SmallIntField(default=0)),
                ("paused_until", fields.DatetimeField(null=True)),
            ],
            options=_options("second_factor", TOLD_FACTOR),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RecoveryCodeRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("account", _account("recovery_codes")),
                ("code_hash", fields.BinaryField()),
                ("made_at", fields.DatetimeField()),
                ("used_at", fields.DatetimeField(null=True)),
            ],
            options=_options("recovery_code", TOLD_CODE),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ResetRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("account", _account("resets")),
                ("code_hash", fields.BinaryField()),
                ("asked_at", fields.DatetimeField()),
                ("expires_at", fields.DatetimeField()),
                ("used_at", fields.DatetimeField(null=True)),
            ],
            options=_options("password_reset", TOLD_RESET),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdentityRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("account", _account("identities")),
                ("issuer", fields.CharField(max_length=255)),
                ("subject", fields.CharField(max_length=255)),
                ("mapped_at", fields.DatetimeField()),
                ("mapped_by", fields.CharField(max_length=60)),
            ],
            options=_options("identity", TOLD_IDENTITY),
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
