"""Files about dossiers: millions of rows in any order, put aside, then read dossier by dossier.

The rows of one dossier may lie anywhere in a file. So they are dealt by code into parts of a file
without a name (nothing of it is left, however the process ends), and a part at a time is sorted and
decided on. A part holds one row in 256: the memory of ten million dossiers is that of 40,000.
"""

import marshal
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import IO, NamedTuple

import numpy as np
import orjson

from sla import dossier_records, promises
from sla.dossier_records import PARTS, RECORD, Records, Row
from sla.promise_events import PromiseEvent
from sla.tellings import Receipt, Report, Telling

# A life of more events is a fault of the file, and would fill the memory.
MOST_EVENTS = 500

# A Row is code, False, at, line, agency, service, promised_at or None, resident, channel,
# applicant; or, of an event, code, True, at, line, event_id, teller, kind, rest, to. Times are as
# `isoformat` writes them in UTC, so that they sort as they are; `rest` is what the written event
# has after its time.

_AT_ONCE = 20_000


class Part(NamedTuple):
    """All rows about some thousand dossiers: those that are records, and the others."""

    records: Records
    rows: list[Row]


class Spool:
    """Rows put aside on disk, gone when it is closed."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._parts: dict[int, IO[bytes]] = {}

    def close(self) -> None:
        """Forget all rows."""
        self._open.close()

    def put(self, rows: Sequence[Row]) -> None:
        """Put rows aside, in any order."""
        if not rows:
            return
        dealt: dict[int, list[Row]] = defaultdict(list)
        numbers = dossier_records.parts_of(dossier_records.as_codes([row[0] for row in rows]))
        for number, row in zip(numbers.tolist(), rows, strict=True):
            dealt[number].append(row)
        for number, part in dealt.items():
            marshal.dump(part, self._file(number))

    def put_records(self, records: Records) -> None:
        """Put records aside, in any order."""
        numbers = dossier_records.parts_of(records["code"])
        order = np.argsort(numbers, kind="stable")
        dealt, edges = records[order], np.searchsorted(numbers[order], np.arange(PARTS + 1))
        for number in np.flatnonzero(np.diff(edges)).tolist():
            part = dealt[edges[number] : edges[number + 1]]
            marshal.dump(part.tobytes(), self._file(number))

    def parts(self) -> Iterator[Part]:
        """All rows, those of one dossier in one part."""
        records: list[bytes] = []
        rows: list[Row] = []
        for number in sorted(self._parts):
            file = self._parts[number]
            file.seek(0)
            while file.peek(1):  # type: ignore[attr-defined]  # it is buffered
                chunk = marshal.load(file)  # noqa: S302 -- of an unnamed file that we wrote
                if isinstance(chunk, bytes):
                    records.append(chunk)
                else:
                    rows += chunk
            if len(rows) + sum(map(len, records)) // RECORD.itemsize >= _AT_ONCE:
                yield _together(records, rows)
                records, rows = [], []
        if records or rows:
            yield _together(records, rows)

    def _file(self, number: int) -> IO[bytes]:
        if number not in self._parts:
            self._parts[number] = self._open.enter_context(_unnamed())
        return self._parts[number]


def _unnamed() -> IO[bytes]:
    return tempfile.TemporaryFile(buffering=1 << 14)


def _together(records: list[bytes], rows: list[Row]) -> Part:
    return Part(np.frombuffer(b"".join(records), dtype=RECORD), rows)


def receipt_row(code: str, receipt: Receipt) -> Row:
    """A receipt as a row to be put aside; its times in UTC."""
    line, agency, service, at, promised_at, *who = receipt
    promised = None if promised_at is None else promised_at.isoformat()
    return code, False, at.isoformat(), line, agency, service, promised, *who


def event_row(code: str, line: int, event_id: str, teller: str, event: PromiseEvent) -> Row:
    """An event as a row to be put aside."""
    kind, at = promises.kind_of(event), event.at.isoformat()
    return code, True, at, line, event_id, teller, kind, *rest_of(event)


def rest_of(event: PromiseEvent) -> tuple[str, str]:
    """What an event says besides its time, as it is written, and to whom it passes a dossier on."""
    before = detail(promises.kind_of(event), event.at.isoformat(), "")
    rest = orjson.dumps(promises.to_json(event)).decode()[len(before) - 1 : -1]
    return rest, event.to if isinstance(event, promises.Transferred) else ""


def detail(kind: str, at: str, rest: str) -> str:
    """An event as `promise_events.to_json` writes it, as text."""
    return f'{{"kind":"{kind}","at":"{at}"{rest}}}'


def telling_of(rows: list[Row]) -> tuple[Telling, list[Row]]:
    """What the rows of one dossier tell; and the surplus of more than `MOST_EVENTS` of them."""
    telling = Telling(rows[0][0])
    for row in rows[:MOST_EVENTS]:
        if row[1]:
            telling.reports.append(_report(row))
        else:
            telling.receipts.append(_receipt(row))
    return telling, rows[MOST_EVENTS:]


def _receipt(row: Row) -> Receipt:
    _, _, at, line, agency, service, promised, *who = row
    promised_at = None if promised is None else datetime.fromisoformat(promised)
    return Receipt(line, agency, service, datetime.fromisoformat(at), promised_at, *who)


def _report(row: Row) -> Report:
    _, _, at, line, event_id, teller, kind, rest, _ = row
    written = detail(kind, at, rest)
    return Report(line, event_id, teller, promises.from_json(orjson.loads(written)), written)


def report(line: int, event_id: str, agency: str, event: PromiseEvent) -> Report:
    """An event with its written form."""
    return Report(line, event_id, agency, event, orjson.dumps(promises.to_json(event)).decode())
