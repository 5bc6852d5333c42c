"""Agencies' own systems are told of what happens: whom to call, and what is owed to each."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

# Owed in the transaction of its cause, by whoever caused it: somebody who has just handed a case
# to another agency, or a resident, may not read what decides who is to be told.
RULES = """
alter table webhook alter column failures set default 0;
alter table webhook
    add constraint webhook_url check (url ~ '^https?://[^/?#@ ]+(/[^?# ]*)?$'),
    add constraint webhook_kinds check (kinds ~ '^[a-z_.]+( [a-z_.]+)*$'),
    add constraint webhook_former check ((former_seed is null) = (former_until is null)),
    add constraint webhook_failing check (
        failures >= 0 and (failures = 0) = (failing_since is null));
create index webhook_agency on webhook (agency_id, id);
create index webhook_live on webhook (id) where ended_at is null and paused_at is null;

alter table webhook_delivery alter column attempts set default 0;
alter table webhook_delivery
    add constraint webhook_delivery_attempts check (attempts >= 0),
    add constraint webhook_delivery_over check (delivered_at is null or given_up_at is null);
create unique index webhook_delivery_once on webhook_delivery (webhook_id, key);
create index webhook_delivery_owed on webhook_delivery (webhook_id, next_try_at, id)
    where delivered_at is null and given_up_at is null;
create index webhook_delivery_log on webhook_delivery (webhook_id, id);
create index webhook_delivery_age on webhook_delivery (owed_at);

create function owe_webhooks(told text, cases bigint[], moment timestamptz, others text[])
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
    owed integer;
begin
    if not exists (select from webhook where ended_at is null and paused_at is null) then
        return 0;
    end if;
    insert into webhook_delivery (webhook_id, key, kind, facts, owed_at, next_try_at)
    select w.id, 'msg_' || replace(gen_random_uuid()::text, '-', ''), told,
           jsonb_build_object('reference', c.reference, 'agency', a.code), moment, moment
    from unnest(cases) as about(case_id)
    join resident_case c on c.id = about.case_id and c.status <> 'handed_over'
    join promise p on p.id = c.promise_id
    join agency a on a.id = p.agency_id
    join webhook w on w.ended_at is null and w.paused_at is null
        and told = any(string_to_array(w.kinds, ' '))
        and (w.agency_id = p.agency_id
             or w.agency_id in (select o.id from agency o where o.code = any(others)))
    where not exists (
        select from hold h where h.case_id = c.id and h.decision is distinct from 'released')
    order by c.id, w.id;
    get diagnostics owed = row_count;
    return owed;
end
$$;
"""
RULES_BACK = """
drop function owe_webhooks(text, bigint[], timestamptz, text[]);
drop index webhook_delivery_age, webhook_delivery_log, webhook_delivery_owed,
    webhook_delivery_once, webhook_live, webhook_agency;
alter table webhook_delivery drop constraint webhook_delivery_over,
    drop constraint webhook_delivery_attempts;
alter table webhook drop constraint webhook_failing, drop constraint webhook_former,
    drop constraint webhook_kinds, drop constraint webhook_url;
"""
TOLD = "An address that an agency wants to be called at."
TOLD_DELIVERY = "One call that is owed, or was made; written in the transaction of its cause."


class Migration(migrations.Migration):
    dependencies = [("feedback", "0018_hold_objection"), ("sla", "0008_milestones")]

    initial = False

    operations = [
        ops.CreateModel(
            name="WebhookRow",
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
                        db_constraint=True,
                        to_field="id",
                        related_name="webhooks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("url", fields.CharField(max_length=500)),
                ("kinds", fields.CharField(max_length=1000)),
                ("seed", fields.BinaryField()),
                ("former_seed", fields.BinaryField(null=True)),
                ("former_until", fields.DatetimeField(null=True)),
                ("created_at", fields.DatetimeField()),
                ("paused_at", fields.DatetimeField(null=True)),
                ("ended_at", fields.DatetimeField(null=True)),
                ("failures", fields.SmallIntField(default=0)),
                ("failing_since", fields.DatetimeField(null=True)),
                ("next_try_at", fields.DatetimeField()),
            ],
            options={
                "table": "webhook",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD,
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DeliveryRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "webhook",
                    fields.ForeignKeyField(
                        "feedback.WebhookRow",
                        source_field="webhook_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="deliveries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key", fields.CharField(max_length=80)),
                ("kind", fields.CharField(max_length=40)),
                ("facts", fields.JSONField()),
                ("owed_at", fields.DatetimeField()),
                ("next_try_at", fields.DatetimeField()),
                ("attempts", fields.SmallIntField(default=0)),
                ("tried_at", fields.DatetimeField(null=True)),
                ("delivered_at", fields.DatetimeField(null=True)),
                ("given_up_at", fields.DatetimeField(null=True)),
                ("status", fields.SmallIntField(null=True)),
                ("error", fields.CharField(null=True, max_length=40)),
            ],
            options={
                "table": "webhook_delivery",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": TOLD_DELIVERY,
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, reverse_sql=RULES_BACK),
    ]
