"""What an agency asks about its cases: deadline first, what nobody promised last."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from feedback import accounts, messages, timeline, urgency
from feedback import permissions as may
from feedback.actors import AgencySystem, Staff
from feedback.errors import NoSuchCase
from feedback.lifecycle import OPEN, CaseStatus
from feedback.messages import Message
from feedback.models import AccountRow, CaseKind, CaseRow, ContactRow
from feedback.permissions import SEE_ALL, CaseFacts
from feedback.timeline import Line
from feedback.urgency import Urgency
from sla import charter, spelling
from sla.acts import Actor
from sla.charter import Agency, Charter, Service
from sla.models import PromiseRow
from sla.standing import State

PAGE = 50


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One case in a list. `due_at` is None when nothing was promised."""

    id: int
    reference: str
    subject: str
    status: CaseStatus
    filed_at: datetime
    due_at: datetime | None
    officer: str | None
    agency: Agency
    service: Service | None
    urgency: Urgency

    @property
    def time_left(self) -> timedelta | None:
        """Open time until it is due, below 0 once overdue; None when no clock runs."""
        return self.urgency.time_left


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open cases there are, and of them: overdue, due soon, in nobody's hands."""

    open: int
    overdue: int
    due_soon: int
    unassigned: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of a list, and how many cases it has in all."""

    rows: tuple[InboxRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list: `status` one status, or `open` or `all`; `due` is overdue or soon; words."""

    status: str = "open"
    due: str = ""
    words: str = ""
    page: int = 1


def _mine(by: Actor) -> QuerySet[CaseRow]:
    may.check_may_see_inbox(by)
    if isinstance(by, Staff) and by.role in SEE_ALL:
        return CaseRow.all()
    if isinstance(by, Staff | AgencySystem):
        return CaseRow.filter(promise__agency_id=by.agency_id)
    return CaseRow.filter(id=None)


def _narrowed(found: QuerySet[CaseRow], wanted: Filter, at: datetime) -> QuerySet[CaseRow]:
    if wanted.status == "open":
        found = found.filter(status__in=sorted(OPEN))
    elif wanted.status in set(CaseStatus):
        found = found.filter(status=CaseStatus(wanted.status))
    if wanted.due == "overdue":
        found = found.filter(promise__due_at__lt=at, promise__ended_at=None)
    elif wanted.due == "soon":
        runs = Q(promise__state="running") | Q(
            promise__state="paused", promise__pause_lapses_at__lte=at
        )
        found = found.filter(runs, promise__due_at__gte=at, promise__due_soon_at__lte=at)
    for word in spelling.search_key(wanted.words).split():
        found = found.filter(Q(search_key__contains=word) | Q(reference__icontains=word))
    return found


async def listed(by: Actor, wanted: Filter, *, at: datetime) -> Inbox:
    """The cases `by` may see, deadline first; cases without a deadline after all others."""
    found = _narrowed(_mine(by), wanted, at)
    total = await found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, wanted.page), pages)
    rows = (
        await found.order_by("promise__due_at", "id")  # nulls last, as PostgreSQL does
        .offset((page - 1) * PAGE)
        .limit(PAGE)
        .values(
            "id",
            "reference",
            "subject",
            "status",
            "filed_at",
            "officer__display_name",
            "promise_id",
            "promise__due_at",
            "promise__ended_at",
            "promise__state",
            "promise__pause_lapses_at",
            "promise__due_soon_at",
            "promise__agency_id",
            "promise__service_id",
            "promise__calendar_id",
        )
    )
    known = await charter.current()
    paused = [row["promise_id"] for row in rows if row["promise__state"] == State.PAUSED]
    since = await urgency.paused_since(paused) if paused else {}
    listed_rows = tuple(_row(row, known, since.get(row["promise_id"]), at) for row in rows)
    return Inbox(rows=listed_rows, total=total, page=page, pages=pages)


def _row(row: dict[str, Any], known: Charter, paused_at: datetime | None, at: datetime) -> InboxRow:
    dates = urgency.Dates(
        due_at=row["promise__due_at"],
        ended_at=row["promise__ended_at"],
        state=row["promise__state"],
        paused_at=paused_at,
        lapses_at=row["promise__pause_lapses_at"],
        due_soon_at=row["promise__due_soon_at"],
    )
    calendar_id = row["promise__calendar_id"]
    calendar = known.calendars[calendar_id] if calendar_id is not None else None
    return InboxRow(
        id=row["id"],
        reference=row["reference"],
        subject=row["subject"],
        status=CaseStatus(row["status"]),
        filed_at=row["filed_at"],
        due_at=row["promise__due_at"],
        officer=row["officer__display_name"],
        agency=known.agency_of_id(row["promise__agency_id"]),
        service=_service(known, row["promise__service_id"]),
        urgency=urgency.read(dates, calendar, at=at),
    )


async def counted(by: Actor, *, at: datetime) -> Counts:
    """The head counts of an inbox, whatever it is narrowed to."""
    mine = _narrowed(_mine(by), Filter(), at)
    return Counts(
        open=await mine.count(),
        overdue=await _narrowed(mine, Filter(due="overdue"), at).count(),
        due_soon=await _narrowed(mine, Filter(due="soon"), at).count(),
        unassigned=await mine.filter(officer_id=None).count(),
    )


def _service(known: Charter, service_id: int | None) -> Service | None:
    return known.service_of_id(service_id) if service_id is not None else None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A whole case as the agency sees it. Who the resident is, is not in it."""

    facts: CaseFacts
    kind: CaseKind
    language: str
    subject: str
    text: str
    location: str
    filed_at: datetime
    answered_at: datetime | None
    due_at: datetime | None
    promise_id: int
    officer: str | None
    agency: Agency
    service: Service | None
    has_contact: bool
    timeline: tuple[Line, ...]
    messages: tuple[Message, ...]
    names: dict[str, str]
    """What the staff in it are called, by reference."""


async def opened(by: Actor, reference: str) -> CaseFile:
    """One case. `NoSuchCase` when there is none, and just so when it is another agency's."""
    row = await CaseRow.get_or_none(reference=reference).select_related("promise", "officer")
    if row is None:
        raise NoSuchCase(reference)
    promise: PromiseRow = row.promise
    officer: AccountRow | None = row.officer
    facts = CaseFacts(
        id=row.id,
        reference=row.reference,
        status=row.status,
        agency_id=promise.agency_id,
        officer_id=officer.id if officer else None,
    )
    may.check_may_see(by, facts)
    known = await charter.current()
    service_id: int | None = promise.service_id
    story = tuple(await timeline.read(row.id))
    exchanged = tuple(await messages.read(row.id, notes=True))
    return CaseFile(
        facts=facts,
        kind=row.kind,
        language=row.language,
        subject=row.subject,
        text=row.text,
        location=row.location,
        filed_at=row.filed_at,
        answered_at=row.answered_at,
        due_at=promise.due_at,
        promise_id=promise.id,
        officer=officer.display_name if officer else None,
        agency=known.agency_of_id(facts.agency_id),
        service=_service(known, service_id),
        has_contact=await ContactRow.exists(case_id=row.id),
        timeline=story,
        messages=exchanged,
        names=await accounts.display_names(
            {line.by for line in story} | {message.by for message in exchanged}
        ),
    )


async def colleagues(agency_id: int) -> list[tuple[str, str]]:
    """Who may be put in charge of an agency's cases: (account name, display name)."""
    rows = (
        await AccountRow.filter(
            agency_id=agency_id, disabled_at=None, role__in=sorted(may.WORK_ON_CASES)
        )
        .order_by("display_name", "id")
        .values_list("name", "display_name")
    )
    return [(name, display_name) for name, display_name in rows]
