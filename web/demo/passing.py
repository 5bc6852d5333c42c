"""Cases without a clear owner: some wait for the coordinators, some were sent from hand to hand.

What is handed on goes through the same functions as a real case, each step in its own act.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from feedback import casework, intake
from feedback.actors import AgencySystem, Resident, Staff
from feedback.codes import Keyring
from feedback.drafts import ComplaintDraft, Contact
from feedback.intake import Filing
from feedback.models import AccountRow, CaseKind
from sla import charter
from sla.acts import Act, Actor
from sla.charter import Charter
from web.demo import texts
from web.demo.texts import PassedCase
from web.demo.times import Span


async def fill(people: Mapping[str, AccountRow], span: Span, keys: Keyring) -> None:
    """File the cases and hand each on as it went."""
    known = await charter.current()
    for number, case in enumerate(texts.passing()):
        by = Resident(f"demo/passing/{number}")
        act = Act(by=by, at=_at(span, case.days_ago, number))
        async with in_transaction():
            receipt = await intake.file_complaint(Filing(_draft(case), by), act, keys)
        for move in case.move:
            giver = _giver(move.by, people, known)
            async with in_transaction():
                await casework.transfer(
                    receipt.reference,
                    Act(by=giver, at=_at(span, move.days_ago, number)),
                    to=move.to,
                    reason=move.reason,
                )


def _draft(case: PassedCase) -> ComplaintDraft:
    return ComplaintDraft(
        agency=case.agency,
        service=None,
        kind=CaseKind.COMPLAINT,
        subject=case.subject,
        text=case.text,
        location=case.location,
        contact=Contact(),
        language="vi",
    )


def _giver(name: str, people: Mapping[str, AccountRow], known: Charter) -> Actor:
    """A demo account, or the agency's own system where nobody of it can sign in."""
    row = people.get(name)
    if row is None:
        return AgencySystem(key_id=0, agency_id=known.agencies[name].id)
    return Staff(row.id, row.name, row.display_name, row.role, row.agency_id)


def _at(span: Span, days_ago: int, number: int) -> datetime:
    """In the morning of that open day; never after now."""
    wanted = span.within(span.days_ago(days_ago), 3000 + 600 * number)
    return min(wanted, span.now - timedelta(minutes=20 - number))
