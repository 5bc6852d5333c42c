"""What people call the values they see, in English; the Vietnamese stands in the catalogues.

Imported for its effect on `i18n.NAMES` by whatever shows such values.
"""

from feedback import events as case
from feedback.agency_keys import KeyState
from feedback.drafts import Way
from feedback.events import CaseEvent
from feedback.lifecycle import CaseStatus
from feedback.messages import MessageKind
from feedback.models import CaseKind, Cause, Outcome, RevealReason, Role, SpotKind, SpotOutcome
from feedback.models.holds import HoldDecision
from feedback.models.restricted import Procedure
from feedback.office.inbox_views import Sort, View
from feedback.scopes import Scope
from feedback.texts.spam import SpamReason
from feedback.texts.topics import Topic
from ranking.figures.signals import Sign
from ranking.frozen.edition_life import MeasureState, PlanState
from ranking.models import EditionStatus, Finding, ObjectionState, QuarantineState
from sla.calendars import DayKind
from sla.lineage import Break
from sla.standing import Verdict
from sla.statutory import StageVerdict
from web.language import i18n
from web.language.i18n import mark

KINDS = tuple(CaseKind)
ROLES = tuple(Role)
REVEAL_REASONS = tuple(RevealReason)
OUTCOMES = tuple(Outcome)
CAUSES = tuple(Cause)
PROCEDURES = tuple(Procedure)
HOLD_DECISIONS = tuple(HoldDecision)
WAYS = tuple(Way)

i18n.NAMES[CaseStatus] = {
    CaseStatus.FILED: mark("Received"),
    CaseStatus.IN_HAND: mark("Being handled"),
    CaseStatus.WAITING: mark("Waiting for the resident"),
    CaseStatus.ANSWERED: mark("Answered"),
    CaseStatus.CLOSED: mark("Closed"),
    CaseStatus.WITHDRAWN: mark("Withdrawn"),
    CaseStatus.HANDED_OVER: mark("Handed to another procedure"),
    CaseStatus.APPEALED: mark("Before the higher level"),
}
i18n.NAMES[View] = {
    View.OPEN: mark("All open"),
    View.MINE: mark("Mine"),
    View.UNASSIGNED: mark("With nobody in charge"),
    View.OVERDUE: mark("Overdue"),
    View.DUE_SOON: mark("Due soon"),
    View.REOPENED: mark("Reopened"),
    View.WAITING: mark("Waiting for the resident"),
    View.ANSWERED: mark("Answered"),
    View.CLOSED: mark("Closed"),
    View.ALL: mark("All"),
}
i18n.NAMES[Topic] = {
    Topic.WAITING: mark("Waiting and delay"),
    Topic.ATTITUDE: mark("Attitude of staff"),
    Topic.PROCEDURE: mark("Papers and procedure"),
    Topic.UNOFFICIAL_PAYMENT: mark("Money asked for beside the fee"),
    Topic.FEES: mark("Fees"),
    Topic.NO_ANSWER: mark("No answer"),
    Topic.WRONG_RESULT: mark("A wrong result"),
    Topic.SYSTEMS: mark("Websites and software"),
    Topic.FACILITIES: mark("Rooms and counters"),
    Topic.ENVIRONMENT: mark("Rubbish and environment"),
    Topic.ROADS: mark("Roads and pavements"),
    Topic.FLOODING: mark("Flooding and drains"),
    Topic.UTILITIES: mark("Electricity, water, lighting"),
    Topic.NOISE: mark("Noise"),
    Topic.SAFETY: mark("Order and safety"),
}
i18n.NAMES[SpotKind] = {
    SpotKind.CALL_BACK: mark("Call-back"),
    SpotKind.FILE: mark("File audit"),
}
i18n.NAMES[SpotOutcome] = {
    SpotOutcome.AGREES: mark("Agrees"),
    SpotOutcome.DIFFERS: mark("Differs"),
    SpotOutcome.NOT_REACHED: mark("Not reached"),
}
i18n.NAMES[Break] = {
    Break.RENAMED: mark("Renamed"),
    Break.MERGED: mark("Merged"),
    Break.SPLIT: mark("Split off"),
}
i18n.NAMES[Sort] = {
    Sort.DUE: mark("Nearest deadline first"),
    Sort.NEWEST: mark("Newest first"),
}
i18n.NAMES[CaseKind] = {
    CaseKind.COMPLAINT: mark("Something went wrong"),
    CaseKind.SUGGESTION: mark("A suggestion"),
}
i18n.NAMES[MessageKind] = {
    MessageKind.ANSWER: mark("Answer"),
    MessageKind.QUESTION: mark("Question"),
    MessageKind.REPLY: mark("Reply"),
    MessageKind.OBJECTION: mark("Not solved"),
    MessageKind.NOTE: mark("Internal note"),
}
i18n.NAMES[Verdict] = {
    Verdict.ON_TIME: mark("On time"),
    Verdict.LATE: mark("Late"),
    Verdict.OPEN_IN_TIME: mark("In time"),
    Verdict.OPEN_OVERDUE: mark("Overdue"),
    Verdict.WITHDRAWN: mark("Withdrawn"),
    Verdict.NO_PROMISE: mark("No promise"),
    Verdict.UNDATED: mark("Date not known yet"),
}
i18n.NAMES[DayKind] = {
    DayKind.HOLIDAY: mark("Public holiday"),
    DayKind.COMPENSATORY_OFF: mark("Day off in lieu"),
    DayKind.SWAPPED_OFF: mark("Day off in exchange"),
    DayKind.SWAPPED_WORKING: mark("Working day in exchange"),
    DayKind.LOCAL_CLOSURE: mark("Office closed"),
    DayKind.HALF_DAY: mark("Half day"),
}
i18n.NAMES[StageVerdict] = {
    StageVerdict.NOT_BEGUN: mark("Not begun"),
    StageVerdict.OPEN: mark("In time"),
    StageVerdict.OVERDUE: mark("Overdue"),
    StageVerdict.DONE: mark("On time"),
    StageVerdict.LATE: mark("Late"),
    StageVerdict.NOT_NEEDED: mark("Not needed"),
    StageVerdict.UNDATED: mark("Date not known yet"),
}
i18n.NAMES[Procedure] = {
    Procedure.DENUNCIATION: mark("A denunciation (tố cáo)"),
    Procedure.STATUTORY_COMPLAINT: mark("A complaint in law (khiếu nại)"),
}
i18n.NAMES[Role] = {
    Role.OFFICER: mark("Officer"),
    Role.HEAD: mark("Head of agency"),
    Role.COORDINATOR: mark("City coordinator"),
    Role.PUBLISHER: mark("Publisher"),
    Role.AUDITOR: mark("Auditor"),
    Role.ADMINISTRATOR: mark("Administrator"),
    Role.INSPECTOR: mark("Receiver of denunciations"),
}
i18n.NAMES[Outcome] = {
    Outcome.SOLVED: mark("Solved"),
    Outcome.PARTLY: mark("Solved in part"),
    Outcome.CANNOT: mark("Cannot be solved"),
}
i18n.NAMES[Cause] = {
    Cause.OFFICER: mark("How somebody of the office worked"),
    Cause.DATA: mark("Data that did not agree between systems"),
    Cause.LAW: mark("The rules themselves"),
    Cause.OTHER_AGENCY: mark("Another agency's work"),
    Cause.NONE: mark("No fault was found"),
    Cause.UNKNOWN: mark("Not known"),
}
i18n.NAMES[RevealReason] = {
    RevealReason.CALL_BACK: mark("To call or write to the resident"),
    RevealReason.VISIT: mark("To meet on the spot"),
    RevealReason.VERIFY: mark("To check a fact only the resident can tell"),
    RevealReason.DANGER: mark("Somebody may be in danger"),
    RevealReason.OTHER: mark("Another reason"),
}
i18n.NAMES[Way] = {
    Way.EMAIL: mark("By e-mail"),
    Way.SMS: mark("By text message (SMS)"),
}
i18n.NAMES[Scope] = {
    Scope.INBOX_READ: mark("Read the agency's cases"),
    Scope.INBOX_WRITE: mark("Work on the agency's cases"),
    Scope.DOSSIERS_WRITE: mark("Report dossiers"),
    Scope.RATINGS_INVITE: mark("Print invitations at the counter"),
}
i18n.NAMES[KeyState] = {
    KeyState.IN_USE: mark("In use"),
    KeyState.ENDING: mark("Replaced"),
    KeyState.EXPIRED: mark("Expired"),
    KeyState.REVOKED: mark("Revoked"),
}
i18n.NAMES[SpamReason] = {
    SpamReason.LINKS: mark("Links to other sites"),
    SpamReason.GIBBERISH: mark("Letters that make no words"),
    SpamReason.REPEATED: mark("The same text from many devices within an hour"),
    SpamReason.FLOOD: mark("Very many from one device within an hour"),
}
i18n.NAMES[HoldDecision] = {
    HoldDecision.RELEASED: mark("Feedback like any other"),
    HoldDecision.ADVERT: mark("It advertises something"),
    HoldDecision.REPEATED: mark("One text sent again and again by a machine"),
    HoldDecision.NONSENSE: mark("It has no meaning anybody could act on"),
}
i18n.NAMES[Finding] = {
    Finding.BURST: mark("A burst of answers on one day"),
    Finding.COPIED: mark("Comments of several residents in nearly the same words"),
    Finding.HASTY: mark("Answers given within a minute of the result"),
    Finding.ONE_SOURCE: mark("Answers of many residents from one device"),
    Finding.REPORTED: mark("Answers that somebody pointed at"),
}
i18n.NAMES[Sign] = {
    Sign.INVITATIONS_MISSING: mark("Not everybody was asked"),
    Sign.CONTACTS_REUSED: mark("Contacts used for many people"),
    Sign.DEVICES: mark("Few devices for many residents"),
    Sign.LOW_TWICE: mark("Few answered, twice running"),
    Sign.HELD: mark("Many answers set aside"),
    Sign.SENSITIVE: mark("Sensitive"),
    Sign.CLIFF: mark("Just over the target, where results crowd"),
    Sign.PILE_UP: mark("Closed on the very last day"),
    Sign.PAUSES: mark("Clock often stopped"),
    Sign.SPLIT: mark("Split dossiers"),
}
i18n.NAMES[QuarantineState] = {
    QuarantineState.HELD: mark("Set aside, under review"),
    QuarantineState.EXCLUDED: mark("Left out"),
    QuarantineState.RELEASED: mark("Let in again"),
}
i18n.NAMES[EditionStatus] = {
    EditionStatus.DRAFT: mark("Draft"),
    EditionStatus.PUBLISHED: mark("Published"),
}

EVENTS: dict[type[CaseEvent], str] = {
    case.CaseFiled: mark("Feedback received"),
    case.CaseAssigned: mark("An officer was put in charge"),
    case.ResidentAsked: mark("The office asked for more information"),
    case.ResidentReplied: mark("The resident replied"),
    case.NoteAdded: mark("Internal note added"),
    case.CaseTransferred: mark("Handed over to another office"),
    case.CaseExtended: mark("The office apologised and told a new date"),
    case.CaseRecategorised: mark("The service was put right"),
    case.CaseAnswered: mark("The office answered"),
    case.CaseReopened: mark("The resident said it is not solved"),
    case.CaseClosed: mark("Closed"),
    case.IdentityRevealed: mark("The office looked up the resident's contact details"),
    case.CaseErased: mark("The resident's data were erased"),
    case.CaseWithdrawn: mark("Withdrawn by the resident"),
    case.PicturesAdded: mark("Pictures were added"),
    case.CaseAppealed: mark("The higher level was asked to look again"),
    case.AppealDecided: mark("The higher level has decided"),
    case.CaseReleased: mark("A person looked at it: it went to the office"),
    case.CaseRefused: mark("A person looked at it: it is not taken"),
    case.RefusalContested: mark("You objected: somebody else looks at it"),
    case.CaseHandedOver: mark("Handed to the procedure the law has for it"),
}
_BY_NAME = {kind.__name__: words for kind, words in EVENTS.items()}


def event(kind: str, language: str) -> str:
    """What people call an event of a timeline, by its stored name. KeyError for an unknown one."""
    return i18n.translator(language).gettext(_BY_NAME[kind])


i18n.NAMES[ObjectionState] = {
    ObjectionState.OPEN: mark("Waiting for a decision"),
    ObjectionState.UPHELD: mark("Upheld"),
    ObjectionState.DECLINED: mark("Not upheld"),
}
i18n.NAMES[PlanState] = {
    PlanState.OWED: mark("To be written"),
    PlanState.MISSING: mark("Missing"),
    PlanState.IN_TIME: mark("Written in time"),
    PlanState.WRITTEN_LATE: mark("Written late"),
}
i18n.NAMES[MeasureState] = {
    MeasureState.OPEN: mark("Under way"),
    MeasureState.OVERDUE: mark("Late"),
    MeasureState.DONE: mark("Done in time"),
    MeasureState.LATE: mark("Done late"),
    MeasureState.DROPPED: mark("Measure given up"),
}
