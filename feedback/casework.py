"""What an agency and a resident do with a case, step by step along the life cycle.

Every step locks the case first: of two who press at once, one wins and the other is refused.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from feedback import appeals, codes, holds, invitations, messages, outcomes, telling, timeline
from feedback import permissions as may
from feedback.codes import Keyring
from feedback.errors import (
    AgencyClosed,
    NoSuchCase,
    NoSuchCode,
    NotAFact,
    NotNow,
    NotYours,
    UnknownAgency,
    WindowClosed,
)
from feedback.events import (
    CaseAnswered,
    CaseAssigned,
    CaseClosed,
    CaseEvent,
    CaseExtended,
    CaseReopened,
    CaseTransferred,
    CaseWithdrawn,
    NoteAdded,
    ResidentAsked,
    ResidentReplied,
)
from feedback.lifecycle import CaseStatus, advance
from feedback.messages import MessageKind
from feedback.models import AccountRow, AnswerDraftRow, CaseRow, ClosureRow, Role
from feedback.outcomes import Ending
from feedback.permissions import CaseFacts
from sla import charter, ledger
from sla.acts import Act
from sla.charter import Agency, Charter
from sla.errors import DateNotLater, ReasonMissing
from sla.models import PromiseRow
from sla.promises import Extended, Finished, Paused, Reopened, Resumed, Transferred, Withdrawn


@dataclass(slots=True)
class Held:
    """A case locked for this act, with what the rules ask about it."""

    row: CaseRow
    promise_id: int
    facts: CaseFacts


async def _hold(row: CaseRow | None, reference: str) -> Held:
    if row is None:
        raise NoSuchCase(reference)
    promise_id: int = row.promise_id
    promise = await PromiseRow.get(id=promise_id)
    facts = CaseFacts(
        id=row.id,
        reference=row.reference,
        status=row.status,
        agency_id=promise.agency_id,
        officer_id=row.officer_id,
    )
    return Held(row, promise_id, facts)


async def held(reference: str) -> Held:
    """The case of a reference, locked until the act ends. Raises `NoSuchCase`.

    One that is held as possible spam is not there for whoever works on cases.
    """
    await holds.check_not_held(reference)
    row = await CaseRow.filter(reference=reference, erased_at=None).select_for_update().first()
    return await _hold(row, reference)


async def held_by_code(code: str, keys: Keyring) -> Held:
    """The case of a tracking code, locked. Raises `NoSuchCode`."""
    row = await CaseRow.filter(code_hash=codes.sought(code, keys)).select_for_update().first()
    if row is None:
        raise NoSuchCode
    return await _hold(row, row.reference)


async def step(case: Held, event: CaseEvent, act: Act, **detail: object) -> None:
    """Move the status by the table, and write the event into the story."""
    case.row.status = advance(case.row.status, type(event), case_id=case.row.id)
    await case.row.save(update_fields=["status"])
    await timeline.record(event, act, **detail)


async def assign(reference: str, act: Act, *, officer: str, unless_taken: bool = False) -> None:
    """Put an officer of the case's agency in charge, by account name.

    With `unless_taken`, only a case nobody else is in charge of: else `NotYours`.
    """
    case = await held(reference)
    may.check_may_assign(act.by, case.facts)
    account = await AccountRow.get_or_none(name=officer, disabled_at=None)
    if account is None or not _may_be_in_charge(account, case.facts):
        raise NotAFact("officer", "not_a_choice")
    if unless_taken and case.facts.officer_id not in {None, account.id}:
        raise NotYours(case.row.id)
    await appeals.check_not_the_accused(case.row.id, officer_id=account.id)
    case.row.officer = account
    await case.row.save(update_fields=["officer_id"])
    await step(case, CaseAssigned(case.row.id), act, officer=account.display_name)


def _may_be_in_charge(account: AccountRow, case: CaseFacts) -> bool:
    agency_id: int | None = account.agency_id
    if account.role is Role.COORDINATOR:
        return True
    return account.role in may.WORK_ON_CASES and agency_id == case.agency_id


async def ask(reference: str, text: str, act: Act, keys: Keyring) -> None:
    """Ask the resident; the clock stops until the reply."""
    case = await held(reference)
    may.check_may_ask(act.by, case.facts)
    await messages.write(case.row.id, MessageKind.QUESTION, text, act)
    await ledger.append(case.promise_id, Paused(act.at, reason="asked_resident"), act)
    await step(case, ResidentAsked(case.row.id), act)
    await _tell(case, "asked", act, keys)


async def answer(
    reference: str, text: str, act: Act, keys: Keyring, *, ending: Ending | None = None
) -> None:
    """Answer: the promise ends, the resident is told and can rate.

    `ending` is what the answer came to; an agency's own system need not say.
    """
    case = await held(reference)
    may.check_may_answer(act.by, case.facts)
    facts: dict[str, object] = {"outcome": "answered"}
    if ending is not None:
        await outcomes.record(case.row.id, case.facts.agency_id, ending, act)
        facts = {"outcome": ending.outcome.value, "cause": ending.cause.value}
        facts |= {"reason": ending.reason} if ending.reason else {}
    await _answer(case, text, act, keys, facts)


async def _answer(case: Held, text: str, act: Act, keys: Keyring, facts: dict[str, object]) -> None:
    await messages.write(case.row.id, MessageKind.ANSWER, text, act)
    await ledger.append(case.promise_id, Finished(act.at, outcome=str(facts["outcome"])), act)
    case.row.answered_at = act.at
    await case.row.save(update_fields=["answered_at"])
    await step(case, CaseAnswered(case.row.id), act, **facts)
    await _forget_draft(case)
    await invitations.open_closure(case.promise_id, act)
    await _tell(case, "answered", act, keys)


async def _forget_draft(case: Held) -> None:
    await AnswerDraftRow.filter(case_id=case.row.id).delete()


async def close_duplicate(
    reference: str, text: str, act: Act, keys: Keyring, *, original: str
) -> None:
    """Answer by pointing at the case this one repeats, which the same agency must hold.

    It is judged and rated like any answer: a duplicate is no way out of the count.
    """
    case = await held(reference)
    may.check_may_answer(act.by, case.facts)
    other = await CaseRow.get_or_none(reference=original).select_related("promise")
    if other is None or other.id == case.row.id:
        raise NoSuchCase(original)
    other_agency: int = other.promise.agency_id
    if other_agency != case.facts.agency_id:
        raise NoSuchCase(original)
    await _answer(case, text, act, keys, {"outcome": "duplicate", "of": other.reference})


async def note(reference: str, text: str, act: Act) -> None:
    """Leave a note inside the house."""
    case = await held(reference)
    may.check_may_note(act.by, case.facts)
    await messages.write(case.row.id, MessageKind.NOTE, text, act)
    await timeline.record(NoteAdded(case.row.id), act)


async def transfer(reference: str, act: Act, *, to: str, reason: str) -> None:
    """Hand the case to another agency, or to the coordinators' own, who pass it on.

    Each holder's share of the time is kept. `UnknownAgency` for nobody and for whoever holds it
    already, `AgencyClosed` for one that was merged or closed.
    """
    case = await held(reference)
    may.check_may_transfer(act.by, case.facts)
    known = await charter.current()
    agency = known.agencies.get(to)
    if agency is None or agency.id == case.facts.agency_id:
        raise UnknownAgency(to)
    if not agency.is_open(_day_at(agency, act.at, known)):
        raise AgencyClosed(to)
    await appeals.check_not_the_accused(case.row.id, agency_id=agency.id)
    case.row.officer = None
    await case.row.save(update_fields=["officer_id"])
    # What one house has not sent is no other's to read.
    await _forget_draft(case)
    known_as = known.agency_of_id(case.facts.agency_id).code
    event = CaseTransferred(case.row.id)
    await step(case, event, act, to=agency.code, reason=reason, **{"from": known_as})
    # Last: from here on the case is another's, and the one who hands it on sees it no more.
    await ledger.append(case.promise_id, Transferred(act.at, to=agency.code), act)


def _day_at(agency: Agency, at: datetime, known: Charter) -> date:
    """The local day of an agency; in UTC where it has no calendar."""
    calendar_id = known.latest_calendar.get(agency.calendar_code)
    return at.astimezone(known.calendars[calendar_id].timezone if calendar_id else UTC).date()


async def extend(reference: str, act: Act, keys: Keyring, *, until: datetime, reason: str) -> None:
    """Tell the resident a new date, with an apology and the reason; once.

    The first date stays the one judged. `DateNotLater` unless the new one lies after now and after
    the first, `ReasonMissing` without a reason, `AlreadyExtended` the second time.
    """
    case = await held(reference)
    may.check_may_extend(act.by, case.facts)
    if not reason.strip():
        raise ReasonMissing("reason")
    promise = await PromiseRow.get(id=case.promise_id)
    if until <= max(act.at, promise.due_at or act.at):
        raise DateNotLater(until)
    await ledger.append(case.promise_id, Extended(act.at, until=until, reason=reason), act)
    moment = until.isoformat()
    await step(case, CaseExtended(case.row.id), act, until=moment, reason=reason)
    await _tell(case, "extended", act, keys, until_at=moment, reason=reason)


async def reply(code: str, text: str, act: Act, keys: Keyring) -> None:
    """The resident answers a question; the clock goes on."""
    case = await held_by_code(code, keys)
    status = advance(case.row.status, ResidentReplied, case_id=case.row.id)
    await messages.write(case.row.id, MessageKind.REPLY, text, act)
    await ledger.append(case.promise_id, Resumed(act.at), act)
    case.row.status = status
    await case.row.save(update_fields=["status"])
    await timeline.record(ResidentReplied(case.row.id), act)


async def reopen(code: str, text: str, act: Act, keys: Keyring) -> None:
    """The resident says "this is not solved": the clock goes on, the earlier rating is void."""
    case = await held_by_code(code, keys)
    closure = await _closure_of(case)
    if closure is None:
        raise NotNow(case.row.id, case.row.status)
    if act.at >= closure.window_ends_at:
        raise WindowClosed(closure.id)
    await messages.write(case.row.id, MessageKind.OBJECTION, text, act)
    await ledger.append(case.promise_id, Reopened(act.at, reason="not_solved"), act)
    await invitations.void_closures(case.promise_id, act)
    await step(case, CaseReopened(case.row.id), act)


async def _closure_of(case: Held) -> ClosureRow | None:
    return await ClosureRow.filter(promise_id=case.promise_id, void_at=None).first()


async def withdraw(code: str, text: str, act: Act, keys: Keyring) -> None:
    """The resident withdraws an open case."""
    case = await held_by_code(code, keys)
    may.check_may_withdraw(case.facts)
    if text:
        await messages.write(case.row.id, MessageKind.REPLY, text, act)
    await ledger.append(case.promise_id, Withdrawn(act.at), act)
    case.row.closed_at = act.at
    await case.row.save(update_fields=["closed_at"])
    await step(case, CaseWithdrawn(case.row.id), act)


async def close_next(act: Act) -> bool:
    """Close one answered case whose window is over; whether there was one."""
    row = (
        await CaseRow.filter(
            status=CaseStatus.ANSWERED, answered_at__lte=act.at - invitations.WINDOW
        )
        .order_by("answered_at", "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return False
    case = await _hold(row, row.reference)
    row.closed_at = act.at
    await row.save(update_fields=["closed_at"])
    await step(case, CaseClosed(row.id), act)
    return True


async def _tell(case: Held, kind: str, act: Act, keys: Keyring, **facts: str) -> None:
    agency_id = case.facts.agency_id
    await telling.resident(case.row, kind, act, keys, agency_id=agency_id, **facts)
