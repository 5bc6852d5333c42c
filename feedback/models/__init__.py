"""The tables of cases, ratings, staff, and what is owed to the outside: one module a noun."""

from feedback.models.cases import CaseKind, CaseRow, MessageRow, TimelineRow
from feedback.models.identity import CaseKeyRow, ContactRow
from feedback.models.outbox import IdempotencyRow, NoticeRow
from feedback.models.results import ClosureRow, RatingRow
from feedback.models.reveals import RevealReason, RevealRow
from feedback.models.staff import AccountRow, AgencyKeyRow, Role, SessionRow

__all__ = [
    "AccountRow",
    "AgencyKeyRow",
    "CaseKeyRow",
    "CaseKind",
    "CaseRow",
    "ClosureRow",
    "ContactRow",
    "IdempotencyRow",
    "MessageRow",
    "NoticeRow",
    "RatingRow",
    "RevealReason",
    "RevealRow",
    "Role",
    "SessionRow",
    "TimelineRow",
]
