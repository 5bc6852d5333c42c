"""Words that answers begin with, kept by the heads of agencies, and for all by administrators."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q

from feedback import audit, placeholders
from feedback import permissions as may
from feedback.actors import Staff
from feedback.deeds import Deed, Subject
from feedback.drafts import TEXT_AT_MOST, Reader
from feedback.errors import NoSuchTemplate, NotAFact, UnknownAgency, UnknownService
from feedback.models import AnswerTemplateRow, Role
from sla import charter, spelling
from sla.acts import Act
from sla.charter import Agency, Charter, Service

NAME_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Wording:
    """A template as somebody writes it; `agency` and `service` are codes, empty for every one."""

    name: str
    agency: str
    service: str
    text_vi: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Template:
    """A stored template; `agency` None: of all agencies, `service` None: for any service."""

    id: int
    name: str
    agency: Agency | None
    service: Service | None
    text_vi: str
    text_en: str

    def text(self, language: str) -> str:
        return self.text_en if language == "en" else self.text_vi


def wording(given: Mapping[str, object]) -> Wording:
    """From named values: name, agency, service, text_vi, text_en. Raises `Faulty`.

    A placeholder nobody knows is refused now, and not when a resident waits.
    """
    reader = Reader(given)
    made = Wording(
        name=reader.text("name", at_most=NAME_AT_MOST, required=True),
        agency=reader.text("agency", at_most=40),
        service=reader.text("service", at_most=40),
        text_vi=_text(reader, "text_vi"),
        text_en=_text(reader, "text_en"),
    )
    reader.finish()
    return made


def _text(reader: Reader, field: str) -> str:
    text = reader.text(field, at_most=TEXT_AT_MOST, required=True, clean=spelling.tidy)
    if not placeholders.is_sound(text):
        reader.fault(field, "unknown_placeholder")
    return text


async def kept(by: Staff) -> list[Template]:
    """What somebody may keep: an administrator all, a head those of the own agency."""
    if by.role is Role.ADMINISTRATOR:
        return await _found(Q())
    may.check_may_keep_templates(by, by.agency_id)
    return await _found(Q(agency_id=by.agency_id))


async def every() -> list[Template]:
    """All that are offered, whosever they are."""
    return await _found(Q())


async def of_case(agency_id: int, service_id: int | None) -> list[Template]:
    """What answers to a case may begin with: those for its service first."""
    found = await _found(
        (Q(agency_id=agency_id) | Q(agency_id__isnull=True))
        & (Q(service_id=service_id or 0) | Q(service_id__isnull=True))
    )
    return sorted(found, key=lambda one: (one.service is None, one.agency is None))


async def one(by: Staff, number: int) -> Template:
    """One that `by` may change. `NoSuchTemplate` also for another agency's."""
    found = next((one for one in await kept(by) if one.id == number), None)
    if found is None:
        raise NoSuchTemplate(number)
    return found


async def add(wanted: Wording, act: Act, *, reason: str = "") -> int:
    """Keep a new template; its number.

    Raises `UnknownAgency`, `UnknownService`, `RoleMayNot`, and `NotAFact` for a name that is given
    already.
    """
    facts = await _facts(wanted, act)
    await _check_free(facts)
    row = await AnswerTemplateRow.create(**facts)
    await _tell(row.id, wanted, Deed.ADDED, act, after=_told(wanted), reason=reason)
    return int(row.id)


async def change(number: int, wanted: Wording, act: Act, *, reason: str = "") -> None:
    """Other words for a template; answers already given stay as they are."""
    before = await _held(number, act)
    facts = await _facts(wanted, act)
    await _check_free(facts, but=number)
    await AnswerTemplateRow.filter(id=number).update(**facts)
    if before != wanted:
        about = number, wanted, Deed.CHANGED
        await _tell(*about, act, before=_told(before), after=_told(wanted), reason=reason)


async def retire(number: int, act: Act, *, reason: str = "") -> None:
    """Offer it no more."""
    before = await _held(number, act)
    await AnswerTemplateRow.filter(id=number).update(retired_at=act.at, by=act.by.reference)
    await _tell(number, before, Deed.WITHDRAWN, act, before=_told(before), reason=reason)


def _told(wording: Wording) -> dict[str, object]:
    return dataclasses.asdict(wording)


async def _tell(
    number: int,
    wording: Wording,
    deed: Deed,
    act: Act,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    about = f"{wording.agency or '*'} {number} {wording.name}"
    await audit.record(
        Subject.TEMPLATE, about, deed, act, before=before, after=after, reason=reason
    )


async def _held(number: int, act: Act) -> Wording:
    """The template as it stands, held to the end of the transaction."""
    row = (
        await AnswerTemplateRow.filter(id=number, retired_at__isnull=True)
        .select_for_update()
        .first()
    )
    may_change = row is not None and (
        may.why_not(may.check_may_keep_templates, act.by, row.agency_id) is None
    )
    if row is None or not may_change:
        raise NoSuchTemplate(number)
    stored = _template(row, await charter.current())
    return Wording(
        name=stored.name,
        agency=stored.agency.code if stored.agency else "",
        service=stored.service.code if stored.service else "",
        text_vi=stored.text_vi,
        text_en=stored.text_en,
    )


async def _facts(wanted: Wording, act: Act) -> dict[str, Any]:
    known = await charter.current()
    agency = known.agencies.get(wanted.agency)
    if wanted.agency and agency is None:
        raise UnknownAgency(wanted.agency)
    may.check_may_keep_templates(act.by, agency.id if agency else None)
    service = known.services.get(wanted.service)
    if wanted.service and service is None:
        raise UnknownService(wanted.service)
    if not (placeholders.is_sound(wanted.text_vi) and placeholders.is_sound(wanted.text_en)):
        raise NotAFact("text_vi", "unknown_placeholder")
    return {
        "name": wanted.name,
        "agency_id": agency.id if agency else None,
        "service_id": service.id if service else None,
        "text_vi": wanted.text_vi,
        "text_en": wanted.text_en,
        "by": act.by.reference,
        "saved_at": act.at,
    }


async def _check_free(facts: dict[str, Any], *, but: int = 0) -> None:
    """Of two with one name for the same service nobody could tell which is meant."""
    same = {name: facts[name] for name in ("agency_id", "service_id", "name")}
    offered = AnswerTemplateRow.filter(**same, retired_at__isnull=True)
    if await offered.exclude(id=but).exists():
        raise NotAFact("name", "name_given")


async def _found(where: Q) -> list[Template]:
    known = await charter.current()
    rows = AnswerTemplateRow.filter(where, retired_at__isnull=True).order_by("name", "id")
    return [_template(row, known) for row in await rows]


def _template(row: AnswerTemplateRow, known: Charter) -> Template:
    return Template(
        id=row.id,
        name=row.name,
        agency=known.agency_of_id(row.agency_id) if row.agency_id is not None else None,
        service=known.service_of_id(row.service_id) if row.service_id is not None else None,
        text_vi=row.text_vi,
        text_en=row.text_en,
    )
