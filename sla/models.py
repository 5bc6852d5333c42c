"""The tables of what agencies promise. A table behind a value is a `…Row`.

Times are stored in UTC. Promise events are only ever appended; what the promise row repeats of
them (`due_at`, `state`, `ended_at` …) is the fold of its events, kept for sorting and counting.
"""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model


class PromiseKind(StrEnum):
    """What was promised: an answer to a case, the result of a dossier, a measure of a plan.

    Measures are an agency's promise to the public; they count in no ranking.
    """

    CASE = "case"
    DOSSIER = "dossier"
    MILESTONE = "milestone"


class CalendarRow(Model):
    """One version of a working calendar, never changed: promises point at the version they used."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40)
    version = fields.IntField()
    rules: dict[str, object] = fields.JSONField()  # WorkingCalendar.to_json
    known_until = fields.DateField(null=True)
    published_at = fields.DatetimeField()
    published_by = fields.CharField(max_length=60, default="", db_default="")
    reason = fields.CharField(max_length=1000, default="", db_default="")

    class Meta:
        table = "calendar"
        unique_together = (("code", "version"),)


class AgencyRow(Model):
    """An office residents deal with. Never deleted: closed on a day, and followed by its heirs."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40, unique=True)
    name_vi = fields.CharField(max_length=200)
    name_en = fields.CharField(max_length=200)
    kind = fields.CharField(max_length=40)
    level = fields.CharField(max_length=40)
    peer_group = fields.CharField(max_length=40)
    parent: fields.ForeignKeyNullableRelation["AgencyRow"] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="children", on_delete=OnDelete.RESTRICT, null=True
    )
    parent_id: int | None
    calendar_code = fields.CharField(max_length=40)
    opens_on = fields.DateField(null=True)
    closes_on = fields.DateField(null=True)
    search_key = fields.CharField(max_length=400)
    sort_key = fields.CharField(max_length=800)

    class Meta:
        table = "agency"


class FormerNameRow(Model):
    """A name an agency's territory bore before, with the district that made it unique."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40)
    name = fields.CharField(max_length=200)
    district = fields.CharField(max_length=200)
    name_key = fields.CharField(max_length=200, db_index=True)
    district_key = fields.CharField(max_length=200)
    is_whole = fields.BooleanField()
    successors = fields.SmallIntField()
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="former_names", on_delete=OnDelete.RESTRICT
    )
    agency_id: int

    class Meta:
        table = "former_name"
        unique_together = (("code", "name_key", "district_key", "agency"),)


class ServiceRow(Model):
    """What a resident may ask for: an administrative procedure, or a kind of feedback."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40, unique=True)
    name_vi = fields.CharField(max_length=500)
    name_en = fields.CharField(max_length=500)
    field = fields.CharField(max_length=200)
    statutory_amount = fields.IntField(null=True)
    statutory_unit = fields.CharField(max_length=20, null=True)
    source = fields.CharField(max_length=500, default="")
    search_key = fields.CharField(max_length=1000)
    sort_key = fields.CharField(max_length=2000)

    class Meta:
        table = "service"


class CommitmentRow(Model):
    """One version of what an agency, a level or everybody promises for a service; append-only."""

    id = fields.IntField(primary_key=True)
    agency: fields.ForeignKeyNullableRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="commitments", on_delete=OnDelete.RESTRICT, null=True
    )
    agency_id: int | None
    level = fields.CharField(max_length=40, null=True)
    service: fields.ForeignKeyNullableRelation[ServiceRow] = fields.ForeignKeyField(
        "sla.ServiceRow", related_name="commitments", on_delete=OnDelete.RESTRICT, null=True
    )
    service_id: int | None
    amount = fields.IntField()
    unit = fields.CharField(max_length=20)
    rule = fields.CharField(max_length=10)
    cut_off = fields.CharField(max_length=5, null=True)
    effective_on = fields.DateField()
    calendar_code = fields.CharField(max_length=40, null=True)  # of its counter; None: the agency's
    text_vi = fields.CharField(max_length=1000, default="")
    text_en = fields.CharField(max_length=1000, default="")
    legal_act = fields.CharField(max_length=500, default="")
    is_withdrawn = fields.BooleanField(default=False, db_default=False)  # from then on nothing

    class Meta:
        table = "commitment"


class CharterMarkRow(Model):
    """Changes, by trigger, whenever an agency, service, calendar or commitment does."""

    id = fields.IntField(primary_key=True)
    token = fields.UUIDField()

    class Meta:
        table = "charter_mark"


class PromiseRow(Model):
    """One piece of work somebody was told a time for."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(PromiseKind, max_length=10)
    code = fields.CharField(max_length=40)
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="promises", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    service: fields.ForeignKeyNullableRelation[ServiceRow] = fields.ForeignKeyField(
        "sla.ServiceRow", related_name="promises", on_delete=OnDelete.RESTRICT, null=True
    )
    service_id: int | None
    commitment: fields.ForeignKeyNullableRelation[CommitmentRow] = fields.ForeignKeyField(
        "sla.CommitmentRow", related_name="promises", on_delete=OnDelete.RESTRICT, null=True
    )
    commitment_id: int | None
    calendar: fields.ForeignKeyNullableRelation[CalendarRow] = fields.ForeignKeyField(
        "sla.CalendarRow", related_name="promises", on_delete=OnDelete.RESTRICT, null=True
    )
    calendar_id: int | None
    channel = fields.CharField(max_length=20)
    applicant = fields.CharField(max_length=10, default="", db_default="")  # person, business
    started_at = fields.DatetimeField()
    due_at = fields.DatetimeField(null=True)
    extended_until = fields.DatetimeField(null=True)
    pause_lapses_at = fields.DatetimeField(null=True)
    due_soon_at = fields.DatetimeField(null=True)
    watch_at = fields.DatetimeField(null=True)  # when the sweep should look at it next
    state = fields.CharField(max_length=20)
    ended_at = fields.DatetimeField(null=True)
    round = fields.SmallIntField(default=1)
    resident = fields.BinaryField(null=True)

    class Meta:
        table = "promise"
        unique_together = (("kind", "code"),)


class PromiseEventRow(Model):
    """One event of a promise. `at` is when it happened, `recorded_at` when we were told."""

    id = fields.BigIntField(primary_key=True)
    promise: fields.ForeignKeyRelation[PromiseRow] = fields.ForeignKeyField(
        "sla.PromiseRow", related_name="events", on_delete=OnDelete.RESTRICT
    )
    promise_id: int
    seq = fields.SmallIntField()
    kind = fields.CharField(max_length=20)
    at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    by = fields.CharField(max_length=60)
    detail: dict[str, object] = fields.JSONField()  # promises.to_json
    external_id = fields.CharField(max_length=80, null=True)

    class Meta:
        table = "promise_event"
        unique_together = (("promise", "seq"),)  # and by external id, by migration


class WatchRow(Model):
    """A fact found by the sweep, written once per promise, round and kind; nothing erases it."""

    id = fields.BigIntField(primary_key=True)
    promise: fields.ForeignKeyRelation[PromiseRow] = fields.ForeignKeyField(
        "sla.PromiseRow", related_name="watches", on_delete=OnDelete.RESTRICT
    )
    promise_id: int
    round = fields.SmallIntField()
    kind = fields.CharField(max_length=20)
    at = fields.DatetimeField()
    found_at = fields.DatetimeField()

    class Meta:
        table = "watch"
        unique_together = (("promise", "round", "kind"),)


class CorrectionRow(Model):
    """A request to correct the time of an end, and what a second person decided; append-only."""

    id = fields.IntField(primary_key=True)
    promise: fields.ForeignKeyRelation[PromiseRow] = fields.ForeignKeyField(
        "sla.PromiseRow", related_name="corrections", on_delete=OnDelete.RESTRICT
    )
    promise_id: int
    agency: fields.ForeignKeyRelation[AgencyRow] = fields.ForeignKeyField(
        "sla.AgencyRow", related_name="corrections", on_delete=OnDelete.RESTRICT
    )
    agency_id: int
    round = fields.SmallIntField()
    told_at = fields.DatetimeField()
    ended_at = fields.DatetimeField()
    reason = fields.CharField(max_length=1000)
    requested_by = fields.CharField(max_length=60)
    requested_at = fields.DatetimeField()
    decided_by = fields.CharField(max_length=60, null=True)
    decided_at = fields.DatetimeField(null=True)
    is_approved = fields.BooleanField(null=True)
    answer = fields.CharField(max_length=1000, default="")

    class Meta:
        table = "correction"
