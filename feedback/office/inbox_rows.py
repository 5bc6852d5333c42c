"""A case as it stands in a list, and how it is read from the entries of the lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.connection import get_connection

from feedback import duplicates
from feedback.lifecycle import CaseStatus
from feedback.office import inbox_views, urgency
from feedback.office.urgency import Urgency
from sla import charter
from sla.acts import Actor
from sla.charter import Agency, Charter, Service


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One case in a list. `due_at` is None when nothing was promised.

    `has_reply`: the resident wrote last, and nobody has done anything about it yet. `others` tell
    of the same.
    """

    id: int
    reference: str
    subject: str
    status: CaseStatus
    language: str
    filed_at: datetime
    due_at: datetime | None
    officer: str | None
    agency: Agency
    service: Service | None
    urgency: Urgency
    is_reopened: bool
    has_reply: bool
    others: int = 0
    tone: str | None = None  # as a machine guessed it; None: not read yet

    @property
    def time_left(self) -> timedelta | None:
        """Open time until it is due, below 0 once overdue; None when no clock runs."""
        return self.urgency.time_left


COLUMNS = """
select e.case_id, e.sort_at, e.filed_at, e.status, e.language, e.due_at, e.due_soon_at,
       e.paused_at, e.lapses_at, e.agency_id, e.service_id, e.is_reopened, e.replied_at, e.tone,
       c.reference, c.subject, p.calendar_id, p.ended_at, p.state, a.display_name as officer,
       {others} as others
""".format(others=duplicates.OTHERS.format(case="e.case_id"))
JOINED = """
join resident_case c on c.id = e.case_id
join promise p on p.id = c.promise_id
left join account a on a.id = e.officer_id
"""


async def of(by: Actor, case_ids: Sequence[int], *, at: datetime) -> list[InboxRow]:
    """Those of these cases that `by` may see, in the order of their numbers given."""
    own = inbox_views.whose(by, at).plus("e.case_id = any({}::bigint[])", list(case_ids))
    statement = (
        f"{COLUMNS} from (select e.* from inbox_entry e where {own.condition}) e {JOINED}"  # noqa: S608 -- our own conditions
        " order by e.case_id"
    )
    rows = await get_connection("default").execute_query_dict(statement, list(own.values))
    known = await charter.current()
    found = {row["case_id"]: read(row, known, at) for row in rows}
    return [found[case_id] for case_id in case_ids if case_id in found]


def read(row: Mapping[str, Any], known: Charter, at: datetime) -> InboxRow:
    """What a row of `COLUMNS` says at a moment."""
    dates = urgency.Dates(
        due_at=row["due_at"],
        ended_at=row["ended_at"],
        state=row["state"],
        paused_at=row["paused_at"],
        lapses_at=row["lapses_at"],
        due_soon_at=row["due_soon_at"],
    )
    calendar_id = row["calendar_id"]
    calendar = known.calendars[calendar_id] if calendar_id is not None else None
    return InboxRow(
        id=row["case_id"],
        reference=row["reference"],
        subject=row["subject"],
        status=CaseStatus(row["status"]),
        language=row["language"],
        filed_at=row["filed_at"],
        due_at=row["due_at"],
        officer=row["officer"],
        agency=known.agency_of_id(row["agency_id"]),
        service=service_of(known, row["service_id"]),
        urgency=urgency.read(dates, calendar, at=at),
        is_reopened=row["is_reopened"],
        has_reply=row["replied_at"] is not None,
        others=row["others"],
        tone=row["tone"],
    )


def service_of(known: Charter, service_id: int | None) -> Service | None:
    """A service by its number, if there is one."""
    return known.service_of_id(service_id) if service_id is not None else None
