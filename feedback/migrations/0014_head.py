"""What staff are told in time, what agencies see of answers, and the tone of what residents write.

The tone and the topics of an open case are filled in by a sweep; a text that changes, or is erased,
loses them.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

FORWARD = """
alter table inbox_entry add column topics varchar(20)[];
alter table inbox_entry
    add constraint inbox_entry_tone check (tone in ('negative', 'neutral', 'positive'));
create index inbox_toneless on inbox_entry (case_id)
    where tone is null and status in ('filed', 'in_hand', 'waiting');

create function inbox_forget_tone() returns trigger language plpgsql as $$
begin
    update inbox_entry set tone = null, topics = null where case_id = new.id;
    return null;
end $$;
create trigger tone_forgotten after update of subject, text on resident_case for each row
    when ((old.subject, old.text) is distinct from (new.subject, new.text))
    execute function inbox_forget_tone();

alter table alert
    add constraint alert_watch foreign key (watch_id) references watch on delete restrict,
    add constraint alert_once unique nulls not distinct (watch_id, step, account_id),
    add constraint alert_step check (step >= 0);
create trigger alert_append_only before update or delete on alert
    for each row execute function refuse_change();

alter table seen_batch
    add constraint seen_batch_kind check (kind in ('ratings', 'comments')),
    add constraint seen_batch_span check (starts_at is null or starts_at < ends_at),
    add constraint seen_batch_enough check (residents >= 5);
create trigger seen_batch_stays before delete or update of agency_id, kind, starts_at, ends_at,
    residents on seen_batch for each row execute function refuse_change();
create trigger seen_batch_counts_stay before update on seen_batch for each row
    when (old.kind = 'ratings') execute function refuse_change();

alter table learned_tone
    add constraint learned_tone_monday check (extract(isodow from week_on) = 1),
    add constraint learned_tone_used check (not is_used or (body <> '' and score > cold_score));
"""
BACKWARD = """
alter table learned_tone drop constraint learned_tone_used, drop constraint learned_tone_monday;
drop trigger seen_batch_counts_stay on seen_batch;
drop trigger seen_batch_stays on seen_batch;
alter table seen_batch drop constraint seen_batch_enough, drop constraint seen_batch_span,
    drop constraint seen_batch_kind;
drop trigger alert_append_only on alert;
alter table alert drop constraint alert_step, drop constraint alert_once,
    drop constraint alert_watch;
drop trigger tone_forgotten on resident_case;
drop function inbox_forget_tone;
drop index inbox_toneless;
alter table inbox_entry drop constraint inbox_entry_tone, drop column topics;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0013_audit"), ("sla", "0008_milestones")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AlertRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("watch_id", fields.BigIntField()),
                ("step", fields.SmallIntField()),
                (
                    "account",
                    fields.ForeignKeyField(
                        "feedback.AccountRow",
                        source_field="account_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="alerts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "alert",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "That one step about one fact of `watch` was taken towards somebody; None: nobody was there.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DigestRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "account",
                    fields.ForeignKeyField(
                        "feedback.AccountRow",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="digests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("on_day", fields.DateField()),
                ("is_owed", fields.BooleanField()),
            ],
            options={
                "table": "digest",
                "app": "feedback",
                "unique_together": (("account", "on_day"),),
                "pk_attr": "id",
                "table_description": "That somebody's morning was looked at: once a person and day; `is_owed` if there was news.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LearnedToneRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("week_on", fields.DateField(unique=True)),
                ("learned_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.CharField(default="", max_length=40)),
                ("body", fields.TextField(default="", unique=False)),
                ("negative", fields.IntField()),
                ("positive", fields.IntField()),
                ("held_out", fields.IntField(default=0)),
                ("score", fields.SmallIntField(null=True)),
                ("cold_score", fields.SmallIntField(null=True)),
                ("is_used", fields.BooleanField(default=False)),
            ],
            options={
                "table": "learned_tone",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "What a week's learning came to. Scores are macro-F1 in thousandths, on comments held out.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MailWishRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "account",
                    fields.OneToOneField(
                        "feedback.AccountRow",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mail_wish",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("language", fields.CharField(max_length=5)),
                ("wants_digest", fields.BooleanField()),
            ],
            options={
                "table": "mail_wish",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "In which language somebody wants the mails about work, and whether a digest each morning.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SeenBatchRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="batches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=10)),
                ("starts_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("residents", fields.IntField()),
                ("body", fields.JSONField()),
            ],
            options={
                "table": "seen_batch",
                "app": "feedback",
                "unique_together": (("agency", "kind", "ends_at"),),
                "pk_attr": "id",
                "table_description": "One batch of answers as it was released, never changed: of each kind they follow each other.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SeenLookRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "agency",
                    fields.OneToOneField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seen_look",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "seen_look",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "Up to which release an agency's answers have been looked through.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
