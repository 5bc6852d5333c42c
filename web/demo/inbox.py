"""The open cases of the demo officer's ward, and one answered case whose tracking code is told.

Few enough to go through the same functions as a real case, step by step, each in its own act.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from feedback import casework, intake
from feedback.actors import Resident, Staff
from feedback.codes import Keyring
from feedback.drafts import ComplaintDraft, Contact
from feedback.intake import Filing, Receipt
from feedback.models import AccountRow, CaseKind
from sla.acts import Act
from web.demo import accounts, texts
from web.demo.texts import InboxCase
from web.demo.times import Span

Do = Callable[[InboxCase, Receipt, Staff, Act, Keyring], Awaitable[None]]


async def fill(officer: AccountRow, span: Span, keys: Keyring) -> str:
    """File the cases and bring each to where it stands; the tracking code of the answered one."""
    staff = Staff(officer.id, officer.name, officer.display_name, officer.role, officer.agency_id)
    code = ""
    for number, case in enumerate(texts.inbox()):
        receipt = await _file(case, number, span, keys)
        for steps, (days, do, by_officer) in enumerate(COURSES[case.done], 1):
            at = _at(span, case.days_ago if days is None else days, number, steps)
            act = Act(by=staff if by_officer else Resident(), at=at)
            async with in_transaction():
                await do(case, receipt, staff, act, keys)
        if case.done == "answered":
            code = receipt.tracking_code
    return code


async def _file(case: InboxCase, number: int, span: Span, keys: Keyring) -> Receipt:
    draft = ComplaintDraft(
        agency=accounts.WARD,
        service=case.service or None,
        kind=CaseKind(case.kind),
        subject=case.subject,
        text=case.text,
        location=case.location,
        contact=Contact(),
        language=case.language,
    )
    by = Resident(f"demo/{number}")
    act = Act(by=by, at=_at(span, case.days_ago, number, 0))
    async with in_transaction():
        return await intake.file_complaint(Filing(draft, by), act, keys)


def _at(span: Span, days_ago: int, number: int, steps: int) -> datetime:
    """Half an hour after the one before, in the morning of that day; never after now."""
    wanted = span.within(span.days_ago(days_ago), 2400 + 420 * number + 1800 * steps)
    latest = span.now - timedelta(minutes=20 - number) + timedelta(seconds=steps)
    return min(wanted, latest)


async def _assign(_: InboxCase, receipt: Receipt, staff: Staff, act: Act, __: Keyring) -> None:
    await casework.assign(receipt.reference, act, officer=staff.name)


async def _ask(case: InboxCase, receipt: Receipt, _: Staff, act: Act, keys: Keyring) -> None:
    await casework.ask(receipt.reference, case.question, act, keys)


async def _reply(case: InboxCase, receipt: Receipt, _: Staff, act: Act, keys: Keyring) -> None:
    await casework.reply(receipt.tracking_code, case.reply, act, keys)


async def _answer(case: InboxCase, receipt: Receipt, _: Staff, act: Act, keys: Keyring) -> None:
    await casework.answer(receipt.reference, case.answer, act, keys)


async def _reopen(case: InboxCase, receipt: Receipt, _: Staff, act: Act, keys: Keyring) -> None:
    await casework.reopen(receipt.tracking_code, case.objection, act, keys)


# Open days before now (None: on the day of filing), what is done, whether by the officer.
COURSES: dict[str, tuple[tuple[int | None, Do, bool], ...]] = {
    "filed": (),
    "in_hand": ((None, _assign, True),),
    "waiting": ((None, _assign, True), (None, _ask, True)),
    "replied": ((None, _assign, True), (None, _ask, True), (5, _reply, False)),
    "reopened": ((None, _assign, True), (5, _answer, True), (2, _reopen, False)),
    "answered": ((None, _assign, True), (1, _answer, True)),
}
