"""The questionnaire as rows: a version each, its words by column; a row kept is never rewritten."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from feedback import questionnaires
from feedback.drafts import Reader
from feedback.questionnaires import Draft
from sla import registers
from sla.acts import Act
from sla.registers import Verdict
from web.imports import cells, spreadsheets
from web.imports.errors import RowRefused
from web.imports.reader import Record
from web.imports.stored import FROM_FILE, Numbered, Stored, firsts

COLUMNS = ("version", "effective_on", *questionnaires.WORDS)
NEEDED = (("version",), ("effective_on",))
_ROW = {"said_twice": "repeats_identical", "not_text": "broken_row"}

Take = Callable[[Draft, Act], Awaitable[Verdict]]


async def for_good(draft: Draft, act: Act) -> Verdict:
    """By a command on the machine: taken at once."""
    return await questionnaires.take(draft, act, reason=FROM_FILE)


async def proposed(draft: Draft, act: Act) -> Verdict:
    """By a page: what is new becomes a proposal."""
    found = await questionnaires.refusal(draft, at=act.at)
    if found is not None:
        return found
    if await questionnaires.waits(draft):
        return registers.UNCHANGED
    await questionnaires.propose(draft, act, reason=FROM_FILE)
    return registers.TAKEN


@dataclass(frozen=True, slots=True)
class Versions:
    """Takes, or proposes, one version a row."""

    take: Take = for_good

    @staticmethod
    def read(record: Record) -> Draft:
        """A row as a spreadsheet may have it. Raises `RowRefused`."""
        given = spreadsheets.named(COLUMNS, record)
        version = cells.short(given["version"], "version", 20)
        if not version:
            raise RowRefused("version", "missing")
        effective_on = cells.day(given["effective_on"], "effective_on")
        if effective_on is None:
            raise RowRefused("effective_on", "missing")
        reader = Reader(given)
        draft = questionnaires.read(reader, version=version, effective_on=effective_on)
        for fault in reader.faults:
            raise RowRefused(fault.field, _ROW.get(fault.reason, fault.reason))
        return draft

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """Row by row, the earliest day first."""
        kept, stored = firsts(batch, key=_version, column="version")
        for line, draft in sorted(kept, key=lambda pair: _day(pair[1])):
            verdict = await self.take(draft, act)
            stored.note(line, verdict)
        return stored


def _version(draft: Draft) -> str:
    return draft.version


def _day(draft: Draft) -> date:
    return draft.effective_on
