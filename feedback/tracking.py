"""What the holder of a tracking code sees, and nothing else."""

from dataclasses import dataclass
from datetime import datetime

from feedback import appeals, codes, holds, messages, restricted, reveals, timeline
from feedback.appeals import Appeals, Offer
from feedback.codes import Keyring
from feedback.errors import NoSuchCode
from feedback.holds import Hold
from feedback.lifecycle import CaseStatus
from feedback.messages import Message
from feedback.models import CaseKind, CaseRow, ClosureRow, RatingRow
from feedback.office import urgency
from feedback.restricted import Pointer
from feedback.reveals import Look
from feedback.timeline import Line
from sla import charter, ledger
from sla.charter import Agency, Charter, Service
from sla.commitments import Commitment
from sla.models import PromiseRow
from sla.promises import Standing, Verdict
from sla.steps import Step

# Who wrote an internal note is the house's own affair, and that there was one too.
INTERNAL = frozenset({"NoteAdded"})


@dataclass(frozen=True, slots=True)
class RatingWindow:
    """Whether a rating can be given now, and until when; `given_at` is when the last one was."""

    is_open: bool
    closes_at: datetime | None
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrackedCase:
    """A case as its resident sees it. `due_at` is None when nothing was promised."""

    reference: str
    kind: CaseKind
    subject: str
    text: str
    status: CaseStatus
    filed_at: datetime
    due_at: datetime | None
    is_overdue: bool
    verdict: Verdict
    agency: Agency
    service: Service | None
    commitment: Commitment | None
    timeline: tuple[Line, ...]
    messages: tuple[Message, ...]
    rating: RatingWindow
    reveals: tuple[Look, ...]
    """Who of the office has looked up who the resident is, when and why."""
    appeals: Appeals
    offer: Offer | None
    """Who would look at the answer again now, if asked."""
    hold: Hold | None = None
    """Whether it looked like spam, and what a person found."""
    handed_over: Pointer | None = None
    """Where it went, once it left for a procedure of the law."""


async def by_code(code: str, keys: Keyring, *, at: datetime) -> TrackedCase:
    """The case of a tracking code; `NoSuchCode` where there is none, whatever the cause."""
    row = await CaseRow.get_or_none(code_hash=codes.sought(code, keys))
    if row is None:
        raise NoSuchCode
    promise = await PromiseRow.get(id=row.promise_id)
    known = await charter.current()
    verdict = (await ledger.standing(promise.id)).verdict(at)
    service_id: int | None = promise.service_id
    return TrackedCase(
        reference=row.reference,
        kind=row.kind,
        subject=row.subject,
        text=row.text,
        status=row.status,
        filed_at=row.filed_at,
        due_at=promise.due_at,
        is_overdue=verdict is Verdict.OPEN_OVERDUE,
        verdict=verdict,
        agency=known.agency_of_id(promise.agency_id),
        service=known.service_of_id(service_id) if service_id else None,
        commitment=_commitment(promise.commitment_id, known),
        timeline=tuple(line for line in await timeline.read(row.id) if line.kind not in INTERNAL),
        messages=tuple(await messages.read(row.id)),
        rating=await _window(promise, at),
        reveals=await reveals.of_case(row.id),
        appeals=await appeals.of_case(row.id),
        offer=await _offer(row, at),
        hold=await holds.of_case(row.id),
        handed_over=await restricted.of_case(row.id, at=at),
    )


async def _offer(row: CaseRow, at: datetime) -> Offer | None:
    if row.status not in {CaseStatus.ANSWERED, CaseStatus.CLOSED}:
        return None
    found = await appeals.offer(row, at=at)
    return found if found and at < found.until and not await appeals.is_appealed(row.id) else None


def _commitment(commitment_id: int | None, known: Charter) -> Commitment | None:
    versions = (one for some in known.commitments.values() for one in some)
    return next((one for one in versions if one.id == commitment_id), None)


@dataclass(frozen=True, slots=True)
class Explained:
    """How a due time came about, piece by piece; no `steps` where it was not computed."""

    standing: Standing
    steps: tuple[Step, ...]


async def explained(code: str, keys: Keyring) -> Explained:
    """Why a case is due when it is, and when and why its clock stood. Raises `NoSuchCode`."""
    row = await CaseRow.get_or_none(code_hash=codes.sought(code, keys))
    if row is None:
        raise NoSuchCode
    promise = await PromiseRow.get(id=row.promise_id)
    calendar_id: int | None = promise.calendar_id
    calendar = (await charter.current()).calendars[calendar_id] if calendar_id else None
    standing = await ledger.standing(promise.id)
    return Explained(standing, urgency.steps_of(standing, calendar))


async def _window(promise: PromiseRow, at: datetime) -> RatingWindow:
    closure = await ClosureRow.get_or_none(promise_id=promise.id, round=promise.round, void_at=None)
    if closure is None:
        return RatingWindow(is_open=False, closes_at=None)
    rating = await RatingRow.get_or_none(closure_id=closure.id)
    given_at = rating.given_at if rating else None
    return RatingWindow(at < closure.window_ends_at, closure.window_ends_at, given_at)
