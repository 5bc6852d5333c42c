"""Cases that left for another procedure of the law; cases that tell of the same thing."""

from typing import Any

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from feedback.lifecycle import CaseStatus
from feedback.models import Procedure, Role

# A line of a timeline stays for ever; its small facts may be emptied, and nothing else: what was
# said in a denunciation must not outlive its being pulled out of the ordinary tables.
RULES = """
create function timeline_keeps() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.detail = '{}'::jsonb
        and (new.id, new.case_id, new.kind, new.at, new.by)
            is not distinct from (old.id, old.case_id, old.kind, old.at, old.by) then
        return new;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger timeline_append_only on timeline;
create trigger timeline_append_only before update or delete on timeline
    for each row execute function timeline_keeps();
create trigger sealed_reading_append_only before update or delete on sealed_reading
    for each row execute function refuse_change();

alter table handed_over
    add constraint handed_over_sealed check (procedure <> 'denunciation' or sealed is not null);
alter table sealed_reading add constraint sealed_reading_reason check (reason <> '');
alter table look
    add constraint look_decided check ((decided_at is null) = (decided_by is null));
create index look_open on look (asked_at, id) where decided_at is null;
create index likeness_sketch on likeness using gin (sketch);
create index likeness_filed on likeness (filed_at, id);
alter table joined add constraint joined_other check (case_id <> original_id);
create index joined_original on joined (original_id, id);
"""
RULES_BACK = """
drop index joined_original, likeness_filed, likeness_sketch, look_open;
alter table joined drop constraint joined_other;
alter table look drop constraint look_decided;
alter table sealed_reading drop constraint sealed_reading_reason;
alter table handed_over drop constraint handed_over_sealed;
drop trigger sealed_reading_append_only on sealed_reading;
drop trigger timeline_append_only on timeline;
create trigger timeline_append_only before update or delete on timeline
    for each row execute function refuse_change();
drop function timeline_keeps;
"""
TOLD_HANDED_OVER = (
    "A case that left for another procedure, under a pointer that says nothing of it."
)
TOLD_READING = "Who opened what is sealed, when and why; append-only."
TOLD_LOOK = "A case somebody ought to look at: is it feedback, or a matter for another procedure?"
TOLD_LIKENESS = "The sketch of a case's text and place (`feedback.duplicates`), kept for some days."
TOLD_JOINED = "A resident said: mine is the same as that one. Both stay cases of their own."


def _number() -> fields.BigIntField:
    return fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)


def _moment(*, null: bool = False) -> Any:
    return fields.DatetimeField(null=True) if null else fields.DatetimeField()


def _of_case(related_name: str) -> Any:
    return fields.OneToOneField(
        "feedback.CaseRow",
        source_field="case_id",
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
    )


def _of(model: str, source_field: str, related_name: str) -> Any:
    return fields.ForeignKeyField(
        model,
        source_field=source_field,
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
    )


def _options(table: str, told: str) -> dict[str, str]:
    return {"table": table, "app": "feedback", "pk_attr": "id", "table_description": told}


class Migration(migrations.Migration):
    dependencies = [("feedback", "0003_identity")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="AccountRow",
            name="role",
            field=fields.CharEnumField(
                description="OFFICER: officer\nHEAD: head\nCOORDINATOR: coordinator\n"
                "PUBLISHER: publisher\nAUDITOR: auditor\nADMINISTRATOR: administrator\n"
                "INSPECTOR: inspector",
                enum_type=Role,
                max_length=20,
            ),
        ),
        ops.AlterField(
            model_name="CaseRow",
            name="status",
            field=fields.CharEnumField(
                description="FILED: filed\nIN_HAND: in_hand\nWAITING: waiting\n"
                "ANSWERED: answered\nCLOSED: closed\nWITHDRAWN: withdrawn\n"
                "HANDED_OVER: handed_over",
                enum_type=CaseStatus,
                max_length=20,
            ),
        ),
        ops.CreateModel(
            name="HandedOverRow",
            fields=[
                ("id", _number()),
                ("case", _of_case("handed_over")),
                ("pointer", fields.CharField(unique=True, max_length=40)),
                (
                    "procedure",
                    fields.CharEnumField(
                        description="DENUNCIATION: denunciation\n"
                        "STATUTORY_COMPLAINT: complaint_statutory",
                        enum_type=Procedure,
                        max_length=30,
                    ),
                ),
                ("sealed", fields.BinaryField(null=True)),
                ("at", _moment()),
                ("by", fields.CharField(max_length=60)),
            ],
            options=_options("handed_over", TOLD_HANDED_OVER),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SealedReadingRow",
            fields=[
                ("id", _number()),
                ("matter", _of("feedback.HandedOverRow", "matter_id", "readings")),
                ("account", _of("feedback.AccountRow", "account_id", "sealed_readings")),
                ("reason", fields.CharField(max_length=1000)),
                ("at", _moment()),
            ],
            options=_options("sealed_reading", TOLD_READING),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LookRow",
            fields=[
                ("id", _number()),
                ("case", _of_case("look")),
                ("why", fields.CharField(max_length=30)),
                ("asked_at", _moment()),
                ("decided_at", _moment(null=True)),
                ("decided_by", fields.CharField(null=True, max_length=60)),
            ],
            options=_options("look", TOLD_LOOK),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LikenessRow",
            fields=[
                ("id", _number()),
                ("case", _of_case("likeness")),
                ("agency_id", fields.IntField()),
                ("filed_at", _moment()),
                ("sketch", ArrayField(element_type="int")),
            ],
            options=_options("likeness", TOLD_LIKENESS),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="JoinedRow",
            fields=[
                ("id", _number()),
                ("case", _of_case("joined")),
                ("original", _of("feedback.CaseRow", "original_id", "joiners")),
            ],
            options=_options("joined", TOLD_JOINED),
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
