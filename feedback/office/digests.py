"""Each working morning, to whoever has something to do: what is due, overdue, reopened, waiting.

Once a person and day by constraint, from the opening of their agency on, by its calendar; nothing
where there is nothing to say. Numbers of cases and their references only: no name, no subject.
Coordinators hear of the spot checks that wait for them too, auditors once any are overdue.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from feedback import notices, spot_checks
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import DigestRow, Role
from feedback.notices import Owed
from feedback.office import inbox_views, work_mail
from feedback.office.inbox_views import OPEN, OVERDUE, Where
from feedback.office.work_mail import Reader
from feedback.spot_check_permissions import SEE_SPOT_CHECKS, SPOT_CHECK
from feedback.spot_checks import Waiting
from sla import charter
from sla.acts import Act
from sla.calendars import WorkingCalendar

WAITS_LONG = timedelta(days=7)
NAMED_AT_MOST = 10  # cases; the rest are a number

READ = (*work_mail.ROLES, Role.AUDITOR)

DUE_TODAY = "due_at >= $1 and due_at < {0} and (paused_at is null or lapses_at <= $1)"
WAITING = "status = 'waiting' and paused_at < {1}"


@dataclass(frozen=True, slots=True)
class Morning:
    """How many open cases of each kind somebody has; one may be of several. And the nearest."""

    due_today: int
    overdue: int
    reopened: int
    waiting: int
    nearest: tuple[tuple[str, datetime | None], ...]
    drawn: tuple[Waiting, ...] = ()
    """Spot checks that somebody should hear of, by kind."""

    @property
    def is_empty(self) -> bool:
        return not (self.has_cases or self.drawn)

    @property
    def has_cases(self) -> bool:
        return bool(self.due_today or self.overdue or self.reopened or self.waiting)


NO_CASES = Morning(due_today=0, overdue=0, reopened=0, waiting=0, nearest=())


async def send(act: Act, keys: Keyring) -> bool:
    """Look at the morning of one person not yet looked at today; whether there was any."""
    known = await charter.current()
    seen: set[tuple[int, object]] = {
        (row["account_id"], row["on_day"])
        for row in await DigestRow.filter(on_day__gte=(act.at - timedelta(days=2)).date())
        .order_by("id")
        .values("account_id", "on_day")
    }
    for reader in await work_mail.readers(READ):
        calendar = work_mail.calendar_of(reader.staff.agency_id, known)
        if calendar is None or not work_mail.is_at_work(calendar, act.at):
            continue
        day = act.at.astimezone(calendar.timezone).date()
        if (reader.staff.account_id, day) in seen or not reader.wants_digest:
            continue
        await _look(reader, calendar, act, keys)
        return True
    return False


async def _look(reader: Reader, calendar: WorkingCalendar, act: Act, keys: Keyring) -> None:
    found = await morning(reader, calendar, at=act.at)
    day = act.at.astimezone(calendar.timezone).date()
    account_id = reader.staff.account_id
    try:
        async with in_transaction():
            await DigestRow.create(account_id=account_id, on_day=day, is_owed=not found.is_empty)
    except IntegrityError:  # another worker was first
        return
    if found.is_empty:
        return
    await notices.owe(
        Owed(
            key=f"digest/{account_id}/{day}",
            kind="digest",
            language=reader.language,
            to=Contact(reader.staff.display_name, reader.email),
            facts=_facts(found) | {"day": day.isoformat()} | _for(reader.staff.role),
        ),
        act,
        keys,
    )


def _for(role: Role) -> dict[str, str]:
    """Auditors change nothing, nor what they are sent."""
    return {"for_auditor": "yes"} if role is Role.AUDITOR else {}


def _facts(found: Morning) -> dict[str, str]:
    lines = [
        f"{reference}\t{due_at.isoformat()}" if due_at else reference
        for reference, due_at in found.nearest
    ]
    return {
        "due_today": str(found.due_today),
        "overdue": str(found.overdue),
        "reopened": str(found.reopened),
        "waiting": str(found.waiting),
        "cases": "\n".join(lines),
        **_drawn_facts(found.drawn),
    }


def _drawn_facts(drawn: Sequence[Waiting]) -> dict[str, str]:
    """How many wait and are overdue, by kind where there are any; and the first day among them."""
    counts = {
        **{f"{one.kind.value}s": one.waiting for one in drawn},
        **{f"{one.kind.value}s_late": one.overdue for one in drawn},
    }
    due = min((one.due_at for one in drawn if one.due_at), default=None)
    first = {"checks_due_at": due.isoformat()} if due else {}
    return {name: str(count) for name, count in counts.items() if count} | first


async def morning(reader: Reader, calendar: WorkingCalendar, *, at: datetime) -> Morning:
    """What somebody has: officers their own cases, heads their agency's, coordinators all; and the
    spot checks. Auditors work on no case.
    """
    drawn = await _drawn(reader.staff.role, at)
    if reader.staff.role is Role.AUDITOR:
        return replace(NO_CASES, drawn=drawn)
    return replace(await _cases(reader, calendar, at), drawn=drawn)


async def _drawn(role: Role, at: datetime) -> tuple[Waiting, ...]:
    if role not in SEE_SPOT_CHECKS:
        return ()
    found = await spot_checks.waiting(at)
    return tuple(one for one in found if (one.waiting if role in SPOT_CHECK else one.overdue))


async def _cases(reader: Reader, calendar: WorkingCalendar, at: datetime) -> Morning:
    day = at.astimezone(calendar.timezone).date()
    tomorrow = datetime.combine(day + timedelta(days=1), time(), calendar.timezone)
    where = inbox_views.whose(reader.staff, at).plus(OPEN)
    if reader.staff.role is Role.OFFICER:
        where = where.plus("officer_id = $2")
    first = len(where.values) + 1
    places = (f"${first}::timestamptz", f"${first + 1}::timestamptz")
    kinds = {
        "due_today": DUE_TODAY.format(*places),
        "overdue": OVERDUE,
        "reopened": "is_reopened",
        "waiting": WAITING.format(*places),
    }
    told = Where(where.condition, (*where.values, tomorrow, at - WAITS_LONG))
    connection = get_connection("default")
    counts = ", ".join(
        f"count(*) filter (where {is_so}) as {name}" for name, is_so in kinds.items()
    )
    statement = f"select {counts} from inbox_entry e where {told.condition}"  # noqa: S608 -- our own conditions
    [row] = await connection.execute_query_dict(statement, list(told.values))
    any_of = " or ".join(f"({is_so})" for is_so in kinds.values())
    statement = (
        "select c.reference, e.due_at from (select * from inbox_entry e"  # noqa: S608 -- our own conditions
        f" where {told.condition} and ({any_of}) order by sort_at, case_id limit {NAMED_AT_MOST}) e"
        " join resident_case c on c.id = e.case_id order by e.sort_at, e.case_id"
    )
    nearest: list[dict[str, Any]] = await connection.execute_query_dict(
        statement, list(told.values)
    )
    return Morning(**row, nearest=tuple((one["reference"], one["due_at"]) for one in nearest))
