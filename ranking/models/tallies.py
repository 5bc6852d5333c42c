"""The tables of tallied answers, and of how they stood when everything was counted again."""

from tortoise import fields
from tortoise.models import Model


class StratumRow(Model):
    """One kind of work as it is told apart in counting: what it was, of which service, how it came.

    And for whom, where somebody said. The category of a service is looked up when voices are
    counted, for a service can be filed anew.
    """

    id = fields.IntField(primary_key=True)
    kind = fields.CharField(max_length=10)
    service_id: int | None = fields.IntField(null=True)
    channel = fields.CharField(max_length=20)
    applicant = fields.CharField(max_length=10, default="", db_default="")

    class Meta:
        table = "stratum"  # unique by migration, for services can be missing


class UntalliedRow(Model):
    """A rating that was given, changed or made void since it was last tallied.

    Written by triggers, only ever appended, and gone once it is tallied; two of one do no harm.
    """

    id = fields.BigIntField(primary_key=True)
    rating_id = fields.BigIntField()

    class Meta:
        table = "untallied"


class CountedAnswerRow(Model):
    """What one rating counts as; none is here of a void closure. Narrow, for there are millions.

    It follows from the rating and its closure alone, so no foreign key guards it: a recount does.
    """

    rating_id = fields.BigIntField(primary_key=True, generated=False)
    voice = fields.BigIntField()  # one resident at one agency
    agency_id = fields.IntField()
    stratum_id = fields.IntField()
    given_on = fields.DateField()
    month = fields.SmallIntField()  # of the closure, local, counted from the year 0
    overall = fields.SmallIntField()
    at_counter = fields.SmallIntField()

    class Meta:
        table = "counted_answer"


class RecountRow(Model):
    """A quarter of tallied answers compared with the ratings: how many, and how many differed."""

    id = fields.IntField(primary_key=True)
    period = fields.CharField(max_length=10)
    at = fields.DatetimeField()
    answers = fields.IntField()
    differing: dict[str, int] = fields.JSONField()  # agency's number -> answers

    class Meta:
        table = "recount"


class RecountBegunRow(Model):
    """A quarter that is being counted again: the agencies that are done, and what was found.

    Of look number `look` the agencies up to `after` are done; `ends` are the last of each part to
    come.
    """

    period = fields.CharField(max_length=10, primary_key=True)
    at = fields.DatetimeField()
    after = fields.IntField()
    ends: list[int] = fields.JSONField()
    look = fields.SmallIntField(default=0, db_default=0)
    answers = fields.IntField()
    differing: dict[str, int] = fields.JSONField()

    class Meta:
        table = "recount_begun"


class TallyRow(Model):
    """What was counted of one agency in one window, of its answers or of its promises.

    `is_stale`: something it was counted from has changed since. `shape` tells by which program.
    """

    id = fields.BigIntField(primary_key=True)
    agency_id = fields.IntField()
    what = fields.CharField(max_length=4)  # said, kept
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    cutoff_at = fields.DatetimeField()
    shape = fields.CharField(max_length=16)
    body = fields.TextField()  # compact.written
    is_stale = fields.BooleanField(default=False)

    class Meta:
        table = "tally"
        unique_together = (("agency_id", "what", "starts_at", "ends_at"),)


class TallyMarkRow(Model):
    """Something changed that tallies are counted from; written by triggers, only ever appended.

    It concerns windows of the agency (None: of any) that end after `since_at` and begin no later
    than `until_at` (None: ever), and that look past `seen_at` (None: at all).
    """

    id = fields.BigIntField(primary_key=True)
    agency_id: int | None = fields.IntField(null=True)
    since_at = fields.DatetimeField()
    until_at = fields.DatetimeField(null=True)
    seen_at = fields.DatetimeField(null=True)

    class Meta:
        table = "tally_mark"
