from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from feedback.models import RevealReason

# Contacts go as they are, each still sealed by the instance's key: `case_keys.rewrap_next` gives
# them keys of their own, for no key is in the database.
MOVE = """
create schema identity;
revoke all on schema identity from public;
alter table contact set schema identity;
"""
MOVE_BACK = """
alter table identity.contact set schema public;
drop schema identity;
"""
RULES = """
create index case_key_wrapped_with on identity.case_key (wrapped_with, id);
create index case_held on resident_case (held_at, id) where held_at is not null;
create index case_ended on resident_case (closed_at, id)
    where closed_at is not null and erased_at is null;
alter table resident_case
    add constraint case_erased check (
        erased_at is null or (code_hash is null and text = '' and search_key = ''));
create index reveal_case on reveal (case_id, id);
create index reveal_agency on reveal (agency_id, id);
alter table reveal add constraint reveal_words check (words <> '');
create trigger reveal_append_only before update or delete on reveal
    for each row execute function refuse_change();
"""
RULES_BACK = """
drop trigger reveal_append_only on reveal;
alter table reveal drop constraint reveal_words;
alter table resident_case drop constraint case_erased;
drop index reveal_agency, reveal_case, case_ended, case_held, identity.case_key_wrapped_with;
"""
TOLD_CONTACT = (
    "Who the resident is, sealed; apart from the case, so that it can be forgotten alone."
)
TOLD_KEY = "The data key of one case, wrapped by the instance's key; gone when the case is erased."
TOLD_REVEAL = (
    "One look at who a resident is; append-only. `fields_shown` names what there was to see."
)


def _number() -> fields.BigIntField:
    return fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)


def _moment() -> Any:
    return fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_rules")]

    initial = False

    operations = [
        ops.RunSQL(MOVE, reverse_sql=MOVE_BACK),
        ops.AlterModelOptions(
            name="ContactRow",
            options={
                "table": "contact",
                "schema": "identity",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD_CONTACT,
            },
        ),
        ops.AddField(model_name="CaseRow", name="held_at", field=_moment()),
        ops.AddField(model_name="CaseRow", name="erased_at", field=_moment()),
        ops.CreateModel(
            name="CaseKeyRow",
            fields=[
                ("id", _number()),
                (
                    "case",
                    fields.OneToOneField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="case_key",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("wrapped", fields.BinaryField()),
                ("wrapped_with", fields.BinaryField()),
            ],
            options={
                "table": "case_key",
                "schema": "identity",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD_KEY,
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RevealRow",
            fields=[
                ("id", _number()),
                (
                    "case",
                    fields.ForeignKeyField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reveals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reveals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "reason",
                    fields.CharEnumField(
                        description="CALL_BACK: call_back\nVISIT: visit\nVERIFY: verify\nDANGER: danger\nOTHER: other",
                        enum_type=RevealReason,
                        max_length=20,
                    ),
                ),
                ("words", fields.CharField(max_length=500)),
                ("fields_shown", fields.CharField(max_length=60)),
            ],
            options={
                "table": "reveal",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD_REVEAL,
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
