"""Rows about the addresses of agencies' own systems; their secrets never travel."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from feedback import webhook_kinds
from feedback.administration import webhook_register
from feedback.administration.webhook_register import IN_USE, PAUSED, Line
from feedback.codes import Keyring
from feedback.errors import NotAFact
from sla.acts import Act
from web.imports import cells, spreadsheets
from web.imports.errors import RowRefused
from web.imports.reader import Record
from web.imports.stored import Numbered, Stored, firsts
from web.sending import addresses

COLUMNS = ("agency", "url", "kinds", "state")
NEEDED = (("agency",), ("url",), ("kinds",))


def _key(one: Line) -> tuple[str, str]:
    return one.agency, one.url


@dataclass(frozen=True, slots=True)
class Addresses:
    """All addresses of a file. `inside`: hosts the operator has named, though not public."""

    keys: Keyring
    inside: Collection[str] = ()

    def read(self, record: Record) -> Line:
        """A row of `COLUMNS`, by the rules of the page; state left out is in use."""
        values = spreadsheets.named(COLUMNS, record)
        try:
            url = addresses.site(values["url"], self.inside).url
            kinds = webhook_kinds.read(values["kinds"])
        except NotAFact as fault:
            raise RowRefused(fault.field, fault.reason, values[fault.field]) from None
        state = cells.one_of(values["state"] or IN_USE, "state", (IN_USE, PAUSED))
        return Line(cells.named(values["agency"], "agency", 40), url, kinds, state == PAUSED)

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """New addresses, and other facts about known ones."""
        kept, stored = firsts(batch, key=_key, column="url")
        take = webhook_register.take
        return await stored.settle(kept, lambda all_: take(all_, act, self.keys))
