"""Alerts about single deadlines: four fifths of the time used, and passed. Each once a person.

Who is told, and how much working time after the fact, stands in `escalation.toml`: the officer in
charge, then the head, then the coordinator, for as long as the case is open and its clock runs.
Nobody is written to outside the hours of the agency: not at night, not on a holiday. All that
falls together for one person is one mail. They cannot be declined.
"""

import functools
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tortoise.connection import get_connection

from feedback import notices
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import Role
from feedback.models.holds import NOT_HELD
from feedback.notices import Owed
from feedback.office import work_mail
from feedback.office.work_mail import Reader
from sla import charter
from sla.acts import Act
from sla.charter import Charter

TABLE = Path(__file__).with_name("escalation.toml")
NAMED_AT_MOST = 20  # cases in one mail; the rest are a number
FACTS_AT_MOST = 20_000  # looked at in one act
# A fact this old is no alert any more; the digest goes on telling of the case.
OLDEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Step:
    """Towards whom, and how much working time after the fact."""

    to: Role
    after: timedelta


@functools.cache
def steps() -> dict[str, tuple[Step, ...]]:
    """The steps of each kind of fact, in their order."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {
        kind: tuple(Step(Role(row["to"]), timedelta(hours=row["after_hours"])) for row in rows)
        for kind, rows in table.items()
    }


@dataclass(frozen=True, slots=True)
class Fact:
    """A deadline near or passed, of a case that is still open. `taken`: steps that were taken."""

    watch_id: int
    kind: str
    at: datetime
    reference: str
    due_at: datetime
    agency_id: int
    officer_id: int | None
    taken: frozenset[int]


@dataclass(frozen=True, slots=True)
class Alert:
    """One step about one fact towards somebody; nobody where there is none in that role."""

    fact: Fact
    step: int
    account_id: int | None


# A clock that stands because the resident was asked alerts nobody, unless it was late before.
OPEN_FACTS = f"""
select w.id as watch_id, w.kind, w.at, c.reference, e.due_at, e.agency_id, e.officer_id,
       coalesce(taken.steps, '{{}}') as taken
from inbox_entry e
join resident_case c on c.id = e.case_id
join promise p on p.id = c.promise_id
join watch w on w.promise_id = p.id and w.round = p.round,
     lateral (select array_agg(distinct a.step) as steps from alert a where a.watch_id = w.id) taken
where e.status in ('filed', 'in_hand', 'waiting') and e.due_soon_at <= $1 and w.at >= $2
    and {NOT_HELD}
    and (w.kind = 'breached' and e.due_at < $1 or w.kind = 'due_soon' and e.due_at >= $1)
    and (e.paused_at is null or e.lapses_at <= $1 or e.paused_at >= e.due_at)
    and coalesce(cardinality(taken.steps), 0)
        < case w.kind when 'breached' then $4::int else $5::int end
order by w.at, w.id limit $3
"""  # noqa: S608 -- our own conditions
KEEP = """
insert into alert (watch_id, step, account_id, at)
select watch_id, step, account_id, $4 from
    unnest($1::bigint[], $2::smallint[], $3::int[]) as due(watch_id, step, account_id)
on conflict (watch_id, step, account_id) do nothing
returning watch_id, step, account_id
"""


async def send(act: Act, keys: Keyring) -> bool:
    """Take every step that is due, one mail a person. False: what is left is not due yet."""
    known = await charter.current()
    readers = await work_mail.readers()
    rows = await get_connection("default").execute_query_dict(
        OPEN_FACTS,
        [
            act.at,
            act.at - OLDEST,
            FACTS_AT_MOST,
            len(steps()["breached"]),
            len(steps()["due_soon"]),
        ],
    )
    facts = [_fact(row) for row in rows]
    wanted = [alert for fact in facts for alert in due(fact, readers, known, at=act.at)]
    if not wanted:
        return False
    wanted.sort(key=lambda alert: (alert.fact.watch_id, alert.step, alert.account_id or 0))
    kept = await get_connection("default").execute_query_dict(
        KEEP,
        [
            [alert.fact.watch_id for alert in wanted],
            [alert.step for alert in wanted],
            [alert.account_id for alert in wanted],
            act.at,
        ],
    )
    new = {(row["watch_id"], row["step"], row["account_id"]) for row in kept}
    mine: dict[int, list[Alert]] = {}
    for alert in wanted:
        key = (alert.fact.watch_id, alert.step, alert.account_id)
        if alert.account_id is not None and key in new:
            mine.setdefault(alert.account_id, []).append(alert)
    for reader in readers:
        if alerts := mine.get(reader.staff.account_id):
            await notices.owe(_owed(reader, alerts, known), act, keys)
    return bool(new)


def _fact(row: dict[str, Any]) -> Fact:
    return Fact(**{**row, "taken": frozenset(row["taken"])})


def due(fact: Fact, readers: list[Reader], known: Charter, *, at: datetime) -> list[Alert]:
    """The steps about a fact that are due and not taken, each towards everybody it is for."""
    calendar = work_mail.calendar_of(fact.agency_id, known)
    if calendar is None or not work_mail.is_open(calendar, at):
        return []
    worked = work_mail.worked(calendar, fact.at, at)
    found: list[Alert] = []
    for number, step in enumerate(steps()[fact.kind]):
        if number in fact.taken or worked < step.after:
            continue
        people: list[int | None] = [
            r.staff.account_id for r in readers if _is_for(r, step.to, fact)
        ]
        found += [Alert(fact, number, account_id) for account_id in people or [None]]
    return found


def _is_for(reader: Reader, role: Role, fact: Fact) -> bool:
    """Whom a step is for. Where nobody is in charge, the head stands in for the officer."""
    staff = reader.staff
    if role is Role.OFFICER and fact.officer_id is not None:
        return staff.account_id == fact.officer_id
    if role is Role.COORDINATOR:
        return staff.role is Role.COORDINATOR
    return staff.role is Role.HEAD and staff.agency_id == fact.agency_id


def _owed(reader: Reader, alerts: list[Alert], known: Charter) -> Owed:
    breached, soon = (
        [a.fact for a in alerts if a.fact.kind == k] for k in ("breached", "due_soon")
    )
    first = alerts[0]
    return Owed(
        key=f"alert/{first.fact.watch_id}/{first.step}/{reader.staff.account_id}",
        kind="alert",
        language=reader.language,
        to=Contact(reader.staff.display_name, reader.email),
        facts={
            "breached": str(len(breached)),
            "due_soon": str(len(soon)),
            "breached_cases": _lines(breached, known, reader.language),
            "due_soon_cases": _lines(soon, known, reader.language),
        },
    )


def _lines(facts: list[Fact], known: Charter, language: str) -> str:
    lines = []
    for fact in sorted(facts, key=lambda one: (one.due_at, one.reference))[:NAMED_AT_MOST]:
        agency = known.agency_of_id(fact.agency_id).name(language)
        lines.append(f"{fact.reference}\t{fact.due_at.isoformat()}\t{agency}")
    return "\n".join(lines)
