"""What a case is about, put right: its service changes, what was promised for it does not."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback import casework
from feedback import permissions as may
from feedback.drafts import REASON_AT_MOST, Reader
from feedback.errors import NotAFact, UnknownService
from feedback.events import CaseRecategorised
from sla import charter
from sla.acts import Act
from sla.models import PromiseRow


@dataclass(frozen=True, slots=True)
class Recategorising:
    """Which service a case is about after all, by code, and why."""

    service: str
    reason: str


def draft(given: Mapping[str, object]) -> Recategorising:
    """From named values: service, reason. Raises `Faulty`."""
    reader = Reader(given)
    made = Recategorising(
        reader.text("service", at_most=40, required=True),
        reader.text("reason", at_most=REASON_AT_MOST, required=True),
    )
    reader.finish()
    return made


async def recategorise(reference: str, wanted: Recategorising, act: Act) -> None:
    """The case is about another service from now on.

    The commitment and the calendar in force at its receipt stay, and so does every date: whoever
    was told a time keeps it. `UnknownService`, and `NotAFact` where it is about that service.
    """
    case = await casework.held(reference)
    may.check_may_recategorise(act.by, case.facts)
    known = await charter.current()
    service = known.services.get(wanted.service)
    if service is None:
        raise UnknownService(wanted.service)
    promise = await PromiseRow.get(id=case.promise_id)
    before: int | None = promise.service_id
    if before == service.id:
        raise NotAFact("service", "already_so")
    await PromiseRow.filter(id=promise.id).update(service_id=service.id)
    await casework.step(
        case,
        CaseRecategorised(case.row.id),
        act,
        was=known.service_of_id(before).code if before is not None else "",
        service=service.code,
        reason=wanted.reason,
    )
