from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from feedback.lifecycle import CaseStatus
from feedback.models import CaseKind, Role


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]
    initial = True

    operations = [
        ops.CreateModel(
            name="AccountRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("name", fields.CharField(unique=True, max_length=40)),
                ("display_name", fields.CharField(max_length=200)),
                ("email", fields.CharField(null=True, max_length=254)),
                ("password_hash", fields.CharField(max_length=200)),
                (
                    "role",
                    fields.CharEnumField(
                        description="OFFICER: officer\nHEAD: head\nCOORDINATOR: coordinator\nPUBLISHER: publisher\nAUDITOR: auditor\nADMINISTRATOR: administrator",
                        enum_type=Role,
                        max_length=20,
                    ),
                ),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="accounts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "disabled_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={"table": "account", "app": "feedback", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AgencyKeyRow",
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
                        related_name="keys",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("key_hash", fields.BinaryField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "agency_key",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "A key of an agency's own system; only its hash is kept.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CaseRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "promise",
                    fields.OneToOneField(
                        "sla.PromiseRow",
                        source_field="promise_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="case",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(unique=True, max_length=40)),
                ("code_hash", fields.BinaryField(null=True)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="COMPLAINT: complaint\nSUGGESTION: suggestion",
                        enum_type=CaseKind,
                        max_length=20,
                    ),
                ),
                ("language", fields.CharField(max_length=5)),
                ("subject", fields.CharField(max_length=200)),
                ("text", fields.TextField(unique=False)),
                ("location", fields.CharField(default="", max_length=300)),
                (
                    "status",
                    fields.CharEnumField(
                        description="FILED: filed\nIN_HAND: in_hand\nWAITING: waiting\nANSWERED: answered\nCLOSED: closed\nWITHDRAWN: withdrawn",
                        enum_type=CaseStatus,
                        max_length=20,
                    ),
                ),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "feedback.AccountRow",
                        source_field="officer_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="cases",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("filed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "answered_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("is_history", fields.BooleanField(default=False)),
                ("search_key", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "resident_case",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "A resident's complaint or suggestion. Its clock is its promise.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ClosureRow",
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
                        related_name="closures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("round", fields.SmallIntField()),
                (
                    "agency",
                    fields.ForeignKeyField(
                        "sla.AgencyRow",
                        source_field="agency_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="closures",
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
                        related_name="closures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("channel", fields.CharField(max_length=20)),
                ("resident", fields.BinaryField()),
                ("closed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("window_ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("invited_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("token_hash", fields.BinaryField(null=True)),
                ("void_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "closure",
                "app": "feedback",
                "unique_together": (("promise", "round"),),
                "pk_attr": "id",
                "table_description": "One result given to one resident: what an invitation asks about and a rating rates.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ContactRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "case",
                    fields.OneToOneField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="contact",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sealed", fields.BinaryField()),
            ],
            options={
                "table": "contact",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "Who the resident is, sealed; apart from the case, so that it can be forgotten alone.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdempotencyRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key_hash", fields.BinaryField()),
                ("body_hash", fields.BinaryField()),
                ("status", fields.SmallIntField()),
                ("sealed_answer", fields.BinaryField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "idempotency",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "What was answered to a POST with an Idempotency-Key, so that a retry gets the same.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MessageRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "case",
                    fields.ForeignKeyField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("by", fields.CharField(max_length=60)),
                ("text", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "message", "app": "feedback", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NoticeRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("key", fields.CharField(unique=True, max_length=100)),
                ("kind", fields.CharField(max_length=30)),
                ("language", fields.CharField(max_length=5)),
                ("sealed", fields.BinaryField()),
                ("owed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("next_try_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("attempts", fields.SmallIntField(default=0)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "given_up_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "notice",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "The outbox: what is owed to somebody outside, written in the transaction of its cause.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RatingRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "closure",
                    fields.OneToOneField(
                        "feedback.ClosureRow",
                        source_field="closure_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rating",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("overall", fields.SmallIntField()),
                ("solved", fields.CharField(null=True, max_length=10)),
                ("clear", fields.SmallIntField(null=True)),
                ("contacts", fields.SmallIntField(null=True)),
                ("comment", fields.TextField(default="", unique=False)),
                ("language", fields.CharField(max_length=5)),
                ("mode", fields.CharField(max_length=20)),
                ("given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revision", fields.IntField(default=1)),
                ("tallied_revision", fields.IntField(default=0)),
                ("tallied_overall", fields.SmallIntField(null=True)),
                ("tone_revision", fields.IntField(default=0)),
                ("tone", fields.SmallIntField(null=True)),
                ("tone_label", fields.CharField(null=True, max_length=10)),
                ("tone_version", fields.CharField(null=True, max_length=40)),
            ],
            options={
                "table": "rating",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "What a resident answered about one closure: one row, the last answer before the window ends.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("token_hash", fields.BinaryField()),
                (
                    "account",
                    fields.ForeignKeyField(
                        "feedback.AccountRow",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "session", "app": "feedback", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TimelineRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "case",
                    fields.ForeignKeyField(
                        "feedback.CaseRow",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="timeline",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=40)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by", fields.CharField(max_length=60)),
                ("detail", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "timeline",
                "app": "feedback",
                "pk_attr": "id",
                "table_description": "One event in the story of a case; append-only.",
            },
            bases=["Model"],
        ),
    ]
