"""The tables of periods and editions, and of answers set aside."""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models import RatingRow
from sla.models import AgencyRow


class EditionStatus(StrEnum):
    """A draft can be thrown away; a published edition never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"


class PeriodRow(Model):
    """A reporting period with the configuration committed for it."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=10, unique=True)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    cutoff_at = fields.DatetimeField()
    config: dict[str, object] = fields.JSONField()  # Config.to_json
    config_digest = fields.CharField(max_length=64)
    committed_at = fields.DatetimeField()
    terms: dict[str, object] | None = fields.JSONField(null=True)  # terms.Terms; None: from before
    terms_digest = fields.CharField(max_length=64, null=True)
    publish_on = fields.DateField(null=True)
    seed = fields.CharField(max_length=64, null=True)  # of its spot checks; told when published

    class Meta:
        table = "period"


class EditionRow(Model):
    """A period frozen: `body` is all its pages and files are made from."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=20, unique=True)
    period: fields.ForeignKeyRelation[PeriodRow] = fields.ForeignKeyField(
        "ranking.PeriodRow", related_name="editions", on_delete=OnDelete.RESTRICT
    )
    period_id: int
    status = fields.CharEnumField(EditionStatus, max_length=10)
    body: dict[str, object] = fields.JSONField()  # editions.Edition
    drafted_at = fields.DatetimeField()
    published_at = fields.DatetimeField(null=True)
    published_by = fields.CharField(max_length=60, null=True)
    manifest_digest = fields.CharField(max_length=64, null=True)
    preview_at = fields.DatetimeField(null=True)  # since then agencies may object; None: a trial
    waived = fields.CharField(max_length=1000, default="", db_default="")
    fence = fields.BigIntField(null=True)  # later publications have higher ones
    supersedes: fields.ForeignKeyNullableRelation["EditionRow"] = fields.ForeignKeyField(
        "ranking.EditionRow", related_name="corrections", on_delete=OnDelete.RESTRICT, null=True
    )
    supersedes_id: int | None

    class Meta:
        table = "edition"


class Finding(StrEnum):
    """What made answers look arranged."""

    BURST = "burst"
    COPIED = "copied"
    HASTY = "hasty"
    ONE_SOURCE = "one_source"
    REPORTED = "reported"


class QuarantineState(StrEnum):
    """Where a review stands. Held and excluded answers do not count, released ones do."""

    HELD = "held"
    EXCLUDED = "excluded"
    RELEASED = "released"


class QuarantineRow(Model):
    """Answers set aside together for one reason; `state` follows from the decisions.

    `key` says what was found once and for all: the same finding is not made twice.
    """

    id = fields.IntField(primary_key=True)
    key = fields.CharField(max_length=120, unique=True)
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="quarantines", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    finding = fields.CharEnumField(Finding, max_length=20)
    evidence: dict[str, object] = fields.JSONField()  # the numbers and their thresholds
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    ratings = fields.IntField()
    state = fields.CharEnumField(QuarantineState, max_length=10)
    found_at = fields.DatetimeField()
    found_by = fields.CharField(max_length=60)
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "quarantine"


class QuarantinedRatingRow(Model):
    """One answer in one quarantine; append-only."""

    id = fields.BigIntField(primary_key=True)
    quarantine: fields.ForeignKeyRelation[QuarantineRow] = fields.ForeignKeyField(
        "ranking.QuarantineRow", related_name="members", on_delete=OnDelete.RESTRICT
    )
    quarantine_id: int
    rating: fields.ForeignKeyRelation[RatingRow] = fields.ForeignKeyField(
        "feedback.RatingRow", related_name="quarantines", on_delete=OnDelete.RESTRICT
    )
    rating_id: int

    class Meta:
        table = "quarantined_rating"
        unique_together = (("quarantine", "rating"),)


class QuarantineDecisionRow(Model):
    """What one person said about one quarantine; append-only."""

    id = fields.IntField(primary_key=True)
    quarantine: fields.ForeignKeyRelation[QuarantineRow] = fields.ForeignKeyField(
        "ranking.QuarantineRow", related_name="decisions", on_delete=OnDelete.RESTRICT
    )
    quarantine_id: int
    verdict = fields.CharEnumField(QuarantineState, max_length=10)
    reason = fields.CharField(max_length=20)
    note = fields.CharField(max_length=1000, default="")
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()

    class Meta:
        table = "quarantine_decision"
