"""What can be imported: a table, so that another kind is another row."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from sla import promising, registers
from sla.promising import CommitmentDraft
from sla.registers import FormerNameDraft
from web.imports import (
    cases,
    dossiers,
    intakes,
    periods,
    questionnaires,
    ratings,
    templates,
    users,
    webhooks,
)
from web.imports import registers as rows
from web.imports.formulas import unquoted
from web.imports.intakes import Calendars, Intake, Register, Terms
from web.imports.periods import Periods
from web.imports.questionnaires import Versions
from web.imports.reader import Record
from web.imports.templates import Templates
from web.imports.users import Users
from web.imports.webhooks import Addresses

DraftT = TypeVar("DraftT")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its columns, those a file cannot do without, and who takes it in.

    `batch` rows are stored at a time; `None`: the whole file, where rows depend on each other.
    """

    columns: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    begin: Callable[[Terms], Awaitable[Intake]]
    batch: int | None = None


def _register(register: Intake) -> Callable[[Terms], Awaitable[Intake]]:
    async def begin(terms: Terms) -> Intake:
        del terms  # a register has no options
        return register

    return begin


async def _addresses(terms: Terms) -> Intake:
    if terms.keys is None:
        raise ValueError("keys")
    return Addresses(terms.keys, terms.inside)


async def _periods(terms: Terms) -> Intake:
    return Periods(ZoneInfo(terms.mapping.timezone))


def _read(parse: Callable[[Record], DraftT]) -> Callable[[Record], DraftT]:
    """As a spreadsheet may have it: with apostrophes before what it would calculate."""

    def reading(record: Record) -> DraftT:
        return parse(Record(record.line, tuple(map(unquoted, record.cells))))

    return reading


def _all(columns: tuple[str, ...], *, but: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    return tuple((name,) for name in columns if name not in but)


def _version(draft: CommitmentDraft) -> tuple[object, ...]:
    return draft.agency, draft.level, draft.service, draft.effective_on


def _heir(draft: FormerNameDraft) -> tuple[object, ...]:
    return draft.code, draft.name, draft.district, draft.agency


KINDS: dict[str, Kind] = {
    "agencies": Kind(
        rows.AGENCIES,
        _all(rows.AGENCIES, but=("name_en", "parent", "opens_on", "closes_on")),
        _register(
            Register(_read(rows.agency), registers.take_agencies, lambda draft: draft.code, "code")
        ),
    ),
    "lineage": Kind(
        rows.LINEAGE,
        _all(rows.LINEAGE, but=("old_kind", "old_province")),
        _register(
            Register(_read(rows.former_name), registers.take_former_names, _heir, "old_code")
        ),
    ),
    "services": Kind(
        rows.SERVICES,
        _all(rows.SERVICES, but=("name_en", "source")),
        _register(
            Register(_read(rows.service), registers.take_services, lambda draft: draft.code, "code")
        ),
    ),
    "commitments": Kind(
        rows.COMMITMENTS,
        _all(rows.COMMITMENTS, but=("text_vi", "text_en", "legal_act", "calendar", "state")),
        _register(
            Register(_read(rows.commitment), promising.take_commitments, _version, "effective_on")
        ),
    ),
    "calendar": Kind(
        rows.CALENDAR,
        _all(rows.CALENDAR, but=("name_vi", "name_en", "legal_act", "source", "status")),
        _register(Calendars()),
    ),
    "questionnaire": Kind(questionnaires.COLUMNS, questionnaires.NEEDED, _register(Versions())),
    "users": Kind(users.COLUMNS, users.NEEDED, _register(Users())),
    "templates": Kind(templates.COLUMNS, templates.NEEDED, _register(Templates())),
    "webhooks": Kind(webhooks.COLUMNS, webhooks.NEEDED, _addresses),
    "periods": Kind(periods.COLUMNS, periods.NEEDED, _periods),
    "cases": Kind(cases.COLUMNS, cases.NEEDED, intakes.begin_cases, batch=10_000),
    "dossiers": Kind(dossiers.COLUMNS, dossiers.NEEDED, intakes.begin_dossiers, batch=10_000),
    "ratings": Kind(ratings.COLUMNS, ratings.NEEDED, intakes.begin_ratings, batch=10_000),
}
