"""Who stores the drafts of a file: registers, calendars, past cases."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from tortoise.connection import get_connection

from feedback import history, rating_files
from feedback.codes import Keyring
from feedback.history import PastCase
from sla import calendar_versions, charter, dossier_files, grammar, packs, registers
from sla.acts import Act
from sla.charter import Charter
from sla.registers import AgencyDraft
from web.imports import cases, ratings, spreadsheets
from web.imports import registers as rows
from web.imports.blocks import Block
from web.imports.dossier_intake import Dossiers
from web.imports.dossiers import Reading
from web.imports.errors import Refusal, RowRefused
from web.imports.lookup import AgencyFinder, FormerName
from web.imports.mapping import Mapping
from web.imports.ratings import Ratings
from web.imports.reader import Record
from web.imports.registers import CalendarLine
from web.imports.seen import Seen
from web.imports.stored import REPEATS, Numbered, Stored, Take, firsts


class Intake(Protocol):
    """One import under way. `read` touches no database: it runs in a thread beside `store`."""

    def read(self, record: Record, /) -> Any:
        """A draft; raises `RowRefused`."""

    async def store(self, batch: Sequence[Numbered], act: Act, /) -> Stored:
        """Store drafts, in the current transaction."""


@runtime_checkable
class Gathering(Intake, Protocol):
    """An import that decides only when it has seen the whole file."""

    def finish(self, act: Act, /) -> AsyncGenerator[Stored, None]:
        """Decide and store, part by part."""

    def close(self) -> None:
        """Let go of what was put aside."""


@runtime_checkable
class ByBlocks(Intake, Protocol):
    """An import that reads the plain rows of a file many at a time."""

    def read_block(self, block: Block, /) -> tuple[Any, Iterable[Record]]:
        """One draft of many rows, and the rows that `read` is asked about."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a file is taken: how it is written, by whose secrets residents are known,
    whether it is history about which nobody is asked, and which hosts the operator has named.
    """

    mapping: Mapping
    keys: Keyring | None
    at: datetime
    is_history: bool = False
    inside: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """A register whose rows each have a key."""

    parse: Callable[[Record], Any]
    take: Take
    key: Callable[[Any], Any]
    key_column: str

    def read(self, record: Record) -> Any:
        """A row as a spreadsheet may have it."""
        return self.parse(spreadsheets.plain(record))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        del act  # a register says what is so, not who said it
        kept, stored = firsts(batch, key=self.key, column=self.key_column)
        return await stored.settle(kept, self.take)


class Calendars:
    """Calendars: all rows of one together make a version of it, or go on with the one there is."""

    read = staticmethod(spreadsheets.reading(rows.calendar_line))

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        kept, stored = firsts(batch, key=_calendar_day, column="day")
        together: dict[str, list[Numbered]] = defaultdict(list)
        for line, draft in kept:
            together[draft.calendar].append((line, draft))
        for code, lines in together.items():
            await self._store_one(code, lines, act, stored)
        return stored

    async def _store_one(
        self, code: str, lines: Sequence[Numbered], act: Act, stored: Stored
    ) -> None:
        try:
            before = await calendar_versions.latest_of(code)
            calendar = rows.calendar([draft for _, draft in lines], before=before)
        except RowRefused as why:
            stored.refusals += [Refusal(n, why.column, why.reason, why.value) for n, _ in lines]
            return
        verdict = await calendar_versions.take(code, calendar, act)
        if verdict.is_new:
            stored.taken += len(lines)
        else:
            stored.unchanged += len(lines)


def _calendar_day(draft: CalendarLine) -> tuple[object, ...]:
    return draft.calendar, draft.day, draft.kind == rows.KNOWN_UNTIL


class Cases:
    """Past cases; of rows with the same number the first counts."""

    def __init__(self, agencies: AgencyFinder, services: set[str], mapping: Mapping) -> None:
        self._agencies = agencies
        self._mapping = mapping
        self._made: set[str] = set()
        self._seen = Seen()
        self.read = cases.parser(agencies, services, mapping.times())

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        kept, stored = firsts(batch, key=_number, column="case_id")
        drafts = [draft for _, draft in kept]
        await self._make_agencies(drafts)
        numbers = [draft.reference for draft in drafts]
        earlier = self._seen.among(numbers)
        self._seen.add(numbers)
        taken = await history.take(drafts, act, language=self._mapping.language)
        stored.taken = taken.count
        lines = {draft.reference: line for line, draft in kept} if taken.count < len(kept) else {}
        for number in taken.unchanged | taken.differing:
            is_same = number in taken.unchanged
            if number in earlier:
                stored.refusals.append(Refusal(lines[number], "case_id", REPEATS[is_same], ""))
            elif is_same:
                stored.unchanged += 1
            else:
                refusal = Refusal(lines[number], "case_id", "differs_from_stored", "")
                stored.refusals.append(refusal)
        return stored

    async def _make_agencies(self, drafts: Sequence[PastCase]) -> None:
        if not self._agencies.created:
            return
        created = self._agencies.created  # grows meanwhile: the next rows are being read
        used = {draft.agency for draft in drafts}
        missing = {code for code in used if code in created} - self._made
        self._made |= missing
        await registers.take_agencies([self._agency(code) for code in sorted(missing)])

    def _agency(self, code: str) -> AgencyDraft:
        name = self._agencies.created[code]
        return AgencyDraft(
            code=code,
            name_vi=name,
            name_en=name,
            kind="department",
            level=self._mapping.level or self._mapping.peer_group,
            peer_group=self._mapping.peer_group,
            parent="",
            calendar=self._mapping.calendar,
            opens_on=None,
            closes_on=None,
        )


def _number(draft: PastCase) -> str:
    return draft.reference


async def begin_cases(terms: Terms) -> Cases:
    """An import of past cases, the only one at its time."""
    mapping = terms.mapping
    await history.only_one()
    known = await charter.current()
    finder = AgencyFinder(set(known.agencies), may_create=mapping.create_agencies)
    finder.know(_names(known), [FormerName(*old) for old in await registers.former_names()])
    return Cases(finder, set(known.services), mapping)


def _names(known: Charter) -> list[tuple[str, str]]:
    agencies = known.agencies.values()
    return [(a.code, name) for a in agencies for name in {a.name_vi, a.name_en}]


async def begin_dossiers(terms: Terms) -> Dossiers:
    """An import about dossiers, the only one at its time. Needs the keys of this instance."""
    if terms.keys is None:
        raise ValueError("keys")
    async with get_connection("default").acquire_connection() as connection:
        await dossier_files.only_one(connection)
    known = await charter.current()
    pattern = terms.mapping.code_pattern or packs.pack().dossier_code
    reading = Reading(
        agencies=AgencyFinder(set(known.agencies)),
        known=known,
        services=set(known.services),
        times=terms.mapping.times(),
        pattern=grammar.pattern(pattern) if pattern else None,
        keys=terms.keys,
        now=terms.at,
    )
    return Dossiers(reading, is_history=terms.is_history)


async def begin_ratings(terms: Terms) -> Ratings:
    """An import of ratings, the only one at its time. Needs the keys of this instance."""
    if terms.keys is None:
        raise ValueError("keys")
    await rating_files.only_one()
    mapping = terms.mapping
    return Ratings(
        ratings.parser(mapping.times(), language=mapping.language, keys=terms.keys, now=terms.at)
    )
