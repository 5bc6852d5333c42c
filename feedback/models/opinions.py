"""What an agency is shown of its residents' answers, batch by batch, and what they taught us."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from sla.models import AgencyRow


class SeenBatchRow(Model):
    """One batch of answers as it was released, never changed: of each kind they follow each other.

    It is about the answers that became final from `starts_at` until before `ends_at`. `body` holds
    counts of at least five residents, or masked comments in no order; nothing in it leads back.
    """

    id = fields.BigIntField(primary_key=True)
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="batches", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    kind = fields.CharField(max_length=10)  # ratings, comments
    starts_at = fields.DatetimeField(null=True)  # None: from the beginning
    ends_at = fields.DatetimeField()
    residents = fields.IntField()
    body: dict[str, object] = fields.JSONField()

    class Meta:
        table = "seen_batch"
        unique_together = (("agency", "kind", "ends_at"),)


class SeenLookRow(Model):
    """Up to which release an agency's answers have been looked through."""

    id = fields.IntField(primary_key=True)
    agency: fields.OneToOneRelation[AgencyRow] = fields.OneToOneField(
        "sla.AgencyRow", related_name="seen_look", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    until = fields.DatetimeField()

    class Meta:
        table = "seen_look"


class LearnedToneRow(Model):
    """What a week's learning came to. Scores are macro-F1 in thousandths, on comments held out.

    `body` is `Learned.to_json`, empty where there were too few comments to learn from.
    """

    id = fields.IntField(primary_key=True)
    week_on = fields.DateField(unique=True)  # its Monday
    learned_at = fields.DatetimeField()
    version = fields.CharField(max_length=40, default="")
    body = fields.TextField(default="")
    negative = fields.IntField()
    positive = fields.IntField()
    held_out = fields.IntField(default=0)
    score = fields.SmallIntField(null=True)
    cold_score = fields.SmallIntField(null=True)
    is_used = fields.BooleanField(default=False)

    class Meta:
        table = "learned_tone"
