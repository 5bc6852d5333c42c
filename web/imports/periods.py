"""Rows about periods: by what each is counted, in the words of its page."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from feedback.errors import Faulty
from ranking.frozen.edition_errors import NoSuchEdition
from ranking.life import proposing, thresholds
from ranking.life.proposing import Prepared, Seen
from sla import registers
from sla.acts import Act
from sla.registers import Verdict
from web.imports import cells, spreadsheets
from web.imports.reader import Record
from web.imports.stored import FROM_FILE, Numbered, Stored, firsts

COLUMNS = ("period", *proposing.FIELDS)
NEEDED = tuple((name,) for name in COLUMNS if name not in {"left_out", *thresholds.ALL})

Given = tuple[str, dict[str, str]]
Take = Callable[[Seen, Prepared, Act, ZoneInfo], Awaitable[Verdict]]


async def for_good(seen: Seen, wanted: Prepared, act: Act, zone: ZoneInfo) -> Verdict:
    """By a command on the machine: committed to at once."""
    await proposing.commit(seen.period.name, wanted, act, zone, reason=FROM_FILE)
    return registers.TAKEN


async def proposed(seen: Seen, wanted: Prepared, act: Act, zone: ZoneInfo) -> Verdict:
    """By a page: a second person commits to it."""
    if proposing.waits(seen, wanted, zone):
        return registers.UNCHANGED
    await proposing.propose(seen.period.name, wanted, act, zone, reason=FROM_FILE)
    return registers.TAKEN


def _name(given: Given) -> str:
    return given[0]


def _says(given: dict[str, str], known: dict[str, str]) -> bool:
    """Whether a row says what is known; a threshold it leaves out is as before."""
    left = {name for name in thresholds.ALL if not given[name]}
    return all(given[name] == value for name, value in known.items() if name not in left)


@dataclass(frozen=True, slots=True)
class Periods:
    """Commits to, or proposes, the terms of one period a row; one that has begun stays as it is."""

    zone: ZoneInfo
    take: Take = for_good

    @staticmethod
    def read(record: Record) -> Given:
        """A row as a spreadsheet may have it."""
        given = spreadsheets.named(COLUMNS, record)
        return cells.named(given.pop("period"), "period", 10), given

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """Row by row; what is refused says because of which column."""
        kept, stored = firsts(batch, key=_name, column="period")
        for line, (name, given) in kept:
            stored.note(line, await self._one(name, given, act))
        return stored

    async def _one(self, name: str, given: dict[str, str], act: Act) -> Verdict:
        try:
            seen = await proposing.seen(name, act.at, self.zone)
        except NoSuchEdition:
            return registers.refused("period", "no_such_period")
        if seen.digest is not None and _says(given, proposing.values(seen.terms)):
            return registers.UNCHANGED
        if seen.has_begun:
            return registers.refused("period", "period_begun")
        try:
            wanted = await proposing.prepared(given, seen)
        except Faulty as error:
            return registers.refused(error.faults[0].field, error.faults[0].reason)
        return await self.take(seen, wanted, act, self.zone)
