"""The tables of spot checks: which results were drawn by lot, and what was found of each."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.results import ClosureRow
from feedback.spot_kinds import SpotKind, SpotOutcome
from sla.models import AgencyRow

__all__ = ["SpotCheckRow", "SpotDrawingRow", "SpotKind", "SpotOutcome", "SpotTryRow"]


class SpotDrawingRow(Model):
    """One drawing: of so many results given in [starts_at, ends_at) so many; append-only."""

    id = fields.IntField(primary_key=True)
    period = fields.CharField(max_length=10)
    kind = fields.CharEnumField(SpotKind, max_length=10)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    of = fields.IntField()
    taken = fields.IntField()
    drawn_at = fields.DatetimeField()

    class Meta:
        table = "spot_drawing"
        unique_together = (("period", "kind", "starts_at"),)


class SpotCheckRow(Model):
    """One result that was drawn; append-only."""

    id = fields.BigIntField(primary_key=True)
    drawing: fields.ForeignKeyRelation[SpotDrawingRow] = fields.ForeignKeyField(
        "feedback.SpotDrawingRow", related_name="checks", on_delete=OnDelete.RESTRICT
    )
    drawing_id: int
    closure: fields.ForeignKeyRelation[ClosureRow] = fields.ForeignKeyField(
        "feedback.ClosureRow", related_name="spot_checks", on_delete=OnDelete.RESTRICT
    )
    closure_id: int
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="spot_checks", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    due_at = fields.DatetimeField()

    class Meta:
        table = "spot_check"
        unique_together = (("drawing", "closure"),)


class SpotTryRow(Model):
    """What one person found at one try; append-only. `is_last`: no further one follows.

    `overall` is how satisfied the resident said to be on the telephone, if asked and told.
    """

    id = fields.BigIntField(primary_key=True)
    check: fields.ForeignKeyRelation[SpotCheckRow] = fields.ForeignKeyField(
        "feedback.SpotCheckRow", related_name="tries", on_delete=OnDelete.RESTRICT
    )
    check_id: int
    number = fields.SmallIntField()
    outcome = fields.CharEnumField(SpotOutcome, max_length=12)
    overall = fields.SmallIntField(null=True)
    note = fields.CharField(max_length=1000, default="", db_default="")
    is_last = fields.BooleanField()
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()

    class Meta:
        table = "spot_try"
        unique_together = (("check", "number"),)
