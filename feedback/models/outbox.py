"""What is owed to the outside, and what was answered to it."""

from tortoise import fields
from tortoise.models import Model


class NoticeRow(Model):
    """The outbox: what is owed to somebody outside, written in the transaction of its cause."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=100, unique=True)
    kind = fields.CharField(max_length=30)
    language = fields.CharField(max_length=5)
    sealed = fields.BinaryField()
    channel = fields.CharField(max_length=10, default="email", db_default="email")
    owed_at = fields.DatetimeField()
    next_try_at = fields.DatetimeField()
    attempts = fields.SmallIntField(default=0)
    sent_at = fields.DatetimeField(null=True)
    given_up_at = fields.DatetimeField(null=True)
    error = fields.CharField(max_length=40, null=True)  # the class of the last failure, no words

    class Meta:
        table = "notice"


class IdempotencyRow(Model):
    """What was answered to a POST with an Idempotency-Key, so that a retry gets the same."""

    id = fields.BigIntField(primary_key=True)
    key_hash = fields.BinaryField()  # unique, by migration
    body_hash = fields.BinaryField()
    status = fields.SmallIntField()
    sealed_answer = fields.BinaryField()
    at = fields.DatetimeField()

    class Meta:
        table = "idempotency"
