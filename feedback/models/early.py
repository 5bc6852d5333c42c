"""What members of staff were told in time: their mornings' digests, and alerts about deadlines."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.staff import AccountRow


class DigestRow(Model):
    """That somebody's morning was looked at: once a person and day; `is_owed` if there was news."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="digests", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    on_day = fields.DateField()
    is_owed = fields.BooleanField()

    class Meta:
        table = "digest"
        unique_together = (("account", "on_day"),)


class AlertRow(Model):
    """That one step about one fact of `watch` was taken towards somebody; None: nobody was there.

    Unique, nobody included, by migration.
    """

    id = fields.BigIntField(primary_key=True)
    watch_id = fields.BigIntField()  # a key into `watch`, by migration
    step = fields.SmallIntField()
    account: fields.ForeignKeyNullableRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="alerts", on_delete=OnDelete.RESTRICT, null=True
    )
    account_id: int | None
    at = fields.DatetimeField()

    class Meta:
        table = "alert"


class MailWishRow(Model):
    """In which language somebody wants the mails about work, and whether a digest each morning."""

    id = fields.IntField(primary_key=True)
    account: fields.OneToOneRelation[AccountRow] = fields.OneToOneField(
        "feedback.AccountRow", related_name="mail_wish", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    language = fields.CharField(max_length=5)
    wants_digest = fields.BooleanField()

    class Meta:
        table = "mail_wish"
