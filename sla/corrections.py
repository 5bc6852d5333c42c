"""A wrongly told end is put right by a further event, asked for by one person, allowed by another.

Nothing is overwritten: the request, the decision and the event stay, and are counted in public.
Who may ask and who may decide is the package above's to say; that they are two is said here.
"""

from dataclasses import dataclass
from datetime import datetime

from tortoise.connection import get_connection

from sla import ledger
from sla.acts import Act
from sla.errors import (
    AlreadyDecided,
    AlreadyRequested,
    BadEvent,
    BeforeReceipt,
    NoSuchRequest,
    NotEnded,
    Outdated,
    ReasonMissing,
    SamePerson,
)
from sla.models import CorrectionRow, PromiseRow
from sla.promises import Corrected


@dataclass(frozen=True, slots=True)
class Request:
    """A correction that waits: the end as it was told, and as it is said to have been."""

    id: int
    promise_id: int
    code: str
    agency_id: int
    told_at: datetime
    ended_at: datetime
    reason: str
    requested_by: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """Corrections of one agency's promises in a period.

    `requested` were asked for in it, `approved` and `declined` decided in it; `cured` are those
    approved that turned late into on time.
    """

    agency_id: int
    requested: int
    approved: int
    declined: int
    cured: int


async def request(promise_id: int, *, ended_at: datetime, reason: str, act: Act) -> int:
    """Ask that the last end be set to another time; the number of the request.

    Locks the promise. `NotEnded`, `BeforeReceipt`, `BadEvent` (it lies ahead), `ReasonMissing`,
    `AlreadyRequested` while another request for the same promise waits.
    """
    if not reason.strip():
        raise ReasonMissing("reason")
    row = await PromiseRow.select_for_update().get(id=promise_id)
    if row.ended_at is None:
        raise NotEnded(act.at)
    if ended_at < row.started_at:
        raise BeforeReceipt(ended_at, row.started_at)
    if ended_at > act.at:
        raise BadEvent("ended_at")
    if await CorrectionRow.exists(promise_id=promise_id, decided_at=None):
        raise AlreadyRequested(promise_id)
    made = await CorrectionRow.create(
        promise_id=promise_id,
        agency_id=row.agency_id,
        round=row.round,
        told_at=row.ended_at,
        ended_at=ended_at,
        reason=reason.strip(),
        requested_by=act.by.reference,
        requested_at=act.at,
    )
    return made.id


async def approve(request_id: int, act: Act) -> None:
    """Allow a correction: the event is appended in the same act, and the verdict follows from it.

    `NoSuchRequest`, `AlreadyDecided`, `SamePerson`; `Outdated` when the promise went on meanwhile.
    """
    row = await _open(request_id, act)
    promise = await PromiseRow.select_for_update().get(id=row.promise_id)
    if (promise.round, promise.ended_at) != (row.round, row.told_at):
        raise Outdated(request_id)
    event = Corrected(act.at, ended_at=row.ended_at, reason=row.reason)
    await ledger.append(promise.id, event, act)
    await _decide(row, act, is_approved=True, answer="")


async def decline(request_id: int, act: Act, *, answer: str) -> None:
    """Say no, and why. The errors of `approve` but `Outdated`, and `ReasonMissing`."""
    if not answer.strip():
        raise ReasonMissing("answer")
    row = await _open(request_id, act)
    await _decide(row, act, is_approved=False, answer=answer.strip())


async def _open(request_id: int, act: Act) -> CorrectionRow:
    row = await CorrectionRow.filter(id=request_id).select_for_update().first()
    if row is None:
        raise NoSuchRequest(request_id)
    if row.decided_at is not None:
        raise AlreadyDecided(request_id)
    if row.requested_by == act.by.reference:
        raise SamePerson(request_id)
    return row


async def _decide(row: CorrectionRow, act: Act, *, is_approved: bool, answer: str) -> None:
    row.decided_by, row.decided_at = act.by.reference, act.at
    row.is_approved, row.answer = is_approved, answer
    await row.save(update_fields=["decided_by", "decided_at", "is_approved", "answer"])


async def open_requests(
    *, agency_id: int | None = None, promise_id: int | None = None
) -> list[Request]:
    """What waits for a decision, oldest first; of one agency's or one promise when asked for."""
    found = CorrectionRow.filter(decided_at=None)
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    if promise_id is not None:
        found = found.filter(promise_id=promise_id)
    rows = await found.order_by("requested_at", "id").values_list(*REQUEST)
    return [Request(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Decided:
    """A correction as it was decided; `answer` says why it was declined."""

    request: Request
    decided_by: str
    decided_at: datetime
    is_approved: bool
    answer: str


REQUEST = (
    "id",
    "promise_id",
    "promise__code",
    "agency_id",
    "told_at",
    "ended_at",
    "reason",
    "requested_by",
    "requested_at",
)


async def decided(
    *,
    agency_id: int | None = None,
    is_approved: bool | None = None,
    request_id: int | None = None,
    promise_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[int, list[Decided]]:
    """How many were decided, and a page of them, the latest first; narrowed where asked for."""
    wanted = {
        "agency_id": agency_id,
        "is_approved": is_approved,
        "id": request_id,
        "promise_id": promise_id,
    }
    narrowed = {name: value for name, value in wanted.items() if value is not None}
    found = CorrectionRow.filter(decided_at__not_isnull=True, **narrowed)
    rows = (
        await found.order_by("-decided_at", "-id")
        .offset(offset)
        .limit(limit)
        .values_list(*REQUEST, "decided_by", "decided_at", "is_approved", "answer")
    )
    return await found.count(), [Decided(Request(*row[:9]), *row[9:]) for row in rows]


async def request_of(request_id: int) -> Request:
    """One open request. `NoSuchRequest`; `AlreadyDecided` when it does not wait any more."""
    found = [one for one in await open_requests() if one.id == request_id]
    if not found:
        if await CorrectionRow.exists(id=request_id):
            raise AlreadyDecided(request_id)
        raise NoSuchRequest(request_id)
    return found[0]


COUNTED = """
select c.agency_id,
       count(*) filter (where requested_at >= $1 and requested_at < $2)::int as requested,
       count(*) filter (where is_approved and decided)::int as approved,
       count(*) filter (where not is_approved and decided)::int as declined,
       count(*) filter (where is_approved and decided
                          and c.told_at > p.due_at and c.ended_at <= p.due_at)::int as cured
from correction c join promise p on p.id = c.promise_id,
     lateral (select decided_at >= $1 and decided_at < $2 as decided) as _
where (requested_at >= $1 and requested_at < $2) or (decided_at >= $1 and decided_at < $2)
group by 1 order by 1
"""


async def counted(starts_at: datetime, ends_at: datetime) -> list[Counted]:
    """Corrections per agency in a half-open period, for the notes of an edition."""
    rows = await get_connection("default").execute_query_dict(COUNTED, [starts_at, ends_at])
    return [Counted(**row) for row in rows]
