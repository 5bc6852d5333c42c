"""Registers as CSV, in the columns `hailong import` takes: exported, imported, exported again, the
bytes are equal.

Ordered by key, UTF-8 with a byte order mark. A cell a spreadsheet would calculate bears an
apostrophe in front, which the import takes away again. Never a secret: of the keys of systems only
facts go out, and nothing comes in.
"""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback import questionnaires, webhook_kinds
from feedback.administration import key_register, template_register, webhook_register
from feedback.staff import staff_register
from ranking.life import proposing
from sla import charter, registers
from sla.calendars import WEEKDAYS, WorkingCalendar
from sla.openings import Windows
from web.formulas import quoted
from web.imports import periods, templates, users, webhooks
from web.imports import questionnaires as asked
from web.imports import registers as columns

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A register as it is now; `key` holds the places of the columns that name a row."""

    columns: Row
    rows: tuple[Row, ...]
    key: tuple[int, ...]

    def facts(self) -> dict[str, dict[str, object]]:
        """What it says of each object, by the object's key, for the trail of administration."""
        return {
            "/".join(row[place] for place in self.key): {
                name: cell for name, cell in zip(self.columns, row, strict=True) if cell
            }
            for row in self.rows
        }


async def of(kind: str) -> bytes:
    """The register of a kind as a file. KeyError for a kind that is not exported."""
    return as_csv(await TABLES[kind]())


def as_csv(table: Table) -> bytes:
    """A table as the bytes of a file that a spreadsheet opens safely."""
    return written([table.columns, *table.rows])


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as the bytes of a CSV file, each cell safe in a spreadsheet."""
    return BOM_UTF8 + b"".join(map(line, rows))


def line(row: Sequence[str]) -> bytes:
    """One row of such a file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(map(quoted, row))
    return text.getvalue().encode()


def _table(names: Row, rows: Iterable[Sequence[object]], *, key: tuple[int, ...]) -> Table:
    cells = sorted(tuple("" if cell is None else str(cell) for cell in row) for row in rows)
    return Table(names, tuple(cells), key)


async def _agencies() -> Table:
    known = await charter.current()
    rows = (
        (
            one.code,
            one.name_vi,
            one.name_en,
            one.kind,
            one.level,
            one.peer_group,
            known.agency_of_id(one.parent_id).code if one.parent_id is not None else "",
            one.calendar_code,
            one.opens_on,
            one.closes_on,
        )
        for one in known.agencies.values()
    )
    return _table(columns.AGENCIES, rows, key=(0,))


async def _lineage() -> Table:
    rows = (
        (
            one.code,
            one.name,
            "",
            one.district,
            "",
            "whole" if one.is_whole else "part",
            one.successors,
            one.agency,
        )
        for one in await registers.lineage()
    )
    return _table(columns.LINEAGE, rows, key=(0, 1, 3, 7))


async def _services() -> Table:
    known = await charter.current()
    rows = (
        (
            one.code,
            one.name_vi,
            one.name_en,
            one.field,
            one.statutory_amount,
            one.statutory_unit,
            one.source,
        )
        for one in known.services.values()
    )
    return _table(columns.SERVICES, rows, key=(0,))


async def _commitments() -> Table:
    known = await charter.current()
    rows = (
        (
            one.agency,
            one.level,
            one.service,
            one.within.amount,
            one.within.unit.value,
            one.within.rule,
            f"{one.cut_off:%H:%M}" if one.cut_off else "",
            one.effective_on,
            one.text_vi,
            one.text_en,
            one.act,
            one.calendar,
            columns.WITHDRAWN if one.is_withdrawn else "",
        )
        for versions in known.commitments.values()
        for one in versions
    )
    return _table(columns.COMMITMENTS, rows, key=(0, 1, 2, 7))


async def _calendar() -> Table:
    known = await charter.current()
    found = [
        row
        for code, id_ in known.latest_calendar.items()
        for row in _days_of(code, known.calendars[id_])
    ]
    rows = tuple(sorted(found, key=_calendar_order))
    return Table(columns.CALENDAR, rows, (0, 2))


def _calendar_order(row: Row) -> tuple[str, bool, int, str]:
    is_weekday = row[2] in WEEKDAYS
    return row[0], not is_weekday, WEEKDAYS.index(row[2]) if is_weekday else 0, row[2]


def _days_of(code: str, calendar: WorkingCalendar) -> Iterable[Row]:
    zone = calendar.timezone.key
    for weekday, windows in zip(WEEKDAYS, calendar.week, strict=True):
        if windows:
            yield code, zone, weekday, columns.OPEN, _hours(windows), "", "", "", "", ""
    for day, one in calendar.days.items():
        status = "" if one.is_confirmed else columns.UNCONFIRMED
        names = one.name_vi, one.name_en, one.act, one.source, status
        yield code, zone, day.isoformat(), one.kind.value, _hours(one.windows), *names
    if calendar.known_until:
        last = calendar.known_until.isoformat()
        yield code, zone, last, columns.KNOWN_UNTIL, "", "", "", "", "", ""


def _hours(windows: Windows | None) -> str:
    return " ".join(f"{_clock(first)}-{_clock(last)}" for first, last in windows or ())


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


async def _questionnaire() -> Table:
    rows = (
        (one.version, one.effective_on, *(one.words.get(name, "") for name in questionnaires.WORDS))
        for one in await questionnaires.listed()
        if one.words
    )
    return _table(asked.COLUMNS, rows, key=(0,))


async def _users() -> Table:
    rows = (
        (one.name, one.display_name, one.role.value, one.agency, one.email, one.state)
        for one in await staff_register.stored()
    )
    return _table(users.COLUMNS, rows, key=(0,))


async def _templates() -> Table:
    rows = (
        (one.agency, one.service, one.name, one.text_vi, one.text_en)
        for one in await template_register.stored()
    )
    return _table(templates.COLUMNS, rows, key=(0, 1, 2))


async def _webhooks() -> Table:
    rows = (
        (
            one.agency,
            one.url,
            webhook_kinds.written(one.kinds),
            webhook_register.PAUSED if one.is_paused else webhook_register.IN_USE,
        )
        for one in await webhook_register.stored()
    )
    return _table(webhooks.COLUMNS, rows, key=(0, 1))


async def _periods() -> Table:
    rows = (
        (name, *(values[field] for field in proposing.FIELDS))
        for name, values in await proposing.stored()
    )
    return _table(periods.COLUMNS, rows, key=(0,))


async def _keys() -> Table:
    rows = (
        (
            one.agency,
            f"{one.id:06}",
            one.label,
            one.scopes,
            _moment(one.created_at),
            _moment(one.expires_at),
            _moment(one.revoked_at),
            one.used_on,
            f"{one.replaces:06}" if one.replaces else "",
        )
        for one in await key_register.stored()
    )
    return _table(KEY_COLUMNS, rows, key=(1,))


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


KEY_COLUMNS = (
    "agency",
    "key",
    "label",
    "opens",
    "created_at",
    "expires_at",
    "revoked_at",
    "used_on",
    "replaces",
)

TABLES: dict[str, Callable[[], Awaitable[Table]]] = {
    "agencies": _agencies,
    "lineage": _lineage,
    "services": _services,
    "commitments": _commitments,
    "calendar": _calendar,
    "questionnaire": _questionnaire,
    "users": _users,
    "templates": _templates,
    "webhooks": _webhooks,
    "periods": _periods,
    "keys": _keys,
}

ONLY_OUT = frozenset({"keys"})
"""What no file can bring back: of a key only what proves it is kept, so a new one is given."""
