"""Once a week the tone of comments is learned from this instance's own rated comments.

A part of the comments, chosen by the digest of their words, is held out: what was learned is used
only where it reads them better than the lexicon alone, by macro-F1. The same comments give the
same parts, the same bytes and the same verdict. For triage, never for rank.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from feedback.errors import NotLearned, TooFewComments
from feedback.models import LearnedToneRow
from feedback.texts import sentiment
from feedback.texts.learned_tone import FLOOR, NEGATIVE, POSITIVE, Learned, Learner
from sla.acts import Act

HELD_OUT = 5  # one comment in so many
READ_AT_MOST = 50_000  # the latest
# One voice a resident, so that what stays is shared by as many people as there are comments.
RATED = """
select comment, overall, language from (
    select distinct on (c.resident) r.comment, r.overall, r.language, r.given_at, r.id
    from rating r join closure c on c.id = r.closure_id
    where r.comment <> '' and r.overall <> 3
    order by c.resident, r.given_at desc, r.id desc
) voices order by given_at desc, id desc limit $1
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one week's learning came to. Scores are macro-F1 in thousandths on `held_out` comments.

    `learned` is None where there were too few comments.
    """

    learned: Learned | None
    negative: int
    positive: int
    held_out: int = 0
    score: int | None = None
    cold_score: int | None = None

    @property
    def is_better(self) -> bool:
        """Whether it reads what it has not seen better than the lexicon alone."""
        return self.score is not None and self.score > (self.cold_score or 0)


async def learn(act: Act, zone: ZoneInfo) -> bool:
    """Learn once in each week, from Monday 0:00 in `zone` on; whether it was still to be done."""
    week_on = monday(act.at, zone)
    if await LearnedToneRow.exists(week_on=week_on):
        return False
    rows = await get_connection("default").execute_query_dict(RATED, [READ_AT_MOST])
    found = judged(
        (row["comment"], row["overall"])
        for row in rows
        if sentiment.language_of(row["comment"], row["language"]) == "vi"
    )
    try:
        async with in_transaction():
            await LearnedToneRow.create(week_on=week_on, learned_at=act.at, **_facts(found))
    except IntegrityError:  # another worker was first
        return False
    return True


def _facts(found: Verdict) -> dict[str, Any]:
    learned = found.learned
    return {
        "version": learned.version if learned else "",
        "body": learned.to_json() if learned else "",
        "negative": found.negative,
        "positive": found.positive,
        "held_out": found.held_out,
        "score": found.score,
        "cold_score": found.cold_score,
        "is_used": found.is_better,
    }


def monday(at: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week a moment is in."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def judged(comments: Iterable[tuple[str, int]], *, floor: int = FLOOR) -> Verdict:
    """Learn from four fifths of (comment, stars), and judge by the rest. Three stars are passed.

    `floor` is how many comments of each side there must be to learn from. Nobody is judged by a
    side with no comment at all.
    """
    rated = [(text, stars) for text, stars in comments if stars in NEGATIVE + POSITIVE]
    seen = [one for one in rated if not is_held_out(one[0])]
    unseen = [one for one in rated if is_held_out(one[0])]
    negative = sum(stars in NEGATIVE for _, stars in seen)
    positive = len(seen) - negative
    try:
        learned = Learner(floor=floor).fit(seen)
    except TooFewComments:
        return Verdict(None, negative, positive)
    if len({stars in POSITIVE for _, stars in unseen}) < 2:
        return Verdict(learned, negative, positive, len(unseen))
    return Verdict(
        learned,
        negative,
        positive,
        len(unseen),
        macro_f1(unseen, lambda text: sentiment.read_tone(text, "vi", learned).polarity),
        macro_f1(unseen, lambda text: sentiment.read_tone(text, "vi").polarity),
    )


def is_held_out(comment: str) -> bool:
    """Equal comments are always on the same side, so that none is judged by its own copy."""
    return sha256(comment.strip().casefold().encode()).digest()[0] % HELD_OUT == 0


def macro_f1(rated: Iterable[tuple[str, int]], polarity: Callable[[str], int]) -> int:
    """The mean of both sides' F1, in thousandths rounded down; a polarity of 0 is called praise."""
    right = {True: 0, False: 0}
    called = {True: 0, False: 0}
    really = {True: 0, False: 0}
    for text, stars in rated:
        said, was = polarity(text) >= 0, stars in POSITIVE
        called[said] += 1
        really[was] += 1
        right[was] += said is was
    sides = [2000 * right[s] // (called[s] + really[s]) if right[s] else 0 for s in (True, False)]
    return sum(sides) // 2


_kept: dict[str, Learned] = {}


async def current() -> Learned | None:
    """What the latest week's learning came to, where it is used; None: the lexicon alone."""
    last = await LearnedToneRow.all().order_by("-week_on").only("id", "version", "is_used").first()
    if last is None or not last.is_used:
        return None
    if last.version not in _kept:
        [body] = await LearnedToneRow.filter(id=last.id).values_list("body", flat=True)
        _kept.clear()
        try:
            _kept[last.version] = Learned.from_json(str(body))
        except NotLearned:  # an older form: the next week learns anew
            return None
    return _kept[last.version]
