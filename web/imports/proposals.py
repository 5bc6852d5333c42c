"""Files that somebody brings in by a page: what needs a second person becomes a proposal."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from feedback.administration import facts, keeping
from sla import charter, registers, spelling
from sla.acts import Act
from sla.charter import Charter
from sla.promising import CommitmentDraft
from sla.registers import FormerNameDraft, Verdict
from web.imports import periods, questionnaires
from web.imports import registers as rows
from web.imports.errors import Refusal
from web.imports.formulas import unquoted
from web.imports.intakes import Intake, Terms
from web.imports.kinds import KINDS, Kind
from web.imports.periods import Periods
from web.imports.questionnaires import Versions
from web.imports.reader import Record
from web.imports.stored import Numbered, Stored, firsts

TOLD = ("commitments", "questionnaire", "periods")
"""Registers whose rows are put on record by whoever takes or proposes them."""
NO_REASON = "-"
FROM_FILE = "CSV"


@dataclass(frozen=True, slots=True)
class Proposing:
    """Row by row as on the page of commitments; the legal act is the reason."""

    today: date

    @staticmethod
    def read(record: Record) -> CommitmentDraft:
        """A row as a spreadsheet may have it."""
        return rows.commitment(Record(record.line, tuple(map(unquoted, record.cells))))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """Take what is shorter or new, propose what is longer."""
        kept, refusals = firsts(batch, key=_version, column="effective_on")
        stored = Stored(refusals=refusals)
        for line, draft in kept:
            reason = draft.legal_act or NO_REASON
            told = await keeping.promise(draft, act, today=self.today, reason=reason)
            stored.note(line, told.verdict)
        return stored


def _version(draft: CommitmentDraft) -> tuple[object, ...]:
    return draft.agency, draft.level, draft.service, draft.effective_on


@dataclass(frozen=True, slots=True)
class Facts:
    """Agencies or services: what moves results is proposed, the rest taken all at once."""

    parse: Callable[[Record], facts.Draft]
    take: Callable[[Sequence[Any]], Awaitable[list[Verdict]]]

    def read(self, record: Record) -> facts.Draft:
        """A row as a spreadsheet may have it."""
        return self.parse(Record(record.line, tuple(map(unquoted, record.cells))))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """First what one person may say, so that what is proposed may stand upon it."""
        kept, refusals = firsts(batch, key=lambda draft: draft.code, column="code")
        stored = Stored(refusals=refusals)
        known = await charter.current()
        by_two = [pair for pair in kept if facts.needs_two(pair[1], known)]
        by_one = [pair for pair in kept if not facts.needs_two(pair[1], known)]
        verdicts = await self.take([draft for _, draft in by_one])
        for (line, _), verdict in zip(by_one, verdicts, strict=True):
            stored.note(line, verdict)
        for line, draft in by_two:
            if await facts.waits(draft):
                stored.note(line, registers.UNCHANGED)
            else:
                stored.note(line, (await facts.keep(draft, act, reason=FROM_FILE)).verdict)
        return stored


class Former:
    """Old names. What became of an office of ours is a reform, which two persons decide."""

    @staticmethod
    def read(record: Record) -> FormerNameDraft:
        """A row as a spreadsheet may have it."""
        return rows.former_name(Record(record.line, tuple(map(unquoted, record.cells))))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """Take what tells of offices from before our own."""
        del act  # a register says what is so, not who said it
        kept, refusals = firsts(batch, key=_heir, column="old_code")
        stored = Stored(refusals=refusals)
        known, there = await charter.current(), set(await registers.lineage())
        mine = [pair for pair in kept if pair[1] not in there and _is_ours(pair[1], known)]
        stored.refusals += [Refusal(line, "old_code", "by_reform", one.code) for line, one in mine]
        others = [pair for pair in kept if pair not in mine]
        verdicts = await registers.take_former_names([draft for _, draft in others])
        for (line, _), verdict in zip(others, verdicts, strict=True):
            stored.note(line, verdict)
        return stored


def _heir(draft: FormerNameDraft) -> tuple[object, ...]:
    return draft.code, draft.name, draft.district, draft.agency


def _is_ours(draft: FormerNameDraft, known: Charter) -> bool:
    """Codes were used again; with the same name it is the very office."""
    own = known.agencies.get(draft.code)
    same = own is not None and spelling.same_name(own.name_vi) == spelling.same_name(draft.name)
    return same and draft.agency != draft.code


def kind(name: str, today: date) -> Kind:
    """A register as `hailong import` takes it, but for what needs a second person."""

    async def begin(terms: Terms) -> Intake:
        zone = ZoneInfo(terms.mapping.timezone)
        intakes: dict[str, Intake] = {
            "agencies": Facts(rows.agency, registers.take_agencies),
            "services": Facts(rows.service, registers.take_services),
            "lineage": Former(),
            "commitments": Proposing(today),
            "questionnaire": Versions(questionnaires.proposed),
            "periods": Periods(zone, periods.proposed),
        }
        return intakes[name]

    by_page = {"agencies", "services", "lineage", *TOLD}
    return replace(KINDS[name], begin=begin) if name in by_page else KINDS[name]
