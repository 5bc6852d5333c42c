"""Who may ask for the correction of an end, and who decides: never the agency itself."""

from datetime import datetime

from feedback import permissions as may
from feedback.errors import NoSuchCase
from sla import corrections
from sla.acts import Act
from sla.corrections import Request
from sla.models import PromiseRow


async def ask(reference: str, act: Act, *, ended_at: datetime, reason: str) -> int:
    """Ask to correct the end of a case or dossier; the number of the request.

    `NoSuchCase` also for what is another agency's; else the errors of `sla.corrections.request`.
    """
    row = await PromiseRow.filter(code=reference).order_by("kind", "id").first()
    if row is None:
        raise NoSuchCase(reference)
    agency_id: int = row.agency_id
    may.check_may_see_agency(act.by, agency_id, reference)
    may.check_may_ask_for_correction(act.by, agency_id)
    return await corrections.request(row.id, ended_at=ended_at, reason=reason, act=act)


async def approve(request_id: int, act: Act) -> None:
    """Allow it, as a coordinator from outside the agency."""
    await _check(request_id, act)
    await corrections.approve(request_id, act)


async def decline(request_id: int, act: Act, *, answer: str) -> None:
    """Say no and why, as a coordinator from outside the agency."""
    await _check(request_id, act)
    await corrections.decline(request_id, act, answer=answer)


async def _check(request_id: int, act: Act) -> None:
    asked: Request = await corrections.request_of(request_id)
    may.check_may_decide_correction(act.by, asked.agency_id)
