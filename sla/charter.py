"""What is promised by whom: the stored agencies, services, commitments and calendars, as values.

The whole charter is read at once and kept until it changes; a mark in the database, moved by
trigger, says whether it has. Reading it again costs one point query.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any
from uuid import UUID

from tortoise.connection import get_connection

from sla import commitments
from sla.calendars import WorkingCalendar
from sla.commitments import Commitment, Rule, Unit, Within
from sla.models import AgencyRow, CalendarRow, CommitmentRow, ServiceRow


@dataclass(frozen=True, slots=True)
class Agency:
    """An office residents deal with."""

    id: int
    code: str
    name_vi: str
    name_en: str
    kind: str
    level: str
    peer_group: str
    parent_id: int | None
    calendar_code: str
    opens_on: date | None
    closes_on: date | None
    search_key: str
    sort_key: str

    def is_open(self, on: date) -> bool:
        """Whether the agency exists on that day: from `opens_on`, up to and without `closes_on`."""
        return (self.opens_on is None or self.opens_on <= on) and (
            self.closes_on is None or on < self.closes_on
        )

    def name(self, language: str) -> str:
        return self.name_vi if language == "vi" else self.name_en


@dataclass(frozen=True, slots=True)
class Service:
    """What a resident may ask for. `source` is where its statutory time limit is written."""

    id: int
    code: str
    name_vi: str
    name_en: str
    field: str
    statutory_amount: int | None
    statutory_unit: str | None
    source: str
    search_key: str
    sort_key: str

    def name(self, language: str) -> str:
        return self.name_vi if language == "vi" else self.name_en


@dataclass(frozen=True, slots=True)
class Binding:
    """What binds an agency for a service on a day: its commitment, if any, and its calendar."""

    commitment: Commitment | None
    calendar_id: int | None
    calendar: WorkingCalendar | None


_Asked = tuple[str, str | None, str | None, bool]


@dataclass(frozen=True)
class Charter:
    """Agencies, services, commitments and calendars as they are stored at one moment."""

    agencies: dict[str, Agency]
    services: dict[str, Service]
    calendars: dict[int, WorkingCalendar]
    latest_calendar: dict[str, int]
    commitments: dict[tuple[str | None, str | None, str | None], tuple[Commitment, ...]]

    def agency_of_id(self, agency_id: int) -> Agency:
        return self._agencies_by_id[agency_id]

    def service_of_id(self, service_id: int) -> Service:
        return self._services_by_id[service_id]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_agencies_by_id", {a.id: a for a in self.agencies.values()})
        object.__setattr__(self, "_services_by_id", {s.id: s for s in self.services.values()})

    _agencies_by_id: dict[int, Agency] = None  # type: ignore[assignment]  # set above
    _services_by_id: dict[int, Service] = None  # type: ignore[assignment]  # set above
    _in_turn: dict[_Asked, tuple[Commitment, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What could bind whom for what, found when first asked for."""

    def commitment_of(
        self, agency: Agency, service: Service | None, *, on: date, general: bool = True
    ) -> Commitment | None:
        """The commitment that binds `agency` for `service` on a local day; None: none promised.

        A commitment that names no service is about feedback in general; without `general` it does
        not count, for it never says how long a dossier takes.
        """
        # Agencies of one level that promise nothing of their own are bound alike.
        owner = agency.code if agency.code in self._owners else ""
        asked = owner, agency.level, service.code if service else None, general
        in_turn = self._in_turn.get(asked)
        if in_turn is None:
            in_turn = self._in_turn[asked] = self._candidates(*asked)
        return commitments.in_force(in_turn, on=on)

    @cached_property
    def _owners(self) -> set[str | None]:
        return {key[0] for key in self.commitments}

    def _candidates(
        self, agency: str, level: str | None, service: str | None, general: bool
    ) -> tuple[Commitment, ...]:
        found = [
            commitment
            for key in _keys(agency, level, service, general=general)
            for commitment in self.commitments.get(key, ())
        ]
        return commitments.in_turn(found, agency=agency, level=level, service=service)

    def binding(
        self, agency: Agency, service: Service | None, *, at: datetime, general: bool = True
    ) -> Binding:
        """Commitment and calendar version in force at a moment, in the agency's own zone."""
        own = self.latest_calendar.get(agency.calendar_code)
        if own is None:
            return Binding(None, None, None)
        on = at.astimezone(self.calendars[own].timezone).date()
        commitment = self.commitment_of(agency, service, on=on, general=general)
        calendar_id = self.calendar_of(agency, commitment) or own
        return Binding(commitment, calendar_id, self.calendars[calendar_id])

    def calendar_of(self, agency: Agency, commitment: Commitment | None) -> int | None:
        """The latest calendar by which a promise is counted: its counter's, or the agency's."""
        code = agency.calendar_code
        if commitment and commitment.calendar and commitment.agency in {None, agency.code}:
            code = commitment.calendar
        return self.latest_calendar.get(code)

    def commitment_of_id(self, commitment_id: int | None) -> Commitment | None:
        """A recorded version of a commitment; None where there is none of that number."""
        recorded = (one for versions in self.commitments.values() for one in versions)
        return next((one for one in recorded if one.id == commitment_id), None)

    def offered(self, agency: Agency, *, on: date) -> tuple[Service, ...]:
        """The services some commitment of the agency or its level names, in alphabetical order."""
        keys = [key for key in self.commitments if key[2] and key[0] in {agency.code, None}]
        codes = {key[2] for key in keys if key[1] in {agency.level, None}}
        found = [
            self.services[code]
            for code in codes
            if code and self.commitment_of(agency, self.services[code], on=on)
        ]
        return tuple(sorted(found, key=lambda s: (s.sort_key, s.code)))

    def open_agencies(self, *, on: date) -> tuple[Agency, ...]:
        """The agencies that exist on a day, in alphabetical order."""
        found = [a for a in self.agencies.values() if a.is_open(on)]
        return tuple(sorted(found, key=lambda a: (a.sort_key, a.code)))


def _keys(
    agency: str, its_level: str | None, service: str | None, *, general: bool
) -> Iterable[tuple[str | None, str | None, str | None]]:
    for owner, level in ((agency, None), (None, its_level), (None, None)):
        if service is not None:
            yield owner, level, service
        if general:
            yield owner, level, None


_kept: dict[UUID, Charter] = {}
_KEPT_AT_MOST = 4


_steady: ContextVar[list[Charter] | None] = ContextVar("steady", default=None)


@contextmanager
def steady() -> Iterator[None]:
    """Inside, the charter is read once, so that all that is said there is of one moment."""
    token = _steady.set([])
    try:
        yield
    finally:
        _steady.reset(token)


async def current() -> Charter:
    """The charter as the current transaction sees it, or as it was read inside `steady`."""
    held = _steady.get()
    if held:
        return held[0]
    found = await _latest()
    if held is not None:
        held.append(found)
    return found


def recall(mark: UUID) -> None:
    """Inside `steady`, speak of the charter with this mark, where it was read before.

    For who learns the mark together with something else, and so need not ask for it by itself.
    """
    held = _steady.get()
    if held == [] and mark in _kept:
        held.append(_kept[mark])


async def _latest() -> Charter:
    [mark] = await get_connection("default").execute_query_dict(
        "select token from charter_mark where id = 1"
    )
    token = mark["token"]
    if token not in _kept:
        while len(_kept) >= _KEPT_AT_MOST:
            del _kept[next(iter(_kept))]
        _kept[token] = await _read()
    return _kept[token]


async def _read() -> Charter:
    agencies = [_agency(row) for row in await AgencyRow.all().order_by("id").values()]
    services = [_service(row) for row in await ServiceRow.all().order_by("id").values()]
    calendars = (
        await CalendarRow.all().order_by("code", "version", "id").values("id", "code", "rules")
    )
    names = {a.id: a.code for a in agencies}
    titles = {s.id: s.code for s in services}
    bound: dict[tuple[str | None, str | None, str | None], list[Commitment]] = defaultdict(list)
    for row in await CommitmentRow.all().order_by("effective_on", "id").values():
        commitment = _commitment(row, names, titles)
        bound[commitment.agency, commitment.level, commitment.service].append(commitment)
    return Charter(
        agencies={a.code: a for a in agencies},
        services={s.code: s for s in services},
        calendars={row["id"]: WorkingCalendar.from_json(row["rules"]) for row in calendars},
        latest_calendar={row["code"]: row["id"] for row in calendars},
        commitments={key: tuple(versions) for key, versions in bound.items()},
    )


def _agency(row: dict[str, Any]) -> Agency:
    return Agency(**{name: row[name] for name in Agency.__slots__})


def _service(row: dict[str, Any]) -> Service:
    return Service(**{name: row[name] for name in Service.__slots__})


def _commitment(row: dict[str, Any], names: dict[int, str], titles: dict[int, str]) -> Commitment:
    return Commitment(
        id=row["id"],
        agency=names.get(row["agency_id"]),
        level=row["level"],
        service=titles.get(row["service_id"]),
        within=Within(row["amount"], Unit(row["unit"]), Rule(row["rule"])),
        cut_off=time.fromisoformat(row["cut_off"]) if row["cut_off"] else None,
        effective_on=row["effective_on"],
        text_vi=row["text_vi"],
        text_en=row["text_en"],
        act=row["legal_act"],
        calendar=row["calendar_code"],
        is_withdrawn=row["is_withdrawn"],
    )
