"""What agencies' own systems can be told of, and which event tells it.

Never ratings: an agency sees those in batches, so that no answer can be told from its neighbours.
"""

from enum import StrEnum

from feedback import events
from feedback.errors import NotAFact
from feedback.events import CaseEvent


class WebhookKind(StrEnum):
    """The `type` of a call."""

    CASE_FILED = "case.filed"
    CASE_ASSIGNED = "case.assigned"
    CASE_ASKED = "case.asked"
    CASE_REPLIED = "case.replied"
    CASE_PICTURES_ADDED = "case.pictures_added"
    CASE_TRANSFERRED = "case.transferred"
    CASE_RECATEGORISED = "case.recategorised"
    CASE_EXTENDED = "case.extended"
    CASE_DUE_SOON = "case.due_soon"
    CASE_BREACHED = "case.breached"
    CASE_ANSWERED = "case.answered"
    CASE_REOPENED = "case.reopened"
    CASE_APPEALED = "case.appealed"
    CASE_APPEAL_DECIDED = "case.appeal_decided"
    CASE_CLOSED = "case.closed"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_ERASED = "case.erased"
    EDITION_PUBLISHED = "edition.published"
    PING = "ping"


# A test call is made when somebody asks for it.
CHOOSABLE = tuple(kind for kind in WebhookKind if kind is not WebhookKind.PING)

# A case that seemed to be spam begins for its agency when a person has let it through. Not told:
# notes, looks at who wrote, and whatever leaves for a procedure of which the agency must not know.
TOLD: dict[type[CaseEvent], WebhookKind] = {
    events.CaseFiled: WebhookKind.CASE_FILED,
    events.CaseReleased: WebhookKind.CASE_FILED,
    events.CaseAssigned: WebhookKind.CASE_ASSIGNED,
    events.ResidentAsked: WebhookKind.CASE_ASKED,
    events.ResidentReplied: WebhookKind.CASE_REPLIED,
    events.PicturesAdded: WebhookKind.CASE_PICTURES_ADDED,
    events.CaseTransferred: WebhookKind.CASE_TRANSFERRED,
    events.CaseRecategorised: WebhookKind.CASE_RECATEGORISED,
    events.CaseExtended: WebhookKind.CASE_EXTENDED,
    events.CaseAnswered: WebhookKind.CASE_ANSWERED,
    events.CaseReopened: WebhookKind.CASE_REOPENED,
    events.CaseAppealed: WebhookKind.CASE_APPEALED,
    events.AppealDecided: WebhookKind.CASE_APPEAL_DECIDED,
    events.CaseClosed: WebhookKind.CASE_CLOSED,
    events.CaseWithdrawn: WebhookKind.CASE_WITHDRAWN,
    events.CaseErased: WebhookKind.CASE_ERASED,
}


def read(text: str) -> tuple[WebhookKind, ...]:
    """The kinds of a text that lists them with spaces between. Raises `NotAFact` about `kinds`."""
    words = text.split()
    if not words:
        raise NotAFact("kinds", "missing")
    if not set(words) <= {kind.value for kind in CHOOSABLE}:
        raise NotAFact("kinds", "not_a_choice")
    return tuple(kind for kind in CHOOSABLE if kind.value in words)


def written(kinds: tuple[WebhookKind, ...]) -> str:
    """The same as a text."""
    return " ".join(kind.value for kind in kinds)
