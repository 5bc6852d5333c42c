"""Results already given and rated, written set by set.

What is written is what `invitations.open_closure`, `invite_next` and `ratings.rate` would have
written: the invitation on the day of the result, the rating inside its window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from feedback import invitations
from feedback.drafts import RatingDraft
from feedback.texts import sentiment
from feedback.texts.sentiment import Tone
from sla import lives
from sla.ledger import Start
from sla.lives import Lived
from sla.promises import State

INVITED_AFTER = timedelta(seconds=20)
"""The interval of the sweep that invites."""


@dataclass(frozen=True, slots=True)
class Rated:
    """What a resident answered, and how."""

    draft: RatingDraft
    at: datetime
    mode: str


@dataclass(frozen=True, slots=True)
class Result:
    """A result given to a resident; `void_at` where the work went on."""

    promise_id: int
    round: int
    agency_id: int
    service_id: int | None
    channel: str
    resident: bytes
    closed_at: datetime
    void_at: datetime | None = None
    rated: Rated | None = None


def of_life(start: Start, lived: Lived, rated: Sequence[Rated | None]) -> list[Result]:
    """A result for each time the work was finished, void from the reopening that followed.

    `rated` holds the answers in the order of the ends; where it is shorter there were none.
    """
    return [
        Result(
            promise_id=lived.promise_id,
            round=number,
            agency_id=lived.agency_id,
            service_id=start.service.id if start.service else None,
            channel=start.channel,
            resident=start.resident or invitations.voice_of_nobody(start.code),
            closed_at=ending.at,
            void_at=ending.reopened_at,
            rated=rated[number - 1] if number <= len(rated) else None,
        )
        for number, ending in enumerate(lived.standing.endings, 1)
        if ending.state is State.FINISHED
    ]


async def write(connection: Any, results: Sequence[Result]) -> None:
    """Write closures and ratings; the sweeps find the ratings to be counted.

    `connection` is the bare one of the current transaction.
    """
    ids = await lives.numbers(connection, "closure", len(results))
    closures = [_closure(number, result) for number, result in zip(ids, results, strict=True)]
    given = [
        _rating(number, result.rated, is_void=result.void_at is not None)
        for number, result in zip(ids, results, strict=True)
        if result.rated is not None
    ]
    await connection.copy_records_to_table("closure", records=closures, columns=_CLOSURE)
    await connection.copy_records_to_table("rating", records=given, columns=_RATING)


def _closure(number: int, result: Result) -> tuple[object, ...]:
    return (
        number,
        result.promise_id,
        result.round,
        result.agency_id,
        result.service_id,
        result.channel,
        result.resident,
        result.closed_at,
        result.closed_at + invitations.WINDOW,
        result.closed_at + INVITED_AFTER,
        result.void_at,
    )


def _rating(closure_id: int, rated: Rated, *, is_void: bool) -> tuple[object, ...]:
    draft = rated.draft
    revision = 2 if is_void else 1  # voiding is one more revision, see invitations.void_closures
    tone = _tone(draft.comment, draft.language) if draft.comment else None
    return (
        closure_id,
        draft.overall,
        draft.solved,
        draft.clear,
        draft.contacts,
        draft.comment,
        draft.language,
        rated.mode,
        rated.at,
        revision,
        revision if tone else 0,
        tone.polarity if tone else None,
        tone.label if tone else None,
        tone.version if tone else None,
    )


@cache
def _tone(comment: str, language: str) -> Tone:
    return sentiment.read_tone(comment, language)


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
    "void_at",
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
    "tone",
    "tone_label",
    "tone_version",
)
