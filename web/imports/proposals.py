"""Files that somebody brings in by a page: what needs a second person becomes a proposal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from feedback.administration import facts, keeping, opening
from sla import charter, registers, spelling
from sla.acts import Act
from sla.charter import Charter
from sla.registers import FormerNameDraft
from web.imports import periods, questionnaires, spreadsheets
from web.imports import registers as rows
from web.imports.errors import Refusal
from web.imports.intakes import Intake, Terms
from web.imports.kinds import KINDS, Kind
from web.imports.periods import Periods
from web.imports.questionnaires import Versions
from web.imports.reader import Record
from web.imports.stored import FROM_FILE, Numbered, Stored, Take, firsts
from web.imports.users import Users

TOLD = ("commitments", "questionnaire", "periods")
"""Registers whose rows are put on record by whoever takes or proposes them."""
NO_REASON = "-"


@dataclass(frozen=True, slots=True)
class Proposing:
    """Row by row as on the page of commitments; the legal act is the reason."""

    today: date

    read = staticmethod(spreadsheets.reading(rows.commitment))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """Take what is shorter or new, propose what is longer."""
        kept, stored = firsts(batch, key=rows.version_of, column="effective_on")
        for line, draft in kept:
            reason = draft.legal_act or NO_REASON
            told = await keeping.promise(draft, act, today=self.today, reason=reason)
            stored.note(line, told.verdict)
        return stored


@dataclass(frozen=True, slots=True)
class Facts:
    """Agencies or services: what moves results is proposed, the rest taken all at once."""

    parse: Callable[[Record], facts.Draft]
    take: Take

    def read(self, record: Record) -> facts.Draft:
        """A row as a spreadsheet may have it."""
        return self.parse(spreadsheets.plain(record))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """First what one person may say, so that what is proposed may stand upon it."""
        kept, stored = firsts(batch, key=lambda draft: draft.code, column="code")
        known = await charter.current()
        by_two = [pair for pair in kept if facts.needs_two(pair[1], known)]
        by_one = [pair for pair in kept if not facts.needs_two(pair[1], known)]
        await stored.settle(by_one, self.take)
        for line, draft in by_two:
            if await facts.waits(draft):
                stored.note(line, registers.UNCHANGED)
            else:
                stored.note(line, (await facts.keep(draft, act, reason=FROM_FILE)).verdict)
        return stored


class Former:
    """Old names. What became of an office of ours is a reform, which two persons decide."""

    read = staticmethod(spreadsheets.reading(rows.former_name))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """Take what tells of offices from before our own."""
        del act  # a register says what is so, not who said it
        kept, stored = firsts(batch, key=rows.heir_of, column="old_code")
        known, there = await charter.current(), set(await registers.lineage())
        mine = [pair for pair in kept if pair[1] not in there and _is_ours(pair[1], known)]
        stored.refusals += [Refusal(line, "old_code", "by_reform", one.code) for line, one in mine]
        others = [pair for pair in kept if pair not in mine]
        return await stored.settle(others, registers.take_former_names)


def _is_ours(draft: FormerNameDraft, known: Charter) -> bool:
    """Codes were used again; with the same name it is the very office."""
    own = known.agencies.get(draft.code)
    same = own is not None and spelling.same_name(own.name_vi) == spelling.same_name(draft.name)
    return same and draft.agency != draft.code


_BEGINNINGS: Mapping[str, Callable[[Terms, date], Intake]] = {
    "agencies": lambda terms, today: Facts(rows.agency, registers.take_agencies),
    "services": lambda terms, today: Facts(rows.service, registers.take_services),
    "users": lambda terms, today: Users(opening.take),
    "lineage": lambda terms, today: Former(),
    "commitments": lambda terms, today: Proposing(today),
    "questionnaire": lambda terms, today: Versions(questionnaires.proposed),
    "periods": lambda terms, today: Periods(ZoneInfo(terms.mapping.timezone), periods.proposed),
}


def kind(name: str, today: date) -> Kind:
    """A register as `hailong import` takes it, but for what needs a second person."""
    if name not in _BEGINNINGS:
        return KINDS[name]

    async def begin(terms: Terms) -> Intake:
        return _BEGINNINGS[name](terms, today)

    return replace(KINDS[name], begin=begin)
