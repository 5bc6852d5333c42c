"""Staff as a register: all accounts in one file, without anything secret.

A new account gets a password nobody knows: its owner, or an administrator, sets one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback import audit
from feedback import permissions as may
from feedback.deeds import Deed, Subject
from feedback.models import AccountRow, Role
from feedback.staff import accounts, apart, sessions
from sla import charter, registers
from sla.acts import Act
from sla.charter import Charter
from sla.registers import Verdict

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Line:
    """An account as a file has it; `agency` is a code or empty, `state` open or closed."""

    name: str
    display_name: str
    role: Role
    agency: str
    email: str
    state: str


async def stored() -> list[Line]:
    """Every account, in order of name."""
    known = await charter.current()
    return [_line(row, known) for row in await AccountRow.all().order_by("name")]


def _line(row: AccountRow, known: Charter) -> Line:
    agency = known.agency_of_id(row.agency_id).code if row.agency_id is not None else ""
    state = OPEN if row.disabled_at is None else CLOSED
    return Line(row.name, row.display_name, row.role, agency, row.email or "", state)


async def take(
    lines: Sequence[Line], act: Act, *, reason: str = "", asked_by: str = ""
) -> list[Verdict]:
    """New accounts, and new facts about known ones. Raises `RoleMayNot`.

    Sessions of whoever is closed, or gets another role or agency, end. Nobody closes or changes
    the own account, nor gives anybody a second word that was not `asked_by` another person.
    """
    may.check_may_administer(act.by)
    known = await charter.current()
    rows = {row.name: row for row in await AccountRow.all().order_by("name")}
    why = _Why(reason, asked_by)
    return [await _take(line, rows.get(line.name), known, act, why) for line in lines]


@dataclass(frozen=True, slots=True)
class _Why:
    """What the trail says of all the lines."""

    reason: str
    asked_by: str


async def one(name: str) -> Line | None:
    """One account as a file has it."""
    row = await AccountRow.get_or_none(name=name)
    return _line(row, await charter.current()) if row else None


async def _take(line: Line, row: AccountRow | None, known: Charter, act: Act, why: _Why) -> Verdict:
    if line.agency and line.agency not in known.agencies:
        return registers.refused("agency", "agency_unknown")
    if not why.asked_by and apart.needs_two(act.by, line.role, row.role if row else None):
        return registers.refused("role", "second_person")
    if row is None:
        await _open(line, act, why)
        return registers.TAKEN
    before = _line(row, known)
    if before == line:
        return registers.UNCHANGED
    if may.why_not(may.check_may_change_account, act.by, row.name):
        return registers.refused("name", "own_account")
    await _change(row, line, known, act, why)
    return registers.TAKEN


async def _open(line: Line, act: Act, why: _Why) -> None:
    row = await accounts.add(
        line.name,
        act,
        password=accounts.generated(),
        role=line.role,
        display_name=line.display_name,
        email=line.email or None,
        agency=line.agency or None,
        asked_by=why.asked_by,
        reason=why.reason,
    )
    if line.state == CLOSED:
        await _close(row, act.at)


async def _close(row: AccountRow, at: datetime) -> None:
    await AccountRow.filter(id=row.id).update(disabled_at=at)


async def _change(row: AccountRow, line: Line, known: Charter, act: Act, why: _Why) -> None:
    before = _line(row, known)
    closed_at = (row.disabled_at or act.at) if line.state == CLOSED else None
    await AccountRow.filter(id=row.id).update(
        display_name=line.display_name,
        role=line.role,
        agency_id=known.agencies[line.agency].id if line.agency else None,
        email=line.email or None,
        disabled_at=closed_at,
    )
    if (before.role, before.agency, before.state) != (line.role, line.agency, line.state):
        await sessions.end_all(row.id, act)
    await audit.record(
        Subject.ACCOUNT,
        row.name,
        Deed.CHANGED,
        act,
        before=_facts(before),
        after=_facts(line) | ({apart.ASKED_BY: why.asked_by} if why.asked_by else {}),
        reason=why.reason,
    )


def _facts(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in Line.__slots__}
