"""Files that somebody brings in by a page: what needs a second person becomes a proposal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from feedback.administration import keeping
from sla.acts import Act
from sla.promising import CommitmentDraft
from web.imports import periods, questionnaires, registers
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


@dataclass(frozen=True, slots=True)
class Proposing:
    """Row by row as on the page of commitments; the legal act is the reason."""

    today: date

    @staticmethod
    def read(record: Record) -> CommitmentDraft:
        """A row as a spreadsheet may have it."""
        return registers.commitment(Record(record.line, tuple(map(unquoted, record.cells))))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """Take what is shorter or new, propose what is longer."""
        kept, refusals = firsts(batch, key=_version, column="effective_on")
        stored = Stored(refusals=refusals)
        for line, draft in kept:
            reason = draft.legal_act or NO_REASON
            told = await keeping.promise(draft, act, today=self.today, reason=reason)
            verdict = told.verdict
            stored.note(line, verdict)
        return stored


def _version(draft: CommitmentDraft) -> tuple[object, ...]:
    return draft.agency, draft.level, draft.service, draft.effective_on


def kind(name: str, today: date) -> Kind:
    """A register as `hailong import` takes it, but for what needs a second person."""

    async def begin(terms: Terms) -> Intake:
        zone = ZoneInfo(terms.mapping.timezone)
        intakes: dict[str, Intake] = {
            "commitments": Proposing(today),
            "questionnaire": Versions(questionnaires.proposed),
            "periods": Periods(zone, periods.proposed),
        }
        return intakes[name]

    return replace(KINDS[name], begin=begin) if name in TOLD else KINDS[name]
