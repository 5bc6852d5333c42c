"""The tables of cases, ratings, staff, and what is owed to the outside: one module a noun."""

from feedback.models.addressees import DossierContactRow, UnsubscribedRow
from feedback.models.answers import (
    AnswerDraftRow,
    AnswerTemplateRow,
    Cause,
    Outcome,
    OutcomeRow,
)
from feedback.models.appeals import AppealRow
from feedback.models.attachments import AttachmentRow, PictureState
from feedback.models.audit import AuditRow
from feedback.models.cases import CaseKind, CaseRow, MessageRow, TimelineRow
from feedback.models.changes import ChangeRow
from feedback.models.early import AlertRow, DigestRow, MailWishRow
from feedback.models.holds import HoldDecision, HoldRow
from feedback.models.identity import CaseKeyRow, ContactRow
from feedback.models.invited import InvitationRow, Reach
from feedback.models.likeness import JoinedRow, LikenessRow
from feedback.models.lists import SavedListRow
from feedback.models.opinions import LearnedToneRow, SeenBatchRow, SeenLookRow
from feedback.models.outbox import IdempotencyRow, NoticeRow
from feedback.models.questionnaires import QuestionnaireRow
from feedback.models.restricted import (
    HandedOverRow,
    LookRow,
    Procedure,
    SealedReadingRow,
)
from feedback.models.results import ClosureRow, RatingRow
from feedback.models.reveals import RevealReason, RevealRow
from feedback.models.spot_checks import (
    SpotCheckRow,
    SpotDrawingRow,
    SpotKind,
    SpotOutcome,
    SpotTryRow,
)
from feedback.models.staff import (
    AccountRow,
    AgencyKeyRow,
    IdentityRow,
    RecoveryCodeRow,
    ResetRow,
    Role,
    SecondFactorRow,
    SessionRow,
)
from feedback.models.webhooks import DeliveryRow, WebhookRow

__all__ = [
    "AccountRow",
    "AgencyKeyRow",
    "AlertRow",
    "AnswerDraftRow",
    "AnswerTemplateRow",
    "AppealRow",
    "AttachmentRow",
    "AuditRow",
    "CaseKeyRow",
    "CaseKind",
    "CaseRow",
    "Cause",
    "ChangeRow",
    "ClosureRow",
    "ContactRow",
    "DeliveryRow",
    "DigestRow",
    "DossierContactRow",
    "HandedOverRow",
    "HoldDecision",
    "HoldRow",
    "IdempotencyRow",
    "IdentityRow",
    "InvitationRow",
    "JoinedRow",
    "LearnedToneRow",
    "LikenessRow",
    "LookRow",
    "MailWishRow",
    "MessageRow",
    "NoticeRow",
    "Outcome",
    "OutcomeRow",
    "PictureState",
    "Procedure",
    "QuestionnaireRow",
    "RatingRow",
    "Reach",
    "RecoveryCodeRow",
    "ResetRow",
    "RevealReason",
    "RevealRow",
    "Role",
    "SavedListRow",
    "SealedReadingRow",
    "SecondFactorRow",
    "SeenBatchRow",
    "SeenLookRow",
    "SessionRow",
    "SpotCheckRow",
    "SpotDrawingRow",
    "SpotKind",
    "SpotOutcome",
    "SpotTryRow",
    "TimelineRow",
    "UnsubscribedRow",
    "WebhookRow",
]
