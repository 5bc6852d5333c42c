"""Ratings that a city gathered elsewhere, taken in as they were given.

Each belongs to the last result of one case or dossier. They are final: the window in which they
could be changed is over. The tally finds and counts them like any other.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tortoise.connection import get_connection

from feedback import invitations
from feedback.drafts import RatingDraft
from sla import copying, history
from sla.acts import Act
from sla.promises import State

MODE = "import"

# One import of ratings at a time: two would each miss what the other has not committed.
LOCK = 0x48A1_1065


class PastRating(NamedTuple):
    """A rating of the case or dossier `code`; `kind` is empty where the file does not tell.

    `resident` is a keyed hash, or None where nobody is named.
    """

    kind: str
    code: str
    given_at: datetime
    draft: RatingDraft
    resident: bytes | None


FOUND = """
select p.id, p.kind, p.code, p.agency_id, p.service_id, p.channel, p.resident, p.round, p.state,
       p.ended_at, c.id as closure_id, r.closure_id is not null as is_rated, r.given_at, r.overall,
       r.solved, r.clear, r.contacts, r.comment, r.language
from promise p
left join closure c on c.promise_id = p.id and c.round = p.round
left join rating r on r.closure_id = c.id
where p.code = any($1) and p.kind in ('case', 'dossier')
order by p.id
for update of p
"""

_CLOSURE = (
    "id",
    "promise_id",
    "round",
    "agency_id",
    "service_id",
    "channel",
    "resident",
    "closed_at",
    "window_ends_at",
    "invited_at",
)
_RATING = (
    "closure_id",
    "overall",
    "solved",
    "clear",
    "contacts",
    "comment",
    "language",
    "mode",
    "given_at",
    "revision",
    "tone_revision",
)


async def only_one() -> None:
    """Wait until no other import of ratings is under way: see `history.only_one`."""
    async with get_connection("default").acquire_connection() as connection:
        await history.only_one(connection, LOCK)


async def take(ratings: Sequence[PastRating], act: Act) -> list[str]:
    """Store ratings, all of different codes or kinds; for each, in order, what became of it.

    `taken`, `unchanged`, or why it is refused: `no_such_promise`, `code_ambiguous`,
    `not_finished`, `before_result`, `differs_from_stored`, `repeats_different`. Writes in the
    current transaction.
    """
    del act  # a rating is the resident's, given when it was
    async with get_connection("default").acquire_connection() as connection:
        codes = sorted({rating.code for rating in ratings})
        found: dict[str, list[Any]] = defaultdict(list)
        for row in await connection.fetch(FOUND, codes):
            found[row["code"]].append(row)
        outcomes = []
        new: dict[int, tuple[PastRating, Any]] = {}
        for rating in ratings:
            rows = [r for r in found[rating.code] if rating.kind in {"", r["kind"]}]
            outcome = _outcome(rating, rows)
            if outcome == "taken" and rows[0]["id"] in new:
                outcome = "repeats_different"  # once with its kind, once without
            if outcome == "taken":
                new[rows[0]["id"]] = rating, rows[0]
            outcomes.append(outcome)
        async with history.keys_known(connection):
            await _write(connection, list(new.values()))
    return outcomes


def _outcome(rating: PastRating, rows: Sequence[Any]) -> str:
    if len(rows) != 1:
        return "code_ambiguous" if rows else "no_such_promise"
    [row] = rows
    if row["state"] != State.FINISHED.value:
        return "not_finished"
    if rating.given_at < row["ended_at"]:
        return "before_result"
    if not row["is_rated"]:
        return "taken"
    draft = rating.draft
    told = draft.overall, draft.solved, draft.clear, draft.contacts, draft.comment, draft.language
    names = ("overall", "solved", "clear", "contacts", "comment", "language", "given_at")
    is_same = tuple(row[name] for name in names) == (*told, rating.given_at)
    return "unchanged" if is_same else "differs_from_stored"


async def _write(connection: Any, new: Sequence[tuple[PastRating, Any]]) -> None:
    bare = [pair for pair in new if pair[1]["closure_id"] is None]
    fresh = await copying.numbers(connection, "closure", len(bare))
    closures = [_closure(n, *pair) for n, pair in zip(fresh, bare, strict=True)]
    numbers = {pair[1]["id"]: n for n, pair in zip(fresh, bare, strict=True)}
    await copying.copy(connection, "closure", closures, columns=_CLOSURE)
    rated = [_rating(row["closure_id"] or numbers[row["id"]], rating) for rating, row in new]
    await copying.copy(connection, "rating", rated, columns=_RATING)


def _closure(number: int, rating: PastRating, row: Any) -> str:
    closed_at = row["ended_at"]
    resident = rating.resident or row["resident"] or invitations.voice_of_nobody(row["code"])
    over = max(rating.given_at, closed_at + timedelta(seconds=1))
    owner = row["agency_id"], row["service_id"], row["channel"]
    return copying.line(
        number, row["id"], row["round"], *owner, resident, closed_at, over, closed_at
    )


def _rating(closure_id: int, rating: PastRating) -> str:
    draft = rating.draft
    answers = draft.overall, draft.solved, draft.clear, draft.contacts, draft.comment
    return copying.line(closure_id, *answers, draft.language, MODE, rating.given_at, 1, 0)
