"""What an agency sees of its residents' answers: batches, never an answer beside a case.

Answers count once their window is over and nobody can change them any more. Every Monday at 0:00
closes a week; a batch is released then if at least five residents answered since the batch before,
or else these wait for a later Monday. So every answer is in one batch at most, and whatever is
added or taken away between batches is again of five residents or more. A batch never changes, and
which Monday it came depends on nothing but the answers, not on when a sweep ran. Comments have
batches of their own: five who wrote, masked, in an order that says nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from feedback.models import SeenBatchRow, SeenLookRow
from feedback.texts import learning, masking, topics
from feedback.texts.topics import Topic
from sla.acts import Act

K = 5
"""The fewest residents a figure may speak of."""
SATISFIED, DISSATISFIED = 4, 2  # at least, at most
WEEK = timedelta(days=7)
COMMENTS_KEPT = timedelta(days=366)
RATINGS, COMMENTS = "ratings", "comments"


@dataclass(frozen=True, slots=True)
class Final:
    """One answer nobody can change any more."""

    resident: bytes
    final_at: datetime
    overall: int
    comment: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Answers of at least `K` residents that became final in [starts_at, ends_at)."""

    starts_at: datetime | None
    ends_at: datetime
    answers: tuple[Final, ...]

    @property
    def residents(self) -> int:
        return len({answer.resident for answer in self.answers})


def batches(
    answers: Iterable[Final], after: datetime | None, until: datetime, zone: ZoneInfo
) -> list[Batch]:
    """The batches that answers final from `after` until before `until` come to, each on a Monday.

    What is left over waits.
    """
    found: list[Batch] = []
    waiting: list[Final] = []
    pending = sorted(answers, key=lambda answer: answer.final_at)
    pending = [a for a in pending if (after is None or a.final_at >= after) and a.final_at < until]
    for place, answer in enumerate(pending):
        waiting.append(answer)
        closes_at = next_monday(answer.final_at, zone)
        if place + 1 < len(pending) and pending[place + 1].final_at < closes_at:
            continue
        if closes_at <= until and len({one.resident for one in waiting}) >= K:
            found.append(Batch(after, closes_at, tuple(waiting)))
            after, waiting = closes_at, []
    return found


def next_monday(at: datetime, zone: ZoneInfo) -> datetime:
    """The first Monday 0:00 in `zone` after a moment."""
    monday = learning.monday(at, zone) + WEEK
    return datetime.combine(monday, time(), zone)


def last_monday(at: datetime, zone: ZoneInfo) -> datetime:
    """The last Monday 0:00 in `zone` at or before a moment."""
    return datetime.combine(learning.monday(at, zone), time(), zone)


# The window is never longer than sixty days: so the index by closing time narrows the search.
FINAL = """
select c.resident, c.window_ends_at as final_at, r.overall, r.comment
from closure c join rating r on r.closure_id = c.id
where c.agency_id = $1 and c.void_at is null and c.window_ends_at < $3
    and ($2::timestamptz is null
         or c.window_ends_at >= $2 and c.closed_at >= $2 - interval '60 days')
order by c.window_ends_at, c.id
"""
UNSEEN = """
select a.id from agency a left join seen_look l on l.agency_id = a.id
where l.until is null or l.until < $1
order by a.id limit 1
for update of a skip locked
"""


async def release(act: Act, zone: ZoneInfo) -> bool:
    """Release what the last Monday closed of one agency's answers; whether one was still to see."""
    until = last_monday(act.at, zone)
    found = await get_connection("default").execute_query_dict(UNSEEN, [until])
    if not found:
        return await _forget_comments(act)
    agency_id = found[0]["id"]
    try:
        async with in_transaction():
            await _release(agency_id, until, zone)
    except IntegrityError:  # another worker was first
        return True
    return True


async def _release(agency_id: int, until: datetime, zone: ZoneInfo) -> None:
    for kind in (RATINGS, COMMENTS):
        last = (
            await SeenBatchRow.filter(agency_id=agency_id, kind=kind).order_by("-ends_at").first()
        )
        after = last.ends_at if last else None
        rows = await get_connection("default").execute_query_dict(FINAL, [agency_id, after, until])
        answers = [Final(**row) for row in rows if kind == RATINGS or row["comment"].strip()]
        for batch in batches(answers, after, until, zone):
            await SeenBatchRow.create(
                agency_id=agency_id,
                kind=kind,
                starts_at=batch.starts_at,
                ends_at=batch.ends_at,
                residents=batch.residents,
                body=_BODIES[kind](batch.answers),
            )
    if not await SeenLookRow.filter(agency_id=agency_id).update(until=until):
        await SeenLookRow.create(agency_id=agency_id, until=until)


def _counts(answers: Sequence[Final]) -> dict[str, object]:
    """How many answers there are and how many of them satisfied: no level by itself."""
    return {"n": len(answers), "satisfied": sum(a.overall >= SATISFIED for a in answers)}


def _words(answers: Sequence[Final]) -> dict[str, object]:
    """What was said, and topics; those of too few people apart, for no agency to see."""
    about = counted((a.resident, a.comment) for a in answers if a.overall <= DISSATISFIED)
    return {
        "comments": in_no_order(answers),
        "topics": {topic.value: n for topic, n in about.items() if n >= K},
        "few": {topic.value: n for topic, n in about.items() if n < K},
    }


def in_no_order(answers: Iterable[Final]) -> list[str]:
    """The comments masked, in the order of their digests."""
    return sorted((masking.masked(answer.comment) for answer in answers), key=_digest)


_BODIES = {RATINGS: _counts, COMMENTS: _words}


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def counted(said: Iterable[tuple[bytes, str]]) -> dict[Topic, int]:
    """Of how many residents the comments touch each topic."""
    about: dict[Topic, set[bytes]] = {}
    for resident, text in said:
        for topic in topics.topics_of(text):
            about.setdefault(topic, set()).add(resident)
    return {topic: len(who) for topic, who in about.items()}


async def _forget_comments(act: Act) -> bool:
    """The words of one batch a year old go; that there was a batch stays."""
    row = (
        await SeenBatchRow.filter(kind=COMMENTS, ends_at__lt=act.at - COMMENTS_KEPT)
        .exclude(body={})
        .order_by("id")
        .first()
    )
    if row is None:
        return False
    await SeenBatchRow.filter(id=row.id).update(body={})
    return True


@dataclass(frozen=True, slots=True)
class Seen:
    """One released batch of answers."""

    starts_at: datetime | None
    ends_at: datetime
    n: int
    satisfied: int


@dataclass(frozen=True, slots=True)
class Said:
    """One released batch of comments: masked, in no order; and of how many its topics are."""

    starts_at: datetime | None
    ends_at: datetime
    residents: int
    comments: tuple[str, ...]
    topics: tuple[tuple[Topic, int], ...]


async def seen(agency_id: int, *, since: datetime) -> tuple[Seen, ...]:
    """The batches of answers that ended after `since`, the latest first."""
    return tuple(
        Seen(row.starts_at, row.ends_at, _whole(row.body, "n"), _whole(row.body, "satisfied"))
        for row in await _rows(agency_id, RATINGS, since)
    )


async def said(agency_id: int, *, since: datetime) -> tuple[Said, ...]:
    """The batches of comments that ended after `since`, the latest first."""
    return tuple([_said(row) for row in await _rows(agency_id, COMMENTS, since)])


def _said(row: SeenBatchRow) -> Said:
    body: dict[str, Any] = row.body
    comments = tuple(body.get("comments", ()))
    about = in_order(_numbers(row, "topics"))
    return Said(row.starts_at, row.ends_at, row.residents, comments, about)


def _numbers(row: SeenBatchRow, name: str) -> dict[Topic, int]:
    body: dict[str, Any] = row.body
    return {Topic(topic): n for topic, n in body.get(name, {}).items()}


async def _rows(agency_id: int, kind: str, since: datetime) -> list[SeenBatchRow]:
    return await SeenBatchRow.filter(agency_id=agency_id, kind=kind, ends_at__gt=since).order_by(
        "-ends_at"
    )


def _whole(body: Mapping[str, object], name: str) -> int:
    value = body[name]
    assert isinstance(value, int)  # noqa: S101 -- as `_counts` wrote it
    return value


async def reasons(
    starts_at: datetime, ends_at: datetime, *, with_few: bool
) -> dict[int, tuple[tuple[Topic, int], ...]]:
    """Why people were dissatisfied, by agency, for a public page: most first.

    The sum of what the batches released in [starts_at, ends_at) say. Each counts residents who gave
    at most two stars and wrote about a topic, and an agency is not told of fewer than `K` in one.
    `with_few` adds these where all of a topic's are `K` or more: so whatever is taken from what,
    what is left is of `K` or more. Ask for it of one length of span alone, for spans within spans
    would tell one of them from the others. A hint, never a measure: a table of phrases guesses what
    a comment is about.
    """
    rows = SeenBatchRow.filter(kind=COMMENTS, ends_at__gte=starts_at, ends_at__lt=ends_at)
    told: dict[int, Counter[Topic]] = {}
    few: dict[int, Counter[Topic]] = {}
    for row in await rows.order_by("agency_id", "id"):
        told.setdefault(row.agency_id, Counter()).update(_numbers(row, "topics"))
        few.setdefault(row.agency_id, Counter()).update(_numbers(row, "few"))
    if with_few:
        for agency, about in few.items():
            told[agency].update({topic: n for topic, n in about.items() if n >= K})
    return {agency: in_order(about) for agency, about in told.items() if about}


def in_order(about: Mapping[Topic, int]) -> tuple[tuple[Topic, int], ...]:
    """Most first, ties in the order of `Topic`."""
    return tuple(sorted(((t, about[t]) for t in Topic if t in about), key=lambda one: -one[1]))


COMPLAINED = """
select t.topic, count(*) as cases from inbox_entry e, unnest(e.topics) as t(topic)
where e.agency_id = $1 and e.filed_at >= $2 group by t.topic order by count(*) desc, t.topic
"""


async def complained_of(agency_id: int, *, since: datetime) -> tuple[tuple[Topic, int], ...]:
    """What the agency's own cases filed since then are about, most first: it may read them all."""
    rows = await get_connection("default").execute_query_dict(COMPLAINED, [agency_id, since])
    return tuple((Topic(row["topic"]), row["cases"]) for row in rows)
