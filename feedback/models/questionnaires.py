"""Versions of the questions residents are asked, decided here."""

from tortoise import fields
from tortoise.models import Model


class QuestionnaireRow(Model):
    """One version, asked from its day (UTC) on until the next; append-only.

    `words` holds the texts by column of the register; a question without words is not asked.
    """

    id = fields.IntField(primary_key=True)
    version = fields.CharField(max_length=20, unique=True)
    effective_on = fields.DateField(unique=True)
    words: dict[str, str] = fields.JSONField()
    by = fields.CharField(max_length=60)
    at = fields.DatetimeField()
    reason = fields.CharField(max_length=1000, default="")

    class Meta:
        table = "questionnaire"
