"""Who may ask for the correction of an end, and who decides: never the agency itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from feedback import accounts
from feedback import permissions as may
from feedback.errors import NoSuchCase, NotAFact
from feedback.told_dates import Correction
from sla import charter, corrections
from sla.acts import Act, Actor
from sla.charter import Agency, Charter
from sla.corrections import Request
from sla.errors import BadEvent, BeforeReceipt, SamePerson
from sla.models import PromiseKind, PromiseRow


async def ask(reference: str, act: Act, *, ended_at: datetime, reason: str) -> int:
    """Ask to correct the end of a case or dossier; the number of the request.

    `NoSuchCase` also for what is another agency's; else the errors of `sla.corrections.request`.
    """
    row = await _promise(reference)
    agency_id: int = row.agency_id
    may.check_may_see_agency(act.by, agency_id, reference)
    may.check_may_ask_for_correction(act.by, agency_id)
    return await corrections.request(row.id, ended_at=ended_at, reason=reason, act=act)


async def ask_for(reference: str, draft: Correction, act: Act) -> int:
    """As `ask`, at the local time of the office. `NotAFact` when the day cannot be."""
    zone = _zone(await _promise(reference), await charter.current())
    ended_at = datetime.combine(draft.ended_on, draft.ended_time, tzinfo=zone)
    try:
        return await ask(reference, act, ended_at=ended_at, reason=draft.reason)
    except BeforeReceipt:
        raise NotAFact("ended_on", "before_receipt") from None
    except BadEvent:
        raise NotAFact("ended_on", "in_the_future") from None


async def approve(request_id: int, act: Act) -> None:
    """Allow it, as a coordinator from outside the agency."""
    await _check(request_id, act)
    await corrections.approve(request_id, act)


async def decline(request_id: int, act: Act, *, answer: str) -> None:
    """Say no and why, as a coordinator from outside the agency."""
    await _check(request_id, act)
    await corrections.decline(request_id, act, answer=answer)


async def _check(request_id: int, act: Act) -> None:
    check_may_decide(act.by, await corrections.request_of(request_id))


def check_may_decide(by: Actor, asked: Request) -> None:
    """A coordinator from outside the agency who did not ask for it. `RoleMayNot`, `SamePerson`."""
    may.check_may_decide_correction(by, asked.agency_id)
    if asked.requested_by == by.reference:
        raise SamePerson(asked.id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits, as whoever decides reads it. `due_at` is what was promised."""

    request: Request
    agency: Agency
    is_case: bool
    due_at: datetime | None
    asked_by: str

    @property
    def cures(self) -> bool:
        """Whether it would turn late into on time."""
        return self._is_late(self.request.told_at) and not self._is_late(self.request.ended_at)

    @property
    def worsens(self) -> bool:
        """Whether it would turn on time into late."""
        return self._is_late(self.request.ended_at) and not self._is_late(self.request.told_at)

    def _is_late(self, ended_at: datetime) -> bool:
        return self.due_at is not None and ended_at > self.due_at


async def waiting() -> list[Waiting]:
    """All that waits for a decision, oldest first."""
    return await _shown(await corrections.open_requests())


async def one_waiting(request_id: int) -> Waiting:
    """One of them. `NoSuchRequest`, `AlreadyDecided`."""
    [found] = await _shown([await corrections.request_of(request_id)])
    return found


async def _shown(asked: list[Request]) -> list[Waiting]:
    known = await charter.current()
    names = await accounts.display_names({one.requested_by for one in asked})
    rows = await PromiseRow.filter(id__in=[one.promise_id for one in asked]).order_by("id")
    promises = {row.id: row for row in rows}
    return [
        Waiting(
            request=one,
            agency=known.agency_of_id(one.agency_id),
            is_case=promises[one.promise_id].kind is PromiseKind.CASE,
            due_at=promises[one.promise_id].due_at,
            asked_by=names.get(one.requested_by, one.requested_by),
        )
        for one in asked
    ]


async def _promise(reference: str) -> PromiseRow:
    row = await PromiseRow.filter(code=reference).order_by("kind", "id").first()
    if row is None:
        raise NoSuchCase(reference)
    return row


def _zone(row: PromiseRow, known: Charter) -> tzinfo:
    calendar_id = row.calendar_id
    if calendar_id is None:
        agency = known.agency_of_id(row.agency_id)
        calendar_id = known.latest_calendar.get(agency.calendar_code)
    return known.calendars[calendar_id].timezone if calendar_id else UTC
