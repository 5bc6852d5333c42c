"""What can be imported: a table, so that another kind is another row."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sla import promising, registers
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
from web.imports.intakes import Calendars, Intake, Register, Terms
from web.imports.periods import Periods
from web.imports.questionnaires import Versions
from web.imports.templates import Templates
from web.imports.users import Users
from web.imports.webhooks import Addresses


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


def _all(columns: tuple[str, ...], *, but: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    return tuple((name,) for name in columns if name not in but)


KINDS: dict[str, Kind] = {
    "agencies": Kind(
        rows.AGENCIES,
        _all(rows.AGENCIES, but=("name_en", "parent", "opens_on", "closes_on")),
        _register(Register(rows.agency, registers.take_agencies, lambda draft: draft.code, "code")),
    ),
    "lineage": Kind(
        rows.LINEAGE,
        _all(rows.LINEAGE, but=("old_kind", "old_province")),
        _register(
            Register(rows.former_name, registers.take_former_names, rows.heir_of, "old_code")
        ),
    ),
    "services": Kind(
        rows.SERVICES,
        _all(rows.SERVICES, but=("name_en", "source")),
        _register(
            Register(rows.service, registers.take_services, lambda draft: draft.code, "code")
        ),
    ),
    "commitments": Kind(
        rows.COMMITMENTS,
        _all(rows.COMMITMENTS, but=("text_vi", "text_en", "legal_act", "calendar", "state")),
        _register(
            Register(
                rows.commitment,
                promising.take_commitments,
                rows.version_of,
                "effective_on",
            )
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
