"""Addresses of agencies' own systems as a register: where each is called, and about what.

Never a secret: a new address has one that nobody was told, and whoever keeps it makes another on
its page. An address that a file leaves out stays; it is taken away on its page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback import webhook_kinds, webhooks
from feedback import webhook_permissions as may
from feedback.codes import Keyring
from feedback.errors import NotAFact, TooManyWebhooks
from feedback.models import WebhookRow
from feedback.webhook_kinds import WebhookKind
from feedback.webhooks import WebhookDraft
from sla import charter, registers
from sla.acts import Act
from sla.registers import Verdict

IN_USE, PAUSED = "in_use", "paused"


@dataclass(frozen=True, slots=True)
class Line:
    """An address as a file has it; `agency` is a code."""

    agency: str
    url: str
    kinds: tuple[WebhookKind, ...]
    is_paused: bool


async def stored() -> list[Line]:
    """Every address that was not taken away."""
    return [line for _, line in await _stored()]


async def _stored() -> list[tuple[int, Line]]:
    known = await charter.current()
    rows = await WebhookRow.filter(ended_at=None).order_by("id")
    return [(row.id, _line(row, known.agency_of_id(row.agency_id).code)) for row in rows]


def _line(row: WebhookRow, agency: str) -> Line:
    return Line(agency, row.url, webhook_kinds.read(row.kinds), row.paused_at is not None)


async def take(lines: Sequence[Line], act: Act, keys: Keyring) -> list[Verdict]:
    """New addresses, and other facts about known ones. Raises `RoleMayNot`."""
    may.check_may_keep(act.by, None)
    known = {(line.agency, line.url): (number, line) for number, line in await _stored()}
    agencies = (await charter.current()).agencies
    verdicts = []
    for line in lines:
        if line.agency not in agencies:
            verdicts.append(registers.refused("agency", "agency_unknown"))
            continue
        number, before = known.get((line.agency, line.url), (None, None))
        verdicts.append(await _take(line, number, before, act, keys))
    return verdicts


async def _take(
    line: Line, number: int | None, before: Line | None, act: Act, keys: Keyring
) -> Verdict:
    if before == line:
        return registers.UNCHANGED
    draft = WebhookDraft(line.url, line.kinds)
    try:
        if number is None:
            number, _ = await webhooks.add(line.agency, draft, act, keys)
        elif before is not None and before.kinds != line.kinds:
            await webhooks.change(number, draft, act)
    except TooManyWebhooks:
        return registers.refused("agency", "too_many_addresses")
    except NotAFact as fault:
        return registers.refused(fault.field, fault.reason)
    if line.is_paused != (before is not None and before.is_paused):
        await (webhooks.pause if line.is_paused else webhooks.go_on)(number, act)
    return registers.TAKEN
