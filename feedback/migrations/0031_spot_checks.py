"""Results drawn by lot to be asked about again, what was found of each, and who was looked up for it.

Agencies never see what was drawn: row security shows it to those who see every agency alone. The
resident of a dossier may be looked up for a call-back, and that stands beside the looks of cases.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from feedback.models.spot_checks import SpotKind, SpotOutcome

TABLES = ("spot_drawing", "spot_check", "spot_try")
RULES = "\n".join(
    [
        """
alter table spot_drawing
    add constraint spot_drawing_times check (starts_at < ends_at),
    add constraint spot_drawing_counts check (taken between 0 and "of");
alter table spot_try
    add constraint spot_try_number check (number >= 1),
    add constraint spot_try_overall check (
        overall between 1 and 5 and outcome <> 'not_reached' or overall is null),
    add constraint spot_try_last check (is_last or outcome = 'not_reached');
create unique index spot_try_once on spot_try (check_id) where is_last;
create index spot_check_closure on spot_check (closure_id);
alter table reveal add constraint reveal_about check (num_nonnulls(case_id, dossier_id) = 1);
create index reveal_dossier on reveal (dossier_id, id) where dossier_id is not null;
""",
        *(
            f"create trigger {table}_append_only before update or delete on {table}"
            " for each row execute function refuse_change();"
            f"create policy sight on {table} using ((select seen_agency()) = 0);"
            f"alter table {table} enable row level security;"
            for table in TABLES
        ),
    ]
)
RULES_BACK = "\n".join(
    [
        """
drop index reveal_dossier, spot_check_closure, spot_try_once;
alter table reveal drop constraint reveal_about;
alter table spot_try drop constraint spot_try_last, drop constraint spot_try_overall,
    drop constraint spot_try_number;
alter table spot_drawing drop constraint spot_drawing_counts, drop constraint spot_drawing_times;
""",
        *(
            f"alter table {table} disable row level security; drop policy sight on {table};"
            f"drop trigger {table}_append_only on {table};"
            for table in TABLES
        ),
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0030_case_knows_its_agency"),
        ("sla", "0013_watching_in_sight"),
    ]

    initial = False

    operations = [
        ops.CreateModel(
            name="SpotDrawingRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("period", fields.CharField(max_length=10)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="CALL_BACK: call_back\nFILE: file",
                        enum_type=SpotKind,
                        max_length=10,
                    ),
                ),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("of", fields.IntField()),
                ("taken", fields.IntField()),
                ("drawn_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "spot_drawing",
                "app": "feedback",
                "unique_together": (("period", "kind", "starts_at"),),
                "pk_attr": "id",
                "table_description": "One drawing: of so many results given in [starts_at, ends_at) so many; append-only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SpotCheckRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "drawing",
                    fields.ForeignKeyField(
                        "feedback.SpotDrawingRow",
                        source_field="drawing_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="checks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "closure",
                    fields.ForeignKeyField(
                        "feedback.ClosureRow",
                        source_field="closure_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="spot_checks",
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
                        related_name="spot_checks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "spot_check",
                "app": "feedback",
                "unique_together": (("drawing", "closure"),),
                "pk_attr": "id",
                "table_description": "One result that was drawn; append-only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SpotTryRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "check",
                    fields.ForeignKeyField(
                        "feedback.SpotCheckRow",
                        source_field="check_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.SmallIntField()),
                (
                    "outcome",
                    fields.CharEnumField(
                        description="AGREES: agrees\nDIFFERS: differs\nNOT_REACHED: not_reached",
                        enum_type=SpotOutcome,
                        max_length=12,
                    ),
                ),
                ("overall", fields.SmallIntField(null=True)),
                ("note", fields.CharField(default="", db_default="", max_length=1000)),
                ("is_last", fields.BooleanField()),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "spot_try",
                "app": "feedback",
                "unique_together": (("check", "number"),),
                "pk_attr": "id",
                "table_description": "What one person found at one try; append-only. `is_last`: no further one follows.",
            },
            bases=["Model"],
        ),
        ops.AlterField(
            model_name="RevealRow",
            name="case",
            field=fields.ForeignKeyField(
                "feedback.CaseRow",
                source_field="case_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="reveals",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="RevealRow",
            name="dossier",
            field=fields.ForeignKeyField(
                "sla.PromiseRow",
                source_field="dossier_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="reveals",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
