from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from sla.models import PromiseKind


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="AgencyRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("code", fields.CharField(unique=True, max_length=40)),
                ("name_vi", fields.CharField(max_length=200)),
                ("name_en", fields.CharField(max_length=200)),
                ("kind", fields.CharField(max_length=40)),
                ("level", fields.CharField(max_length=40)),
                ("peer_group", fields.CharField(max_length=40)),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="parent_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="children",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("calendar_code", fields.CharField(max_length=40)),
                ("opens_on", fields.DateField(null=True)),
                ("closes_on", fields.DateField(null=True)),
                ("search_key", fields.CharField(max_length=400)),
                ("sort_key", fields.CharField(max_length=800)),
            ],
            options={
                "table": "agency",
                "app": "sla",
                "pk_attr": "id",
                "table_description": "An office residents deal with. Never deleted: closed on a day, and followed by its heirs.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CalendarRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("code", fields.CharField(max_length=40)),
                ("version", fields.IntField()),
                ("rules", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("known_until", fields.DateField(null=True)),
                ("published_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "calendar",
                "app": "sla",
                "unique_together": (("code", "version"),),
                "pk_attr": "id",
                "table_description": "One version of a working calendar, never changed: promises point at the version they used.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CharterMarkRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("token", fields.UUIDField()),
            ],
            options={
                "table": "charter_mark",
                "app": "sla",
                "pk_attr": "id",
                "table_description": "Changes, by trigger, whenever an agency, service, calendar or commitment does.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FormerNameRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("code", fields.CharField(max_length=40)),
                ("name", fields.CharField(max_length=200)),
                ("district", fields.CharField(max_length=200)),
                ("name_key", fields.CharField(db_index=True, max_length=200)),
                ("district_key", fields.CharField(max_length=200)),
                ("is_whole", fields.BooleanField()),
                ("successors", fields.SmallIntField()),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="former_names",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "former_name",
                "app": "sla",
                "unique_together": (("code", "name_key", "district_key", "agency"),),
                "pk_attr": "id",
                "table_description": "A name an agency's territory bore before, with the district that made it unique.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ServiceRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("code", fields.CharField(unique=True, max_length=40)),
                ("name_vi", fields.CharField(max_length=500)),
                ("name_en", fields.CharField(max_length=500)),
                ("field", fields.CharField(max_length=200)),
                ("statutory_amount", fields.IntField(null=True)),
                ("statutory_unit", fields.CharField(null=True, max_length=20)),
                ("source", fields.CharField(default="", max_length=500)),
                ("search_key", fields.CharField(max_length=1000)),
                ("sort_key", fields.CharField(max_length=2000)),
            ],
            options={
                "table": "service",
                "app": "sla",
                "pk_attr": "id",
                "table_description": "What a resident may ask for: an administrative procedure, or a kind of feedback.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CommitmentRow",
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
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="commitments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("level", fields.CharField(null=True, max_length=40)),
                (
                    "service",
                    fields.ForeignKeyField(
                        "sla.ServiceRow",
                        source_field="service_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="commitments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount", fields.IntField()),
                ("unit", fields.CharField(max_length=20)),
                ("rule", fields.CharField(max_length=10)),
                ("cut_off", fields.CharField(null=True, max_length=5)),
                ("effective_on", fields.DateField()),
                ("text_vi", fields.CharField(default="", max_length=1000)),
                ("text_en", fields.CharField(default="", max_length=1000)),
                ("legal_act", fields.CharField(default="", max_length=500)),
            ],
            options={
                "table": "commitment",
                "app": "sla",
                "pk_attr": "id",
                "table_description": "One version of what an agency, a level or everybody promises for a service; append-only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PromiseRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="CASE: case\nDOSSIER: dossier",
                        enum_type=PromiseKind,
                        max_length=10,
                    ),
                ),
                ("code", fields.CharField(max_length=40)),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="promises",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "service",
                    fields.ForeignKeyField(
                        "sla.ServiceRow",
                        source_field="service_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="promises",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "commitment",
                    fields.ForeignKeyField(
                        "sla.CommitmentRow",
                        source_field="commitment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="promises",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "calendar",
                    fields.ForeignKeyField(
                        "sla.CalendarRow",
                        source_field="calendar_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="promises",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("channel", fields.CharField(max_length=20)),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "extended_until",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("state", fields.CharField(max_length=20)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("round", fields.SmallIntField(default=1)),
                ("resident", fields.BinaryField(null=True)),
            ],
            options={
                "table": "promise",
                "app": "sla",
                "unique_together": (("kind", "code"),),
                "pk_attr": "id",
                "table_description": "One piece of work somebody was told a time for.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PromiseEventRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "promise",
                    fields.ForeignKeyField(
                        "sla.PromiseRow",
                        source_field="promise_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("seq", fields.SmallIntField()),
                ("kind", fields.CharField(max_length=20)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by", fields.CharField(max_length=60)),
                ("detail", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("external_id", fields.CharField(null=True, max_length=80)),
            ],
            options={
                "table": "promise_event",
                "app": "sla",
                "unique_together": (("promise", "seq"),),
                "pk_attr": "id",
                "table_description": "One event of a promise. `at` is when it happened, `recorded_at` when we were told.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WatchRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "promise",
                    fields.ForeignKeyField(
                        "sla.PromiseRow",
                        source_field="promise_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="watches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("round", fields.SmallIntField()),
                ("kind", fields.CharField(max_length=20)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("found_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "watch",
                "app": "sla",
                "unique_together": (("promise", "round", "kind"),),
                "pk_attr": "id",
                "table_description": "A fact found by the sweep, written once per promise, round and kind; nothing erases it.",
            },
            bases=["Model"],
        ),
    ]
