"""One row of a nightly file about dossiers: that one was received, or what befell it.

A row without `event` is a dossier; with `finished_at` it brings its end along. A row with one is an
event, whatever else it repeats of its dossier.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from feedback import codes
from feedback.codes import Keyring
from sla import dossier_staging, grammar
from sla.charter import Agency, Charter
from sla.dossier_records import Row
from sla.dossiers import CODE
from sla.promise_events import (
    Extended,
    Finished,
    Paused,
    PromiseEvent,
    Reopened,
    Resumed,
    Transferred,
    Withdrawn,
)
from sla.promise_events import Refused as TurnedDown
from sla.tellings import Receipt
from web.imports import cells
from web.imports.cells import Times
from web.imports.errors import RowRefused
from web.imports.lookup import AgencyFinder
from web.imports.reader import Record

COLUMNS = (
    "code",
    "agency",
    "service",
    "received_at",
    "promised_at",
    "finished_at",
    "resident",
    "channel",
    "event_id",
    "event",
    "at",
    "reason",
    "to",
    "until",
    "applicant",
)
NEEDED = (("code",), ("received_at", "event"))

APPLICANTS = ("", "person", "business")
"""For whom a dossier was handed in; empty where nobody says."""
LONGEST_REASON = 1_000
FINISHED_BY_ROW = "finished_at"
"""The outside number of an end that came with its dossier's own row."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading needs to know: who and what there is, how times and codes are written, when."""

    agencies: AgencyFinder
    known: Charter
    services: Collection[str]
    times: Times
    pattern: re.Pattern[str] | None
    keys: Keyring
    now: datetime
    zones: Mapping[str, ZoneInfo] = field(init=False)  # of each agency's office
    rests: dict[tuple[object, ...], tuple[str, str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        zones = {code: _zone(agency, self.known) for code, agency in self.known.agencies.items()}
        object.__setattr__(self, "zones", zones)


def _zone(agency: Agency, known: Charter) -> ZoneInfo:
    number = known.latest_calendar.get(agency.calendar_code)
    return _UTC if number is None else known.calendars[number].timezone


_UTC = ZoneInfo("UTC")


def parser(reading: Reading) -> Callable[[Record], Sequence[Row]]:
    """A function from a record, its cells in the order of `COLUMNS`, to rows to put aside.

    The function raises `RowRefused` for the first cell that cannot be right.
    """

    def parse(record: Record) -> Sequence[Row]:
        number, row = record
        code = _code(row[0], reading.pattern)
        if row[9]:
            return (_report(number, code, row, reading),)
        receipt = _receipt(number, code, row, reading)
        told = dossier_staging.receipt_row(code, receipt)
        finished_at = _past(row[5], "finished_at", reading)
        if finished_at is None:
            return (told,)
        if finished_at < receipt.at:
            raise RowRefused("finished_at", "before_receipt", row[5])
        end = Finished(finished_at)
        return told, dossier_staging.event_row(code, number, FINISHED_BY_ROW, receipt.agency, end)

    return parse


def _code(cell: str, pattern: re.Pattern[str] | None) -> str:
    code = cell if CODE.fullmatch(cell) else cells.required(cell, "code")
    if not CODE.fullmatch(code) or (pattern is not None and not grammar.fits(code, pattern)):
        raise RowRefused("code", "bad_dossier_code", code)
    return code


def _receipt(number: int, code: str, row: Sequence[str], reading: Reading) -> Receipt:
    _, agency, service, received, promised, _, resident, channel, *_ = row
    holder = _agency(agency, "agency", reading)
    if service not in reading.services:
        service = cells.required(service, "service")
        if service not in reading.services:
            raise RowRefused("service", "service_unknown", service)
    at = _past(received, "received_at", reading)
    if at is None:
        raise RowRefused("received_at", "missing")
    promised_at = reading.times.moment(promised, "promised_at", day=cells.DAY_ENDS)
    if promised_at is not None and promised_at < at:
        raise RowRefused("promised_at", "before_receipt", promised)
    who = cells.short(resident, "resident", 80) or code
    hashed = codes.keyed_hash("filer", who, reading.keys)
    whom = cells.line(row[14])
    if whom not in APPLICANTS:
        raise RowRefused("applicant", "unknown_applicant", whom)
    return Receipt(number, holder, service, at, promised_at, hashed, channel_of(channel), whom)


def channel_of(cell: str) -> str:
    """By what way a dossier came; raises `RowRefused`."""
    return cells.short(cell, "channel", 20) or "import"


def _agency(cell: str, column: str, reading: Reading) -> str:
    if cell in reading.agencies.codes:
        return cell
    code = cells.line(cell)
    if code not in reading.agencies.codes:
        raise RowRefused(column, "agency_unknown" if code else "agency_missing", code)
    return code


def _past(cell: str, column: str, reading: Reading) -> datetime | None:
    at = reading.times.moment(cell, column)
    if at is not None and at > reading.now:
        raise RowRefused(column, "in_the_future", cell)
    return at


def _report(number: int, code: str, row: Sequence[str], reading: Reading) -> Row:
    event_id = row[8] if _PLAIN.fullmatch(row[8]) else cells.named(row[8], "event_id", 80)
    kind = row[9] if row[9] in EVENTS else cells.line(row[9])
    if kind not in EVENTS:
        raise RowRefused("event", "unknown_event", kind)
    at = _past(row[10], "at", reading)
    if at is None:
        raise RowRefused("at", "missing")
    teller = _agency(row[1], "agency", reading) if row[1] and row[1].strip() else ""
    key = _key(kind, at, row, reading)
    rest = reading.rests.get(key)
    if rest is None:
        event = EVENTS[kind](at, row, reading)
        told = dossier_staging.event_row(code, number, event_id, teller, event)
        if key:
            if len(reading.rests) >= _MOST_RESTS:
                reading.rests.clear()
            reading.rests[key] = told[7:]
        return told
    return code, True, at.isoformat(), number, event_id, teller, kind, *rest


# Nothing to trim, nothing to mend: printable ASCII without blanks.
_PLAIN = re.compile("[!-~]{1,80}")
_MOST_RESTS = 50_000


def _key(kind: str, at: datetime, row: Sequence[str], reading: Reading) -> tuple[object, ...]:
    """What the rest of an event depends on besides its time; empty where that has a part in it."""
    if kind == "extended":
        return ()
    if kind != "transferred":
        return kind, row[11]
    zone = reading.zones.get(row[12])  # the agency there is on that day of its own
    return (kind, row[12], at.astimezone(zone).date()) if zone else ()


def _reason(row: Sequence[str], *, needed: bool = False) -> str:
    reason = cells.short(row[11], "reason", LONGEST_REASON)
    if needed and not reason:
        raise RowRefused("reason", "missing")
    return reason


def _transferred(at: datetime, row: Sequence[str], reading: Reading) -> PromiseEvent:
    code = _agency(row[12], "to", reading)
    agency: Agency = reading.known.agencies[code]
    if not agency.is_open(at.astimezone(reading.zones[code]).date()):
        raise RowRefused("to", "agency_closed", code)
    return Transferred(at, to=code)


def _extended(at: datetime, row: Sequence[str], reading: Reading) -> PromiseEvent:
    until = reading.times.moment(row[13], "until", day=cells.DAY_ENDS)
    if until is None:
        raise RowRefused("until", "missing")
    return Extended(at, until=until, reason=_reason(row, needed=True))


Made = Callable[[datetime, Sequence[str], Reading], PromiseEvent]
EVENTS: dict[str, Made] = {
    "paused": lambda at, row, _: Paused(at, reason=_reason(row, needed=True)),
    "resumed": lambda at, _, __: Resumed(at),
    "extended": _extended,
    "transferred": _transferred,
    "finished": lambda at, _, __: Finished(at),
    "refused": lambda at, row, _: TurnedDown(at, reason=_reason(row)),
    "withdrawn": lambda at, _, __: Withdrawn(at),
    "reopened": lambda at, row, _: Reopened(at, reason=_reason(row)),
}
