"""What a search on the pages of the form finds: offices by any of their names, procedures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feedback import finding
from feedback.office import routing
from sla import registers, spelling
from sla.charter import Agency, Charter, Service
from sla.errors import NotText

SHOWN_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Office:
    """An office to choose; `formerly` is the old unit it was found by, or empty."""

    agency: Agency
    formerly: str = ""

    @property
    def code(self) -> str:
        return self.agency.code

    def name(self, language: str) -> str:
        return self.agency.name(language)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search on the first page found, best first; `more` where not all is shown."""

    offices: tuple[Office, ...]
    services: tuple[Service, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class _Named:
    office: Office
    key: str


async def offices(
    words: str, agencies: Sequence[Agency], *, loose: bool | None = None
) -> list[Office]:
    """Offices by any of their names, best first; all in order without words.

    Whoever knows the ward by its name of before is led to each office that took some of it.
    """
    if not words.strip():
        return [Office(agency) for agency in agencies]
    named = [_Named(Office(agency), agency.search_key) for agency in agencies]
    by_code = {agency.code: agency for agency in agencies}
    for name, district, heirs in await registers.former_names():
        formerly = f"{name} ({district})" if district else name
        key = spelling.search_key(f"{name} {district}")
        named += [_Named(Office(by_code[c], formerly), key) for c in sorted(heirs) if c in by_code]
    try:
        found = finding.best(words, named, lambda one: one.key, loose=loose)
    except NotText:
        return []
    first: dict[str, Office] = {}
    for one in found:
        first.setdefault(one.office.code, one.office)
    return list(first.values())


def services(words: str, known: Sequence[Service], *, loose: bool | None = None) -> list[Service]:
    """Procedures by their names, best first; all in order without words."""
    try:
        return finding.best(words, known, lambda service: service.search_key, loose=loose)
    except NotText:
        return []


def offered_by_some(known: Charter) -> list[Service]:
    """The procedures that some commitment names, in alphabetical order."""
    codes = {service for _, _, service in known.commitments if service}
    return sorted(
        (known.services[code] for code in codes if code in known.services),
        key=lambda service: (service.sort_key, service.code),
    )


def who_offers(known: Charter, service: Service, *, on: date) -> list[Agency]:
    """The offices at which somebody may have dealt with a procedure, in alphabetical order."""
    return [
        agency
        for agency in known.open_agencies(on=on)
        if known.commitment_of(agency, service, on=on, general=False)
    ]


def who_passes_on(known: Charter, *, on: date) -> Agency | None:
    """The office for whoever does not know which one it is; None where a city has none."""
    found = (agency for agency in routing.queues(known) if agency.is_open(on))
    return next(found, None)


async def anything(words: str, known: Charter, *, on: date) -> Findings:
    """Offices and procedures at once, the best of each; misspelt only where neither is found."""
    agencies, offered = known.open_agencies(on=on), offered_by_some(known)
    found = await offices(words, agencies, loose=False)
    procedures = services(words, offered, loose=False)
    if not found and not procedures:
        found = await offices(words, agencies, loose=True)
        procedures = services(words, offered, loose=True)
    more = max(len(found), len(procedures)) > SHOWN_AT_ONCE
    return Findings(tuple(found[:SHOWN_AT_ONCE]), tuple(procedures[:SHOWN_AT_ONCE]), more)
