"""The life cycle of a case, as a table.

Others hang from it: which promise event a case event causes, which notice it owes, what words
it has. `advance` is the only way a status changes.
"""

from dataclasses import dataclass
from enum import StrEnum

from feedback.errors import NotNow
from feedback.events import (
    AppealDecided,
    CaseAnswered,
    CaseAppealed,
    CaseAssigned,
    CaseClosed,
    CaseEvent,
    CaseExtended,
    CaseHandedOver,
    CaseRecategorised,
    CaseRefused,
    CaseReleased,
    CaseReopened,
    CaseTransferred,
    CaseWithdrawn,
    RefusalContested,
    ResidentAsked,
    ResidentReplied,
)


class CaseStatus(StrEnum):
    """Where a case stands. The clock runs in `filed` and `in_hand` only."""

    FILED = "filed"
    IN_HAND = "in_hand"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"
    APPEALED = "appealed"


OPEN = frozenset({CaseStatus.FILED, CaseStatus.IN_HAND, CaseStatus.WAITING})
ENDED = frozenset({CaseStatus.CLOSED, CaseStatus.WITHDRAWN, CaseStatus.HANDED_OVER})

TRANSITIONS: dict[tuple[CaseStatus, type[CaseEvent]], CaseStatus] = {
    (CaseStatus.FILED, CaseAssigned): CaseStatus.IN_HAND,
    (CaseStatus.FILED, CaseExtended): CaseStatus.FILED,
    (CaseStatus.FILED, CaseRecategorised): CaseStatus.FILED,
    (CaseStatus.FILED, CaseTransferred): CaseStatus.FILED,
    (CaseStatus.FILED, CaseWithdrawn): CaseStatus.WITHDRAWN,
    (CaseStatus.FILED, CaseReleased): CaseStatus.FILED,
    (CaseStatus.FILED, CaseRefused): CaseStatus.WITHDRAWN,
    (CaseStatus.WITHDRAWN, RefusalContested): CaseStatus.FILED,
    (CaseStatus.IN_HAND, CaseAssigned): CaseStatus.IN_HAND,
    (CaseStatus.IN_HAND, CaseExtended): CaseStatus.IN_HAND,
    (CaseStatus.IN_HAND, CaseRecategorised): CaseStatus.IN_HAND,
    (CaseStatus.IN_HAND, CaseTransferred): CaseStatus.FILED,
    (CaseStatus.IN_HAND, ResidentAsked): CaseStatus.WAITING,
    (CaseStatus.IN_HAND, CaseAnswered): CaseStatus.ANSWERED,
    (CaseStatus.IN_HAND, CaseWithdrawn): CaseStatus.WITHDRAWN,
    (CaseStatus.WAITING, CaseExtended): CaseStatus.WAITING,
    (CaseStatus.WAITING, CaseRecategorised): CaseStatus.WAITING,
    (CaseStatus.WAITING, ResidentReplied): CaseStatus.IN_HAND,
    (CaseStatus.WAITING, CaseWithdrawn): CaseStatus.WITHDRAWN,
    (CaseStatus.ANSWERED, CaseReopened): CaseStatus.IN_HAND,
    (CaseStatus.ANSWERED, CaseClosed): CaseStatus.CLOSED,
    (CaseStatus.ANSWERED, CaseAppealed): CaseStatus.APPEALED,
    (CaseStatus.CLOSED, CaseAppealed): CaseStatus.APPEALED,
    (CaseStatus.APPEALED, AppealDecided): CaseStatus.CLOSED,
    # What turns out to be no feedback leaves at any time, even after its end.
    **{(s, CaseHandedOver): CaseStatus.HANDED_OVER for s in CaseStatus if s != "handed_over"},
}


@dataclass(frozen=True, slots=True)
class Arrow:
    """One permitted step, for diagrams and tests."""

    before: CaseStatus
    event: type[CaseEvent]
    after: CaseStatus


def advance(status: CaseStatus, event: type[CaseEvent], *, case_id: int) -> CaseStatus:
    """The status after `event`; `NotNow` where the table has no such step."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise NotNow(case_id, status) from None


def arrows() -> tuple[Arrow, ...]:
    """Every permitted step, in the order of the table."""
    return tuple(Arrow(before, event, after) for (before, event), after in TRANSITIONS.items())


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {CaseStatus.FILED}"]
    lines += [f"    {a.before} --> {a.after}: {a.event.__name__}" for a in arrows()]
    lines += [f"    {status} --> [*]" for status in CaseStatus if status in ENDED]
    return "\n".join(lines)
