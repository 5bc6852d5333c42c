"""The tables of how answers spread over the devices and networks they came from."""

from tortoise import fields
from tortoise.models import Model

from ranking.method.spread import SourceKind


class SpreadRow(Model):
    """Of so many residents each, this many devices or networks answered about an agency on a day.

    Which ones they were is not known to anybody any more.
    """

    id = fields.BigIntField(primary_key=True)
    agency_id = fields.IntField()
    day = fields.DateField()  # local, of giving
    kind = fields.CharEnumField(SourceKind, max_length=10)
    residents = fields.IntField()
    sources = fields.IntField()

    class Meta:
        table = "answer_spread"
        unique_together = (("day", "agency_id", "kind", "residents"),)


class BusiestAnswerRow(Model):
    """An answer from a day's busiest device, kept if that answered for many; which, nobody knows.

    It says so of the answer given at that moment: one given anew since then came from elsewhere.
    """

    rating_id = fields.BigIntField(primary_key=True, generated=False)  # RatingRow
    given_at = fields.DatetimeField()

    class Meta:
        table = "busiest_answer"
