"""What pages of administration share: their frame, lists in pages, faults beside fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from feedback import permissions
from feedback.deeds import ChangeKind
from feedback.errors import Faulty
from feedback.staff import accounts
from sla import charter, spelling
from sla.errors import NotText, ReasonMissing
from sla.registers import Verdict
from web import errors, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.imports.errors import RowRefused
from web.imports.reader import Record
from web.language import i18n, i18n_names
from web.pages import staff
from web.pages.admin import words
from web.pages.commitments import GROUPS

PAGE = 50
FAULTS = (Faulty, ReasonMissing, RowRefused)
"""What a form of a register may be refused for."""
FoundT = TypeVar("FoundT")
DraftT = TypeVar("DraftT")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[FoundT]):
    """One page of a list; `number` counts from 1."""

    shown: Sequence[FoundT]
    count: int
    number: int
    pages: int


def leaf(found: Sequence[FoundT], request: Request) -> Leaf[FoundT]:
    """The page of a list that was asked for, the nearest there is."""
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(guards.int_or_zero(request.query_params.get("page")), 1), pages)
    return Leaf(found[(number - 1) * PAGE : number * PAGE], len(found), number, pages)


def searched(request: Request) -> tuple[str, str]:
    """What was searched for, as typed and as search keys are written; nothing for no text."""
    typed = request.query_params.get("q", "")[:100]
    try:
        return spelling.one_line(typed), spelling.search_key(typed)
    except NotText:
        return "", ""


def facts(request: Request) -> dict[str, str]:
    """Names of facts, and under `fact=value` those of values that are words of ours."""
    language = rendering.language_of(request)
    values = {
        "role": {role.value: i18n.name_of(role, language) for role in i18n_names.ROLES},
        "unit": named(words.UNITS, request),
        "statutory_unit": named(words.UNITS, request),
        "rule": named(words.RULES, request),
        "peer_group": named(GROUPS, request),
        "level": named(words.LEVELS, request),
        "kind": named(words.AGENCY_KINDS, request)
        | {kind.value: i18n.name_of(kind, language) for kind in ChangeKind},
    }
    pairs = {f"{name}={value}": text for name, of in values.items() for value, text in of.items()}
    return named(words.FIELDS, request) | pairs


async def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of administration; `refused` says why this reader may change nothing."""
    language = rendering.language_of(request)
    refusal = permissions.why_not(permissions.check_may_administer, request.state.actor)
    refused = errors.told(refusal, language) if refusal else ""
    if "traces" in values:
        values["names"] = await accounts.display_names({one.by for one in values["traces"]})
    return await staff.page(
        request,
        template,
        section="admin",
        status=status,
        done=words.DONE.get(request.query_params.get("done", "")),
        **({"refused": refused} | values),
    )


def parsed(form: Form, columns: Sequence[str], parse: Callable[[Record], DraftT]) -> DraftT:
    """What was typed, by the grammar of the register's files. Raises `RowRefused`."""
    return parse(Record(1, tuple(form[name] for name in columns)))


def tell(form: Form, error: Exception, request: Request) -> Form:
    """The same form with a message where the error says something is wrong."""
    language = rendering.language_of(request)
    if isinstance(error, RowRefused):
        form.faults.setdefault(error.column, row_words(error.reason, language))
        return form
    if isinstance(error, ReasonMissing):
        form.faults.setdefault(error.field, row_words("missing", language))
        return form
    forms.refused(form, error, language)
    if not form.faults:
        form.faults[""] = errors.told(error, language)
    return form


def taken(verdict: Verdict) -> Verdict:
    """A verdict that is no refusal; else raises `RowRefused`."""
    if verdict.reason:
        raise RowRefused(verdict.column, verdict.reason)
    return verdict


def row_words(reason: str, language: str) -> str:
    """Why a row or a field is refused, in words."""
    text = words.ROW.get(reason) or errors.REASONS.get(reason, words.ROW["not_allowed"])
    return i18n.translator(language).gettext(text)


async def open_agencies(request: Request) -> list[tuple[str, str]]:
    """Code and name of every agency that works today, in alphabetical order."""
    language = rendering.language_of(request)
    known = await charter.current()
    found = known.open_agencies(on=request.app.state.today())
    return [(agency.code, f"{agency.name(language)} ({agency.code})") for agency in found]


def named(values: Mapping[str, str], request: Request) -> dict[str, str]:
    """A table of words in the reader's language."""
    told = i18n.translator(rendering.language_of(request))
    return {name: told.gettext(text) for name, text in values.items()}
