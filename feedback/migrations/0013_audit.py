"""The audit trail of administration, and the changes that wait for a second person or their day."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from feedback.deeds import ChangeKind, ChangeState, Deed, Subject

RULES = """
create trigger audit_append_only before update or delete on audit
    for each row execute function refuse_change();
create trigger audit_not_emptied before truncate on audit
    for each statement execute function refuse_change();
alter table audit
    add constraint audit_about check (about <> ''),
    add constraint audit_by check (by <> '');
create index audit_by_whom on audit (by, id);
create index audit_about_what on audit (subject, about, id);
create index audit_at on audit (at, id);

alter table planned_change
    add constraint planned_change_reason check (reason <> ''),
    add constraint planned_change_state check (
        state in ('proposed', 'planned', 'done', 'refused', 'cancelled')),
    add constraint planned_change_two check (decided_by <> proposed_by),
    add constraint planned_change_decided check ((decided_by is null) = (decided_at is null)),
    add constraint planned_change_done check ((state = 'done') = (done_at is not null)),
    add constraint planned_change_day check (state <> 'planned' or effective_on is not null);
create index planned_change_waiting on planned_change (id) where state = 'proposed';
create index planned_change_planned on planned_change (effective_on, id) where state = 'planned';
create index planned_change_about on planned_change (about, id);
"""
RULES_BACK = """
drop index planned_change_about, planned_change_planned, planned_change_waiting;
alter table planned_change
    drop constraint planned_change_reason, drop constraint planned_change_state,
    drop constraint planned_change_two, drop constraint planned_change_decided,
    drop constraint planned_change_done, drop constraint planned_change_day;
drop index audit_at, audit_about_what, audit_by_whom;
alter table audit drop constraint audit_about, drop constraint audit_by;
drop trigger audit_not_emptied on audit;
drop trigger audit_append_only on audit;
"""
TOLD = "One administrative act; append-only. `before` and `after` never hold a secret."
TOLD_CHANGE = "One change somebody wants; `body` is what it says, in the words of its kind."


def _described(kind: type[Subject | Deed | ChangeKind | ChangeState]) -> str:
    return "\n".join(f"{one.name}: {one.value}" for one in kind)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0012_sign_in")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AuditRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("by", fields.CharField(max_length=60)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "subject",
                    fields.CharEnumField(
                        description=_described(Subject), enum_type=Subject, max_length=20
                    ),
                ),
                ("about", fields.CharField(max_length=200)),
                (
                    "deed",
                    fields.CharEnumField(
                        description=_described(Deed), enum_type=Deed, max_length=20
                    ),
                ),
                ("before", fields.JSONField(null=True)),
                ("after", fields.JSONField(null=True)),
                ("reason", fields.CharField(default="", max_length=1000)),
            ],
            options={
                "table": "audit",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD,
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ChangeRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description=_described(ChangeKind), enum_type=ChangeKind, max_length=20
                    ),
                ),
                ("about", fields.CharField(max_length=200)),
                ("body", fields.JSONField()),
                ("reason", fields.CharField(max_length=1000)),
                (
                    "state",
                    fields.CharEnumField(
                        description=_described(ChangeState), enum_type=ChangeState, max_length=20
                    ),
                ),
                ("effective_on", fields.DateField(null=True)),
                ("proposed_by", fields.CharField(max_length=60)),
                ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.CharField(null=True, max_length=60)),
                (
                    "decided_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("answer", fields.CharField(default="", max_length=1000)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "planned_change",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD_CHANGE,
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
