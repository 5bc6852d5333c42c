"""Answers: templates they begin with, drafts not sent yet, and what each answer came to."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from feedback.models.answers import Cause, Outcome

# What rows by hand may leave out, and what must hold whoever writes.
RULES = """
alter table answer_draft
    add constraint answer_draft_outcome check (outcome in ('', 'solved', 'partly', 'cannot'));
alter table answer_template
    add constraint answer_template_name check (name <> ''),
    add constraint answer_template_texts check (text_vi <> '' and text_en <> '');
alter table outcome
    add constraint outcome_known check (outcome in ('solved', 'partly', 'cannot')),
    add constraint outcome_cause check (
        cause in ('officer', 'data', 'law', 'other_agency', 'none', 'unknown'));
create index outcome_of_agency on outcome (agency_id, at);
create index outcome_of_case on outcome (case_id);
create index answer_template_of on answer_template (agency_id, name) where retired_at is null;
"""
RULES_BACK = """
drop index answer_template_of, outcome_of_case, outcome_of_agency;
alter table outcome drop constraint outcome_cause, drop constraint outcome_known;
alter table answer_template drop constraint answer_template_texts,
    drop constraint answer_template_name;
alter table answer_draft drop constraint answer_draft_outcome;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0010_nothing_held"), ("sla", "0007_calendar_versions")]
    initial = False
    operations = [
        ops.CreateModel(
            name="AnswerDraftRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "case",
                    fields.OneToOneField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answer_draft",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("outcome", fields.CharField(default="", max_length=20)),
                ("cause", fields.CharField(default="", max_length=20)),
                ("reason", fields.CharField(default="", max_length=1000)),
                ("by", fields.CharField(max_length=60)),
                ("saved_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "answer_draft",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "An answer not sent yet, one a case, for whoever of the agency goes on with it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AnswerTemplateRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="answer_templates",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "service",
                    fields.ForeignKeyField(
                        "sla.ServiceRow",
                        source_field="service_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="answer_templates",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=100)),
                ("text_vi", fields.TextField(unique=False)),
                ("text_en", fields.TextField(unique=False)),
                ("by", fields.CharField(max_length=60)),
                ("saved_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("retired_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "answer_template",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "Words that answers begin with: of one agency or of all, for one service or for any.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OutcomeRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "case",
                    fields.ForeignKeyField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="outcomes",
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
                        related_name="outcomes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "outcome",
                    fields.CharEnumField(
                        description="SOLVED: solved\nPARTLY: partly\nCANNOT: cannot",
                        enum_type=Outcome,
                        max_length=20,
                    ),
                ),
                (
                    "cause",
                    fields.CharEnumField(
                        description="OFFICER: officer\nDATA: data\nLAW: law\nOTHER_AGENCY: other_agency\nNONE: none\nUNKNOWN: unknown",
                        enum_type=Cause,
                        max_length=20,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "outcome",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "What one answer came to, as its agency said; of words there are none, so it is kept.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
