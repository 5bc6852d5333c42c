"""Appeals, who wants no invitations, how notices go, how ratings came."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

RULES = """
create index notice_state on notice (kind, channel, owed_at);

create unique index unsubscribed_address on identity.unsubscribed (address_hash);

alter table appeal
    add constraint appeal_other check (case_id <> above_id),
    add constraint appeal_level check (level >= 2),
    add constraint appeal_times check (decided_at >= at);
create index appeal_open on appeal (id) where decided_at is null;
"""
RULES_BACK = """
drop index appeal_open;
alter table appeal drop constraint appeal_times, drop constraint appeal_level,
    drop constraint appeal_other;
drop index identity.unsubscribed_address, notice_state;
"""
TOLD_APPEAL = "One case asks the level above to look at the answer of another; once per case."
TOLD_CONTACT = "Whom to ask about a dossier, sealed; gone once its last window is over."
TOLD_UNSUBSCRIBED = "An address or number, as a keyed hash, to which no more invitations go."


def _number() -> fields.BigIntField:
    return fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)


def _moment(*, null: bool = False) -> Any:
    return fields.DatetimeField(null=True) if null else fields.DatetimeField()


def _one(model: str, source_field: str, related_name: str) -> Any:
    return fields.OneToOneField(
        model,
        source_field=source_field,
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
    )


def _options(table: str, told: str, **more: str) -> dict[str, str]:
    return {"table": table, **more, "app": "feedback", "pk_attr": "id", "table_description": told}


class Migration(migrations.Migration):
    dependencies = [("feedback", "0004_handed_over")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AppealRow",
            fields=[
                ("id", _number()),
                ("case", _one("feedback.CaseRow", "case_id", "appeal")),
                ("above", _one("feedback.CaseRow", "above_id", "appeal_of")),
                ("level", fields.SmallIntField()),
                ("at", _moment()),
                ("decided_at", _moment(null=True)),
            ],
            options=_options("appeal", TOLD_APPEAL),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DossierContactRow",
            fields=[
                ("id", _number()),
                ("promise", _one("sla.PromiseRow", "promise_id", "dossier_contact")),
                ("language", fields.CharField(max_length=5)),
                ("sealed", fields.BinaryField()),
            ],
            options=_options("dossier_contact", TOLD_CONTACT, schema="identity"),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="UnsubscribedRow",
            fields=[
                ("id", _number()),
                ("address_hash", fields.BinaryField()),
                ("at", _moment()),
            ],
            options=_options("unsubscribed", TOLD_UNSUBSCRIBED, schema="identity"),
            bases=["Model"],
        ),
        ops.AddField(
            model_name="NoticeRow",
            name="channel",
            field=fields.CharField(default="email", db_default="email", max_length=10),
        ),
        ops.AddField(
            model_name="NoticeRow", name="error", field=fields.CharField(null=True, max_length=40)
        ),
        ops.AddField(
            model_name="ClosureRow",
            name="token_mode",
            field=fields.CharField(null=True, max_length=20),
        ),
        ops.AddField(
            model_name="RatingRow",
            name="questions",
            field=fields.CharField(default="core-1", db_default="core-1", max_length=20),
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
