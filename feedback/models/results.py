"""Results given to residents, and what they answered about them."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from sla.models import AgencyRow, PromiseRow, ServiceRow


class ClosureRow(Model):
    """One result given to one resident: what an invitation asks about and a rating rates.

    A case answered again after reopening, or a dossier finished again, is a new round; the
    earlier closure is then void and its rating not counted.
    """

    id = fields.BigIntField(primary_key=True)
    promise: fields.ForeignKeyRelation[PromiseRow] = fields.ForeignKeyField(
        "sla.PromiseRow", related_name="closures", on_delete=OnDelete.RESTRICT
    )
    promise_id: int
    round = fields.SmallIntField()
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="closures", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    service: fields.ForeignKeyNullableRelation[ServiceRow] = fields.ForeignKeyField(
        "sla.ServiceRow", related_name="closures", on_delete=OnDelete.RESTRICT, null=True
    )
    service_id: int | None
    channel = fields.CharField(max_length=20)
    resident = fields.BinaryField()
    closed_at = fields.DatetimeField()
    window_ends_at = fields.DatetimeField()
    invited_at = fields.DatetimeField(null=True)
    token_hash = fields.BinaryField(null=True)  # unique, by migration
    token_mode = fields.CharField(max_length=20, null=True)  # how its token can only be used
    void_at = fields.DatetimeField(null=True)

    class Meta:
        table = "closure"
        unique_together = (("promise", "round"),)


class RatingRow(Model):
    """What a resident answered about one closure: one row, the last answer before the window ends.

    `revision` counts the answers; `tone_revision` says up to which one the sweep has come, so that
    work is found by state and never lost.
    """

    id = fields.BigIntField(primary_key=True)
    closure: fields.OneToOneRelation[ClosureRow] = fields.OneToOneField(
        "feedback.ClosureRow", related_name="rating", on_delete=OnDelete.RESTRICT
    )
    closure_id: int
    overall = fields.SmallIntField()
    solved = fields.CharField(max_length=10, null=True)
    clear = fields.SmallIntField(null=True)
    contacts = fields.SmallIntField(null=True)
    comment = fields.TextField(default="")
    language = fields.CharField(max_length=5)
    mode = fields.CharField(max_length=20)
    # Which version of the questionnaire was answered.
    questions = fields.CharField(max_length=20, default="core-1", db_default="core-1")
    given_at = fields.DatetimeField()
    revision = fields.IntField(default=1)
    tone_revision = fields.IntField(default=0)
    tone = fields.SmallIntField(null=True)
    tone_label = fields.CharField(max_length=10, null=True)
    tone_version = fields.CharField(max_length=40, null=True)
    # feedback.sources: of the day it was given; null again once that day was looked at.
    device = fields.IntField(null=True)
    network = fields.IntField(null=True)

    class Meta:
        table = "rating"
