"""Rows about staff: accounts without anything secret."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from feedback import drafts
from feedback.errors import Faulty
from feedback.models import Role
from feedback.staff import staff_register
from feedback.staff.staff_register import CLOSED, OPEN, Line
from sla.acts import Act
from sla.registers import Verdict
from web.imports import cells, spreadsheets
from web.imports.errors import RowRefused
from web.imports.reader import Record
from web.imports.stored import FROM_FILE, Numbered, Stored, firsts

COLUMNS = ("name", "display_name", "role", "agency", "email", "state")
NEEDED = (("name",), ("role",), ("agency",))

_REASONS = {"not_a_choice": "not_allowed"}


def line(record: Record) -> Line:
    """A row of `COLUMNS`. By the rules of a new account; state left out is open."""
    values = spreadsheets.named(COLUMNS, record)
    try:
        draft = drafts.account(values)
    except Faulty as error:
        fault = error.faults[0]
        reason = _REASONS.get(fault.reason, fault.reason)
        raise RowRefused(fault.field, reason, values.get(fault.field, "")) from None
    return Line(
        name=draft.name,
        display_name=draft.display_name,
        role=Role(draft.role),
        agency=draft.agency or "",
        email=draft.email or "",
        state=cells.one_of(values["state"] or OPEN, "state", (OPEN, CLOSED)),
    )


@dataclass(frozen=True, slots=True)
class Users:
    """All accounts of a file; of rows with the same name the first counts."""

    take: Callable[..., Awaitable[list[Verdict]]] = staff_register.take

    read = staticmethod(line)

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """New accounts, and new facts about known ones."""
        kept, stored = firsts(batch, key=lambda one: one.name, column="name")
        return await stored.settle(kept, lambda all_: self.take(all_, act, reason=FROM_FILE))
