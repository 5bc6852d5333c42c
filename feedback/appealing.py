"""A resident who does not accept an answer asks the level above: a case of its own, with a clock.

The case below is not closed until the one above has ended; its own promise was kept or broken by
its answer and stays so. Whoever holds the code of the first case opens the second with it.
"""

from feedback import appeals, casework, codes, contacts, intake, messages, timeline
from feedback.actors import Resident
from feedback.appeals import Offer
from feedback.casework import Held
from feedback.codes import Keyring
from feedback.drafts import ComplaintDraft, Contact
from feedback.errors import AlreadyAppealed, AppealClosed, NoLevelAbove
from feedback.events import AppealDecided, CaseAppealed
from feedback.intake import Filing, Receipt
from feedback.lifecycle import ENDED, CaseStatus, advance
from feedback.messages import MessageKind
from feedback.models import AppealRow, CaseRow
from sla import charter
from sla.acts import Act
from sla.models import PromiseRow

CHANNEL = "appeal"


async def appeal(code: str, text: str, act: Act, keys: Keyring) -> Receipt:
    """Ask the level above to look at the answer again; `text` says why.

    Raises `NoSuchCode`, `NotNow` before the answer, `AppealClosed` after the days for it,
    `AlreadyAppealed` the second time, `NoLevelAbove` where nobody is.
    """
    case = await casework.held_by_code(code, keys)
    offer = await _check_may_appeal(case, act)
    draft = await _draft(case, offer, text, keys)
    by = act.by if isinstance(act.by, Resident) else Resident(device=act.by.reference)
    # It is about feedback that was taken as feedback: nobody is asked again what it is.
    filing = Filing(draft, by, CHANNEL, is_ordinary=True, code=code_above(code, keys))
    receipt = await intake.file_complaint(filing, act, keys)
    above = await CaseRow.get(reference=receipt.reference)
    below = (await appeals.of_case(case.row.id)).level
    await AppealRow.create(case_id=case.row.id, above_id=above.id, level=below + 1, at=act.at)
    await messages.write(case.row.id, MessageKind.OBJECTION, text, act)
    case.row.status = advance(case.row.status, CaseAppealed, case_id=case.row.id)
    case.row.closed_at = None
    await case.row.save(update_fields=["status", "closed_at"])
    detail = {"to": offer.agency.code, "reference": receipt.reference}
    await timeline.record(CaseAppealed(case.row.id), act, **detail)
    return receipt


async def _check_may_appeal(case: Held, act: Act) -> Offer:
    number = case.row.id
    if await AppealRow.exists(case_id=number):
        raise AlreadyAppealed(number)
    advance(case.row.status, CaseAppealed, case_id=number)
    offer = await appeals.offer(case.row, at=act.at)
    if offer is None:
        raise NoLevelAbove(number)
    if act.at >= offer.until:
        raise AppealClosed(number)
    return offer


async def _draft(case: Held, offer: Offer, text: str, keys: Keyring) -> ComplaintDraft:
    row = case.row
    promise = await PromiseRow.get(id=case.promise_id)
    service_id: int | None = promise.service_id
    known = await charter.current()
    try:
        contact = await contacts.of(row.id, keys) or Contact()
    except ValueError:  # sealed with a key we no longer have: the code alone opens the appeal
        contact = Contact()
    return ComplaintDraft(
        agency=offer.agency.code,
        service=known.service_of_id(service_id).code if service_id is not None else None,
        kind=row.kind,
        subject=row.subject,
        text=text,
        location=row.location,
        contact=contact,
        language=row.language,
    )


def code_above(code: str, keys: Keyring) -> str:
    """The tracking code of the appeal, for whoever holds the code of the case it is about."""
    return codes.derived(code, "appeal", keys)


async def decide_next(act: Act) -> bool:
    """Close one case whose appeal has ended; whether there was one."""
    ended = AppealRow.filter(decided_at=None, above__status__in=sorted(ENDED))
    row = await ended.order_by("id").select_for_update(skip_locked=True).first()
    if row is None:
        return False
    case = await CaseRow.filter(id=row.case_id).select_for_update().get()
    await AppealRow.filter(id=row.id).update(decided_at=act.at)
    if case.status is not CaseStatus.APPEALED:
        return True
    case.status = advance(case.status, AppealDecided, case_id=case.id)
    case.closed_at = act.at
    await case.save(update_fields=["status", "closed_at"])
    await timeline.record(AppealDecided(case.id), act)
    return True
