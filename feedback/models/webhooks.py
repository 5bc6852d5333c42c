"""Where agencies' own systems are told of what happens, and what was owed to each."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from sla.models import AgencyRow


class WebhookRow(Model):
    """An address that an agency wants to be called at.

    Its secret is derived from `seed` and the instance's own, so the database alone forges nothing;
    the former one signs as well until `former_until`. While calls fail it is tried ever more
    seldom, at `next_try_at`.
    """

    id = fields.IntField(primary_key=True)
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="webhooks", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    url = fields.CharField(max_length=500)
    kinds = fields.CharField(max_length=1000)  # with spaces between
    seed = fields.BinaryField()
    former_seed = fields.BinaryField(null=True)
    former_until = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    paused_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    failures = fields.SmallIntField(default=0)  # since a call was last taken
    failing_since = fields.DatetimeField(null=True)
    next_try_at = fields.DatetimeField()

    class Meta:
        table = "webhook"


class DeliveryRow(Model):
    """One call that is owed, or was made; written in the transaction of its cause."""

    id = fields.BigIntField(primary_key=True)
    webhook: fields.ForeignKeyRelation[WebhookRow] = fields.ForeignKeyField(
        "feedback.WebhookRow", related_name="deliveries", on_delete=OnDelete.RESTRICT
    )
    webhook_id: int
    key = fields.CharField(max_length=80)  # once a webhook, by migration; repeats carry the same
    kind = fields.CharField(max_length=40)
    facts: dict[str, str] = fields.JSONField()  # codes and references alone
    owed_at = fields.DatetimeField()
    next_try_at = fields.DatetimeField()
    attempts = fields.SmallIntField(default=0)
    tried_at = fields.DatetimeField(null=True)
    delivered_at = fields.DatetimeField(null=True)
    given_up_at = fields.DatetimeField(null=True)
    status = fields.SmallIntField(null=True)  # of the last answer, if there was one
    error = fields.CharField(max_length=40, null=True)  # a word, never the other side's own

    class Meta:
        table = "webhook_delivery"
