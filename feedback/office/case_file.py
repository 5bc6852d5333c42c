"""A case as its agency opens it: what it says, its story, and what else there is about it.

All of it is asked at once, and once: what few cases have, such as an appeal or a correction, is
only looked for where this says that there is any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.connection import get_connection

from feedback import permissions as may
from feedback.errors import NoSuchCase
from feedback.lifecycle import CaseStatus
from feedback.messages import Message, MessageKind
from feedback.models import CaseKind
from feedback.models.holds import NOT_HELD
from feedback.office import inbox_rows
from feedback.permissions import CaseFacts
from feedback.timeline import Line
from sla import charter
from sla.acts import Actor
from sla.charter import Agency, Service
from sla.ledger import Promised


@dataclass(frozen=True, slots=True)
class Beside:
    """What there is about a case beside its story, and may be looked for."""

    contact: bool
    appeals: bool
    corrections: bool
    pictures: bool
    joined: bool
    """Whether others tell of the same."""


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
    promise: Promised
    officer: str | None
    agency: Agency
    service: Service | None
    beside: Beside
    timeline: tuple[Line, ...]
    messages: tuple[Message, ...]
    names: dict[str, str]
    """What the staff in it are called, by reference."""


OPENED = f"""
select e.case_id, e.reference, e.kind, e.language, e.subject, e.text, e.location, e.status,
       e.filed_at, e.answered_at, e.officer_id, a.display_name as officer,
       p.id as promise_id, p.kind as promise_kind, p.agency_id, p.calendar_id, p.service_id,
       p.started_at, p.due_at, p.due_soon_at,
       exists (select from identity.contact x where x.case_id = e.case_id) as contact,
       exists (select from appeal x where x.case_id = e.case_id or x.above_id = e.case_id)
           as appeals,
       exists (select from correction x where x.promise_id = p.id) as corrections,
       exists (select from attachment x where x.case_id = e.case_id) as pictures,
       exists (select from joined x where x.case_id = e.case_id or x.original_id = e.case_id)
           as joined
from (select c.id as case_id, c.* from resident_case c) e
join promise p on p.id = e.promise_id
left join account a on a.id = e.officer_id
where e.reference = $1 and e.erased_at is null and {NOT_HELD}
"""  # noqa: S608 -- our own condition
# Each with its writer's name: `staff:lan` is the account `lan`.
STORY = """
select s.*, a.display_name as name
from (
    select id, kind, at, by, detail, null::text as text from timeline where case_id = $1
    union all
    select id, kind, at, by, null, text from message where case_id = $1
) s left join account a on a.name = substr(s.by, 7) and s.by = 'staff:' || a.name
order by s.text is null, s.id
"""


async def opened(by: Actor, reference: str) -> CaseFile:
    """One case. `NoSuchCase` when there is none, and just so when it is another agency's.

    What is held is none of anybody's yet.
    """
    rows = await get_connection("default").execute_query_dict(OPENED, [reference])
    if not rows:
        raise NoSuchCase(reference)
    [row] = rows
    facts = CaseFacts(
        id=row["case_id"],
        reference=row["reference"],
        status=CaseStatus(row["status"]),
        agency_id=row["agency_id"],
        officer_id=row["officer_id"],
    )
    may.check_may_see(by, facts)
    known = await charter.current()
    told = await get_connection("default").execute_query_dict(STORY, [facts.id])
    return CaseFile(
        facts=facts,
        kind=CaseKind(row["kind"]),
        language=row["language"],
        subject=row["subject"],
        text=row["text"],
        location=row["location"],
        filed_at=row["filed_at"],
        answered_at=row["answered_at"],
        due_at=row["due_at"],
        promise=_promised(row),
        officer=row["officer"],
        agency=known.agency_of_id(facts.agency_id),
        service=inbox_rows.service_of(known, row["service_id"]),
        beside=Beside(**{name: row[name] for name in Beside.__slots__}),
        timeline=tuple(_line(one) for one in told if one["text"] is None),
        messages=tuple(_message(one) for one in told if one["text"] is not None),
        names={one["by"]: one["name"] for one in told if one["name"]},
    )


def _promised(row: Mapping[str, Any]) -> Promised:
    return Promised(
        row["promise_id"],
        row["promise_kind"],
        row["agency_id"],
        row["calendar_id"],
        row["started_at"],
        row["due_soon_at"],
    )


def _line(row: Mapping[str, Any]) -> Line:
    return Line(row["kind"], row["at"], row["by"], row["detail"])


def _message(row: Mapping[str, Any]) -> Message:
    return Message(MessageKind(row["kind"]), row["by"], row["text"], row["at"])
