"""Who may ask for the correction of an end, and who decides: never the agency itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from feedback import permissions as may
from feedback.actors import Staff
from feedback.errors import NoSuchCase, NotAFact
from feedback.staff import accounts, apart
from feedback.told_dates import Correction
from sla import charter, corrections
from sla.acts import Act, Actor
from sla.charter import Agency, Charter, Service
from sla.corrections import Counted, Decided, Request
from sla.errors import AlreadyDecided, BadEvent, BeforeReceipt, NoSuchRequest, SamePerson
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
    await check_may_decide(act.by, await corrections.request_of(request_id))


async def check_may_decide(by: Actor, asked: Request) -> None:
    """A coordinator from outside the agency, and another person than who asked for it.

    Raises `RoleMayNot`, `SamePerson`, `NotApart`.
    """
    may.check_may_decide_correction(by, asked.agency_id)
    if asked.requested_by == by.reference:
        raise SamePerson(asked.id)
    await apart.check(by, asked.requested_by)


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


@dataclass(frozen=True, slots=True)
class Done:
    """A request that was decided, as people read it afterwards."""

    waiting: Waiting
    decided: Decided
    decided_by: str


async def waiting(by: Actor) -> list[Waiting]:
    """What waits for a decision, oldest first: of every agency, or of one's own."""
    return await _shown(await corrections.open_requests(agency_id=_only(by)))


async def decided(
    by: Actor, *, agency: str, state: str, offset: int, limit: int
) -> tuple[int, list[Done]]:
    """How many were decided, and a page of them, the latest first.

    `agency` is a code or empty for all, `state` approved, declined or anything else for both.
    Who sees one agency's work alone is told of that one.
    """
    known = await charter.current()
    wanted = known.agencies[agency].id if agency in known.agencies else None
    count, found = await corrections.decided(
        agency_id=_only(by) or wanted,
        is_approved={"approved": True, "declined": False}.get(state),
        offset=offset,
        limit=limit,
    )
    return count, await _done(found)


async def one(by: Actor, request_id: int) -> Waiting | Done:
    """One request, waiting or decided. `NoSuchRequest` also for another agency's."""
    try:
        [found] = await _shown([await corrections.request_of(request_id)])
    except AlreadyDecided:
        _, rows = await corrections.decided(request_id=request_id)
        [done] = await _done(rows)
        _check_sees(by, done.waiting)
        return done
    _check_sees(by, found)
    return found


def _check_sees(by: Actor, found: Waiting) -> None:
    try:
        may.check_may_see_agency(by, found.agency.id, found.request.code)
    except NoSuchCase:
        raise NoSuchRequest(found.request.id) from None


def _only(by: Actor) -> int | None:
    """The agency whose requests alone somebody sees; None: every one's."""
    match by:
        case Staff(role=role) if role in may.SEE_ALL:
            return None
        case Staff(agency_id=own):
            return own if own is not None else 0
    return 0


@dataclass(frozen=True, slots=True)
class Work:
    """A case or dossier whose end might be corrected; `ended_at` None: it is still open."""

    reference: str
    is_case: bool
    agency: Agency
    service: Service | None
    received_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


async def work_of(by: Actor, reference: str) -> Work:
    """The case or dossier of that number. `NoSuchCase` also for what is another agency's."""
    row = await _promise(reference)
    may.check_may_see_agency(by, row.agency_id, reference)
    known = await charter.current()
    return Work(
        reference=reference,
        is_case=row.kind is PromiseKind.CASE,
        agency=known.agency_of_id(row.agency_id),
        service=known.service_of_id(row.service_id) if row.service_id is not None else None,
        received_at=row.started_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
    )


async def of_promise(promise_id: int) -> list[Waiting | Done]:
    """Every correction of a promise, decided or not, the first asked for first.

    Whoever may see the promise may see these.
    """
    _, decided = await corrections.decided(promise_id=promise_id)
    found: list[Waiting | Done] = [*await _done(decided)]
    found += await _shown(await corrections.open_requests(promise_id=promise_id))
    return sorted(found, key=_asked_at)


def _asked_at(one: Waiting | Done) -> datetime:
    return (one.waiting if isinstance(one, Done) else one).request.requested_at


async def _done(found: list[Decided]) -> list[Done]:
    shown = await _shown([one.request for one in found])
    names = await accounts.display_names({one.decided_by for one in found})
    return [
        Done(waiting, one, names.get(one.decided_by, one.decided_by))
        for waiting, one in zip(shown, found, strict=True)
    ]


async def counted_of(agency: Agency, *, at: datetime) -> Counted:
    """All corrections of an agency's promises ever, as the public is told."""
    found = await corrections.counted(datetime(2000, 1, 1, tzinfo=UTC), at + timedelta(seconds=1))
    return next(
        (one for one in found if one.agency_id == agency.id), Counted(agency.id, 0, 0, 0, 0)
    )


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
