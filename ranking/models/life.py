"""The tables of an edition's life: wishes, objections, replies, and the plans that follow it.

Editions are named, not pointed at: a draft may be made again while what was said of it stays.
Rows are only added; an objection alone is answered once.
"""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from sla.models import AgencyRow, PromiseRow


class WishKind(StrEnum):
    """What is computed for a publisher in the background."""

    DRAFT = "draft"
    CORRECTION = "correction"


class EditionWishRow(Model):
    """Somebody wishes for a draft; a job makes it and notes what came of it.

    `fault` is the name of the refusal, `edition` the name of the draft that was made.
    """

    id = fields.IntField(primary_key=True)
    kind = fields.CharEnumField(WishKind, max_length=12)
    period = fields.CharField(max_length=10)
    reason = fields.CharField(max_length=1000, default="", db_default="")
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)
    edition = fields.CharField(max_length=20, null=True)
    fault = fields.CharField(max_length=60, null=True)

    class Meta:
        table = "edition_wish"


class ObjectionState(StrEnum):
    """An open objection keeps its edition from being published."""

    OPEN = "open"
    UPHELD = "upheld"
    DECLINED = "declined"


class ObjectionRow(Model):
    """What an agency contests in its own figures, and what another person decided."""

    id = fields.IntField(primary_key=True)
    edition = fields.CharField(max_length=20, db_index=True)
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="objections", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    about = fields.CharField(max_length=20)
    text = fields.CharField(max_length=4000)
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()
    state = fields.CharEnumField(ObjectionState, max_length=10)
    answer = fields.CharField(max_length=1000, default="", db_default="")
    decided_by = fields.CharField(max_length=60, null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "objection"


class ReplyRow(Model):
    """What an agency says to its result; the last one is published with the edition.

    `withheld` says why the publisher keeps back the text: personal data, and nothing else.
    """

    id = fields.IntField(primary_key=True)
    edition = fields.CharField(max_length=20, db_index=True)
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="replies", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    text = fields.CharField(max_length=4000)
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()
    withheld = fields.CharField(max_length=1000, null=True)
    withheld_by = fields.CharField(max_length=60, null=True)
    withheld_at = fields.DatetimeField(null=True)

    class Meta:
        table = "agency_reply"


class PlanVersionRow(Model):
    """One version of what an agency means to do about a low band; append-only."""

    id = fields.IntField(primary_key=True)
    edition = fields.CharField(max_length=20)
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="plans", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    number = fields.SmallIntField()
    cause = fields.CharField(max_length=4000)
    goal = fields.CharField(max_length=1000)
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()

    class Meta:
        table = "plan_version"
        unique_together = (("edition", "agency", "number"),)


class MeasureRow(Model):
    """One measure of a plan, with who answers for it; its day is a promise. Append-only."""

    id = fields.IntField(primary_key=True)
    version: fields.ForeignKeyRelation[PlanVersionRow] = fields.ForeignKeyField(
        "ranking.PlanVersionRow", related_name="measures", on_delete=OnDelete.RESTRICT
    )
    version_id: int
    text = fields.CharField(max_length=1000)
    owner = fields.CharField(max_length=200)
    due_on = fields.DateField()
    promise: fields.ForeignKeyRelation[PromiseRow] = fields.ForeignKeyField(
        "sla.PromiseRow", related_name="measures", on_delete=OnDelete.RESTRICT
    )
    promise_id: int

    class Meta:
        table = "plan_measure"


class MeasureReportRow(Model):
    """That a measure is done, with what shows it, or was dropped, with the reason; append-only."""

    id = fields.IntField(primary_key=True)
    measure: fields.OneToOneRelation[MeasureRow] = fields.OneToOneField(
        "ranking.MeasureRow", related_name="report", on_delete=OnDelete.RESTRICT
    )
    measure_id: int
    is_done = fields.BooleanField()
    text = fields.CharField(max_length=1000)
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()

    class Meta:
        table = "plan_report"
