"""Accounts that have the second word somewhere: one administrator alone opens none, and makes none
of an account there is. Commands on the machine itself do, so that a city can begin.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from feedback import permissions as may
from feedback.administration import changes
from feedback.administration.change_errors import ChangeImpossible
from feedback.administration.changes import Change
from feedback.administration.facts import Kept
from feedback.deeds import ChangeKind
from feedback.models import Role
from feedback.staff import apart, staff_register
from feedback.staff.staff_register import Line
from sla import charter, registers
from sla.acts import Act
from sla.registers import Verdict


async def keep(line: Line, act: Act, *, reason: str) -> Kept:
    """A new account, or other facts about a known one; a proposal where two have to say it.

    Raises `RoleMayNot`, and `ReasonMissing` for what becomes a proposal.
    """
    may.check_may_administer(act.by)
    before = await staff_register.one(line.name)
    if not apart.needs_two(act.by, line.role, before.role if before else None):
        [verdict] = await staff_register.take([line], act, reason=reason)
        return Kept(verdict)
    wrong = await _fault(line, before, act)
    if wrong is not None:
        return Kept(wrong)
    body = changes.anew(
        dataclasses.asdict(line), before=dataclasses.asdict(before) if before else {}
    )
    same = await changes.asked_already(ChangeKind.ACCOUNT, line.name, body)
    if same is not None:
        return Kept(registers.UNCHANGED, same)
    number = await changes.propose(ChangeKind.ACCOUNT, line.name, body, act, reason=reason)
    return Kept(registers.TAKEN, number)


async def take(lines: Sequence[Line], act: Act, *, reason: str) -> list[Verdict]:
    """Rows of a file that somebody brings in by a page, each as `keep` would take it."""
    return [(await keep(line, act, reason=reason)).verdict for line in lines]


async def carry_out(change: Change, act: Act) -> None:
    """Open or change an account that a second person approved. Raises `ChangeImpossible`.

    Nobody knows the password of a new one: its owner asks for a link by mail, or somebody gives it
    one, whose hand is on it then.
    """
    before = await staff_register.one(change.about)
    if (before is None) is not ("name" in change.body):
        raise ChangeImpossible(change.id, "name")
    facts: dict[str, Any] = {**(dataclasses.asdict(before) if before else {}), **change.body}
    line = Line(**{**facts, "role": Role(facts["role"])})
    [verdict] = await staff_register.take(
        [line], act, reason=change.reason, asked_by=change.proposed_by.removeprefix(apart.STAFF)
    )
    if verdict.reason:
        raise ChangeImpossible(change.id, verdict.column)


async def _fault(line: Line, before: Line | None, act: Act) -> Verdict | None:
    if line.agency and line.agency not in (await charter.current()).agencies:
        return registers.refused("agency", "agency_unknown")
    if before and may.why_not(may.check_may_change_account, act.by, line.name):
        return registers.refused("name", "own_account")
    return None
