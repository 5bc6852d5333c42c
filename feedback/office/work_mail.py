"""Mails to staff about their work: in whose language, wanted or not, by whose opening hours."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.actors import Staff
from feedback.models import AccountRow, MailWishRow, Role
from sla.acts import Act
from sla.calendars import WorkingCalendar
from sla.charter import Charter
from sla.errors import CalendarEnds
from sla.openings import Span

ROLES = (Role.OFFICER, Role.HEAD, Role.COORDINATOR)
LANGUAGE = "vi"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be written to about work."""

    staff: Staff
    email: str
    language: str = LANGUAGE
    wants_digest: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to be written to. Alerts about deadlines cannot be declined."""

    language: str = LANGUAGE
    wants_digest: bool = True


async def wish_of(staff: Staff) -> Wish:
    """What they chose, or what holds for who chose nothing."""
    row = await MailWishRow.get_or_none(account_id=staff.account_id)
    return Wish(row.language, row.wants_digest) if row else Wish()


async def wish(wanted: Wish, staff: Staff, _: Act) -> None:
    """From now on they are written to like this."""
    facts = {"language": wanted.language, "wants_digest": wanted.wants_digest}
    await MailWishRow.update_or_create(defaults=facts, account_id=staff.account_id)


async def readers(roles: Collection[Role] = ROLES) -> list[Reader]:
    """Everybody with such a role who has an address, in a fixed order; else who works on cases."""
    rows = (
        await AccountRow.filter(role__in=roles, disabled_at=None, email__not_isnull=True)
        .exclude(email="")
        .order_by("id")
    )
    wishes = {row.account_id: row for row in await MailWishRow.all().order_by("id")}
    return [_reader(row, wishes.get(row.id)) for row in rows]


def _reader(row: AccountRow, wished: MailWishRow | None) -> Reader:
    staff = Staff(row.id, row.name, row.display_name, row.role, row.agency_id)
    if wished is None:
        return Reader(staff, row.email or "")
    return Reader(staff, row.email or "", wished.language, wished.wants_digest)


def calendar_of(agency_id: int | None, known: Charter) -> WorkingCalendar | None:
    """The hours of an agency; of who has none, those most agencies keep. None: none is loaded."""
    if agency_id is not None:
        code = known.agency_of_id(agency_id).calendar_code
    else:
        kept = Counter(agency.calendar_code for agency in known.agencies.values())
        code = min(kept, key=lambda one: (-kept[one], one), default="")
    number = known.latest_calendar.get(code)
    return known.calendars[number] if number is not None else None


def is_open(calendar: WorkingCalendar | None, at: datetime) -> bool:
    """Whether somebody is there to read; where the calendar has ended, nobody knows."""
    try:
        return calendar is not None and calendar.is_open(at)
    except CalendarEnds:
        return False


def is_at_work(calendar: WorkingCalendar | None, at: datetime) -> bool:
    """Whether it is a working day between its first opening and its last closing."""
    if calendar is None:
        return False
    try:
        spans = calendar.spans_on(at.astimezone(calendar.timezone).date())
    except CalendarEnds:
        return False
    return bool(spans) and _within(spans, at, calendar)


def _within(spans: Iterable[Span], at: datetime, calendar: WorkingCalendar) -> bool:
    told = list(spans)
    return calendar.local(told[0][0]) <= at < calendar.local(told[-1][1])


def worked(calendar: WorkingCalendar, since: datetime, at: datetime) -> timedelta:
    """The working time passed between two moments; none where the calendar does not say."""
    try:
        return timedelta(seconds=calendar.between(since, at))
    except CalendarEnds:
        return timedelta()
