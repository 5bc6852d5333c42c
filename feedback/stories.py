"""Whole stories of cases, from their filing to where they stand, written set by set.

What is written is what `intake` and `casework` would have written step by step, each at its own
moment; only notices are not owed, for the moment to send them is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from feedback import lifecycle, results
from feedback.events import (
    CaseAnswered,
    CaseClosed,
    CaseEvent,
    CaseFiled,
    CaseReopened,
    CaseTransferred,
    CaseWithdrawn,
    ResidentAsked,
    ResidentReplied,
)
from feedback.lifecycle import CaseStatus
from feedback.messages import MessageKind
from feedback.models import CaseKind
from feedback.results import Rated, Result
from sla import lives, spelling
from sla.charter import Charter
from sla.ledger import Start
from sla.lives import Life, Lived
from sla.promises import (
    Finished,
    Paused,
    PromiseEvent,
    Reopened,
    Resumed,
    Transferred,
    Withdrawn,
)

RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a case after its filing, with the message it came with, if any.

    `to` is the agency a transferred case goes to.
    """

    event: type[CaseEvent]
    at: datetime
    by: str = RESIDENT
    text: str = ""
    to: str = ""
    reason: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A case with all its steps in order; `rated` holds the answers by round, 1 first.

    The reference is the code of `start`; `start.resident` is always given.
    """

    start: Start
    kind: CaseKind
    language: str
    subject: str
    text: str
    location: str
    steps: tuple[Step, ...]
    rated: tuple[Rated | None, ...] = ()
    code_hash: bytes | None = None
    officer_id: int | None = None


MESSAGES = {
    ResidentAsked: MessageKind.QUESTION,
    ResidentReplied: MessageKind.REPLY,
    CaseAnswered: MessageKind.ANSWER,
    CaseReopened: MessageKind.OBJECTION,
    CaseWithdrawn: MessageKind.REPLY,
}


async def write(connection: Any, stories: Sequence[Story], known: Charter, *, by: str) -> None:
    """Write cases with promises, messages, timelines, closures and ratings.

    `connection` is the bare one of the current transaction; `by` told it. Raises `NotNow` for a
    step that the life cycle does not have.
    """
    lived = await lives.write(connection, [_life(story, by) for story in stories], known)
    ids = await lives.numbers(connection, "resident_case", len(stories))
    cases: list[tuple[object, ...]] = []
    lines: list[tuple[object, ...]] = []
    messages: list[tuple[object, ...]] = []
    given: list[Result] = []
    for case_id, story, stands in zip(ids, stories, lived, strict=True):
        cases.append(_case(case_id, story, stands))
        lines.append((case_id, CaseFiled.__name__, story.start.at, RESIDENT, "{}"))
        lines.extend(_line(case_id, step) for step in story.steps)
        messages.extend(_message(case_id, step) for step in story.steps if step.text)
        given.extend(results.of_life(story.start, stands, story.rated))
    copy = connection.copy_records_to_table
    await copy("resident_case", records=cases, columns=_CASE)
    await lives.copy_detailed(connection, "timeline", lines, columns=_LINE)
    await copy("message", records=messages, columns=("case_id", "kind", "by", "text", "at"))
    await results.write(connection, given)


def _life(story: Story, by: str) -> Life:
    later = tuple(filter(None, map(_promise_event, story.steps)))
    return Life(story.start, later, by)


def _promise_event(step: Step) -> PromiseEvent | None:
    """What the step does to the promise, as in `casework`."""
    if step.event is CaseTransferred:
        return Transferred(step.at, to=step.to)
    if step.event is ResidentAsked:
        return Paused(step.at, reason="asked_resident")
    if step.event is ResidentReplied:
        return Resumed(step.at)
    if step.event is CaseAnswered:
        return Finished(step.at, outcome="answered")
    if step.event is CaseReopened:
        return Reopened(step.at, reason="not_solved")
    return Withdrawn(step.at) if step.event is CaseWithdrawn else None


def _case(case_id: int, story: Story, stands: Lived) -> tuple[object, ...]:
    status = CaseStatus.FILED
    answered_at = closed_at = None
    for step in story.steps:
        status = lifecycle.advance(status, step.event, case_id=case_id)
        if step.event is CaseAnswered:
            answered_at = step.at
        if step.event in {CaseClosed, CaseWithdrawn}:
            closed_at = step.at
    return (
        case_id,
        stands.promise_id,
        story.start.code,
        story.code_hash,
        story.kind.value,
        story.language,
        story.subject,
        story.text,
        story.location,
        status.value,
        story.officer_id,
        story.start.at,
        answered_at,
        closed_at,
        False,
        spelling.search_key(f"{story.subject} {story.text}"),
    )


def _line(case_id: int, step: Step) -> tuple[int, str, datetime, str, str]:
    detail: dict[str, str] = {}
    if step.to:
        detail = {"to": step.to, "reason": step.reason}
    if step.officer:
        detail = {"officer": step.officer}
    if step.event is CaseAnswered:
        detail = {"outcome": "answered"}
    return case_id, step.event.__name__, step.at, step.by, orjson.dumps(detail).decode()


def _message(case_id: int, step: Step) -> tuple[int, str, str, str, datetime]:
    return case_id, MESSAGES[step.event].value, step.by, step.text, step.at


_CASE = (
    "id",
    "promise_id",
    "reference",
    "code_hash",
    "kind",
    "language",
    "subject",
    "text",
    "location",
    "status",
    "officer_id",
    "filed_at",
    "answered_at",
    "closed_at",
    "is_history",
    "search_key",
)
_LINE = ("case_id", "kind", "at", "by", "detail")
