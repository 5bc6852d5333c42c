"""Who may do what, and in which state. A check raises its reason.

The same check, through `why_not`, greys out a button and says why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

from feedback.actors import AgencySystem, Staff, System
from feedback.deeds import ChangeKind
from feedback.errors import NoSuchCase, NotNow, NotYours, OwnAccount, Refusal, RoleMayNot
from feedback.lifecycle import OPEN, CaseStatus
from feedback.models import Role
from sla.acts import Actor

P = ParamSpec("P")

# They see every agency's cases; only the coordinator acts on them.
SEE_ALL = frozenset({Role.COORDINATOR, Role.AUDITOR, Role.ADMINISTRATOR})
# They see to it that a calendar goes on in time.
KEEP_CALENDARS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# They look at answers that seem arranged; two of them settle what becomes of them.
REVIEW_ANSWERS = frozenset({Role.COORDINATOR, Role.PUBLISHER})
WORK_ON_CASES = frozenset({Role.OFFICER, Role.HEAD, Role.COORDINATOR})
# They write the words that answers begin with.
KEEP_TEMPLATES = frozenset({Role.HEAD, Role.ADMINISTRATOR})


# They alone open what is sealed, and see nothing else.
OPEN_SEALED = frozenset({Role.INSPECTOR})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules ask about a case."""

    id: int
    reference: str
    status: CaseStatus
    agency_id: int
    officer_id: int | None


def check_may_see(by: Actor, case: CaseFacts) -> None:
    """Staff and systems see their own agency's cases; another agency's do not exist for them.

    Nor does one that left for another procedure: whom it accuses may be among them.
    """
    check_may_see_agency(by, case.agency_id, case.reference)
    sees_all = isinstance(by, Staff) and by.role in SEE_ALL
    if case.status is CaseStatus.HANDED_OVER and not sees_all:
        raise NoSuchCase(case.reference)


def check_may_see_agency(by: Actor, agency_id: int, reference: str) -> None:
    """The same rule for whatever an agency holds under a reference, a dossier for instance."""
    match by:
        case Staff(role=role, agency_id=own):
            allowed = role in SEE_ALL or own == agency_id
        case AgencySystem(agency_id=own):
            allowed = own == agency_id
        case _:
            allowed = False
    if not allowed:
        raise NoSuchCase(reference)


def check_may_see_inbox(by: Actor) -> None:
    """An inbox belongs to those who work on cases, and to those who see all."""
    if isinstance(by, AgencySystem):
        return
    if not isinstance(by, Staff):
        raise RoleMayNot("resident")
    if by.role not in WORK_ON_CASES | SEE_ALL:
        raise RoleMayNot(by.role)


def _check_works_on(by: Actor, case: CaseFacts) -> None:
    check_may_see(by, case)
    if isinstance(by, Staff) and by.role not in WORK_ON_CASES:
        raise RoleMayNot(by.role)


def check_may_assign(by: Actor, case: CaseFacts) -> None:
    """Whoever works on the agency's cases may take one or hand it on, until it is answered."""
    _check_works_on(by, case)
    if case.status not in {CaseStatus.FILED, CaseStatus.IN_HAND}:
        raise NotNow(case.id, case.status)


def _check_in_charge(by: Actor, case: CaseFacts) -> None:
    _check_works_on(by, case)
    if case.status is not CaseStatus.IN_HAND:
        raise NotNow(case.id, case.status)
    if isinstance(by, Staff) and case.officer_id != by.account_id:
        raise NotYours(case.id)


def check_may_answer(by: Actor, case: CaseFacts) -> None:
    """The officer in charge answers, and only a case in hand; an agency's own system may too."""
    _check_in_charge(by, case)


def check_may_ask(by: Actor, case: CaseFacts) -> None:
    """The officer in charge asks the resident, and only about a case in hand."""
    _check_in_charge(by, case)


def check_may_note(by: Actor, case: CaseFacts) -> None:
    """Whoever works on the agency's cases may leave an internal note, at any time."""
    _check_works_on(by, case)


def check_may_transfer(by: Actor, case: CaseFacts) -> None:
    """Whoever works on the agency's cases may hand one over that is not answered or waiting."""
    check_may_assign(by, case)


def check_may_recategorise(by: Actor, case: CaseFacts) -> None:
    """Whoever works on the agency's cases may say what an open one is about."""
    _check_works_on(by, case)
    if case.status not in OPEN:
        raise NotNow(case.id, case.status)


def check_may_draft(by: Actor, case: CaseFacts) -> None:
    """Whoever works on the agency's cases may go on with the draft of an answer not given yet."""
    check_may_recategorise(by, case)
    if not isinstance(by, Staff):
        raise RoleMayNot(by.reference)


def check_may_keep_templates(by: Actor, agency_id: int | None) -> None:
    """Templates of an agency are its head's, those of all agencies an administrator's, or a
    command's on the machine itself.
    """
    if isinstance(by, System) or (isinstance(by, Staff) and by.role is Role.ADMINISTRATOR):
        return
    if not (isinstance(by, Staff) and by.role is Role.HEAD):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)
    if by.agency_id is None or by.agency_id != agency_id:
        raise RoleMayNot(by.role)


def check_may_extend(by: Actor, case: CaseFacts) -> None:
    """A new date is told by the officer in charge or the head of the agency, while it is open."""
    _check_works_on(by, case)
    if case.status not in OPEN:
        raise NotNow(case.id, case.status)
    if isinstance(by, Staff) and by.role is not Role.HEAD and case.officer_id != by.account_id:
        raise NotYours(case.id)


def check_may_reveal(by: Actor, case: CaseFacts) -> None:
    """Who a resident is, only the head of the agency that holds the case and its officer in
    charge there may look up; nobody from outside, and no program.
    """
    check_may_see(by, case)
    if not isinstance(by, Staff):
        raise RoleMayNot(by.reference)
    if by.agency_id != case.agency_id or by.role not in {Role.HEAD, Role.OFFICER}:
        raise RoleMayNot(by.role)
    if by.role is not Role.HEAD and case.officer_id != by.account_id:
        raise NotYours(case.id)


def check_may_see_all(by: Actor) -> None:
    """Who looked up whom, and what goes from agency to agency, is for those who see them all."""
    if not (isinstance(by, Staff) and by.role in SEE_ALL):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def check_may_ask_for_correction(by: Actor, agency_id: int) -> None:
    """A wrongly told end is pointed out by whoever works for the agency, or the coordinator."""
    if isinstance(by, AgencySystem) and by.agency_id == agency_id:
        return
    if not isinstance(by, Staff) or by.role not in WORK_ON_CASES:
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)
    if by.role is not Role.COORDINATOR and by.agency_id != agency_id:
        raise RoleMayNot(by.role)


def check_may_correct(by: Actor, case: CaseFacts) -> None:
    """The same rule for a case, whose end is there to be corrected once it was answered."""
    check_may_see(by, case)
    check_may_ask_for_correction(by, case.agency_id)
    if case.status in OPEN:
        raise NotNow(case.id, case.status)


def check_may_decide_correction(by: Actor, agency_id: int) -> None:
    """Corrections are decided by a coordinator from outside the agency, never by its own head."""
    if not (isinstance(by, Staff) and by.role is Role.COORDINATOR):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)
    if by.agency_id == agency_id:
        raise RoleMayNot(by.role)


def check_may_look(by: Actor) -> None:
    """Whether something is feedback at all is looked at by coordinators."""
    if not (isinstance(by, Staff) and by.role is Role.COORDINATOR):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def check_may_hand_over(by: Actor, case: CaseFacts) -> None:
    """A coordinator from outside the agency lets a case leave for another procedure, at any time.

    The agency itself may not: a case it would rather not have would be out of its counts.
    """
    check_may_see(by, case)
    check_may_look(by)
    if isinstance(by, Staff) and by.agency_id == case.agency_id:
        raise RoleMayNot(by.role)
    if case.status is CaseStatus.HANDED_OVER:
        raise NotNow(case.id, case.status)


def check_may_see_pointers(by: Actor) -> None:
    """That cases left, and under which pointer, coordinators, auditors and receivers know."""
    allowed = OPEN_SEALED | {Role.COORDINATOR, Role.AUDITOR}
    if not (isinstance(by, Staff) and by.role in allowed):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def check_may_open_sealed(by: Actor) -> Staff:
    """A receiver of denunciations, who belongs to no agency; answers who it is."""
    if not (isinstance(by, Staff) and by.role in OPEN_SEALED and by.agency_id is None):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)
    return by


def check_may_send_pictures(case: CaseFacts) -> None:
    """The resident may add pictures until the case has ended, after the answer too."""
    if case.status not in OPEN | {CaseStatus.ANSWERED}:
        raise NotNow(case.id, case.status)


def check_may_show_pictures(by: Actor, case: CaseFacts) -> None:
    """Whoever works on the agency's cases may show what was done, until the case has ended."""
    _check_works_on(by, case)
    check_may_send_pictures(case)


def check_may_rate(by: Actor) -> None:
    """Ratings come from residents: never out of a session of staff, or from an agency's system."""
    if isinstance(by, Staff | AgencySystem):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def check_may_withdraw(case: CaseFacts) -> None:
    """The resident may withdraw what is still open."""
    if case.status not in OPEN:
        raise NotNow(case.id, case.status)


def check_may_review_answers(by: Actor, agency_id: int) -> None:
    """Answers are set aside, left out and let in again by those who judge no agency of their own:
    coordinators, publishers and auditors from outside it.
    """
    if not (isinstance(by, Staff) and by.role in REVIEW_ANSWERS):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)
    if by.agency_id == agency_id:
        raise RoleMayNot(by.role)


def check_may_publish(by: Actor) -> None:
    """Editions are published by a publisher."""
    if not (isinstance(by, Staff) and by.role is Role.PUBLISHER):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def check_may_administer(by: Actor) -> None:
    """Accounts and keys are an administrator's, and that of commands on the machine itself."""
    if isinstance(by, System):
        return
    if not (isinstance(by, Staff) and by.role is Role.ADMINISTRATOR):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def check_may_change_account(by: Actor, name: str) -> None:
    """Nobody closes the own account, gives it another role or takes its second factor away."""
    check_may_administer(by)
    if isinstance(by, Staff) and by.name == name:
        raise OwnAccount(name)


# Who proposes a change and decides about another's; all that stand not here: administrators.
CHANGES = {
    ChangeKind.PERIOD: frozenset({Role.PUBLISHER, Role.ADMINISTRATOR}),
    ChangeKind.CALENDAR_DAY: KEEP_CALENDARS,
}


def check_may_change(by: Actor, kind: ChangeKind) -> None:
    """What touches results is proposed, and decided, by those who answer for it."""
    if isinstance(by, Staff) and by.role in CHANGES.get(kind, ()):
        return
    check_may_administer(by)


def check_may_keep_calendars(by: Actor) -> None:
    """Days off are brought in by an administrator or a coordinator of the city."""
    if not isinstance(by, Staff) or by.role not in KEEP_CALENDARS:
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def why_not(check: Callable[P, None], *facts: P.args, **more: P.kwargs) -> Refusal | None:
    """The reason `check` would give, or None where it allows."""
    try:
        check(*facts, **more)
    except Refusal as refusal:
        return refusal
    return None
