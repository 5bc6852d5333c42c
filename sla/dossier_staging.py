"""Files about dossiers: millions of rows in any order, put aside, then read dossier by dossier.

The rows of one dossier may lie anywhere in a file. So they are dealt by code into parts of a file
without a name (nothing of it is left, however the process ends), and a part at a time is sorted and
decided on. A part holds one row in 256: the memory of ten million dossiers is that of 40,000.
"""

import marshal
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import IO, Any

import orjson

from sla import promises
from sla.promise_events import PromiseEvent
from sla.tellings import Receipt, Report, Telling

# A life of more events is a fault of the file, and would fill the memory.
MOST_EVENTS = 500

# code, False, at, line, agency, service, promised_at or None, resident, channel; or, of an event,
# code, True, at, line, event_id, teller, kind, rest, to. Times are as `isoformat` writes them in
# UTC, so that they sort as they are; `rest` is what the written event has after its time.
Row = tuple[Any, ...]

_PARTS = 256
_AT_ONCE = 20_000

# One import of dossiers at a time: two would each miss what the other has not committed.
ONLY_ONE = 0x48A1_1064


async def only_one(connection: Any) -> None:
    """Wait until no other import of dossiers is under way."""
    await connection.execute("select pg_advisory_xact_lock($1)", ONLY_ONE)


class Spool:
    """Rows put aside on disk, gone when it is closed."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._parts: dict[int, IO[bytes]] = {}

    def close(self) -> None:
        """Forget all rows."""
        self._open.close()

    def put(self, rows: Iterable[Row]) -> None:
        """Put rows aside, in any order."""
        dealt: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            dealt[zlib.crc32(row[0].encode()) % _PARTS].append(row)
        for number, part in dealt.items():
            if number not in self._parts:
                self._parts[number] = self._open.enter_context(_unnamed())
            marshal.dump(part, self._parts[number])

    def dossiers(self) -> Iterator[list[list[Row]]]:
        """The rows of each dossier, its receipts first, then its events as they happened.

        Some thousand dossiers at a time, these in the order of their codes.
        """
        rows: list[Row] = []
        for number in sorted(self._parts):
            file = self._parts[number]
            file.seek(0)
            while file.peek(1):  # type: ignore[attr-defined]  # it is buffered
                rows += marshal.load(file)  # noqa: S302 -- of an unnamed file that we wrote
            if len(rows) >= _AT_ONCE:
                yield _by_code(rows)
                rows = []
        if rows:
            yield _by_code(rows)


def _unnamed() -> IO[bytes]:
    return tempfile.TemporaryFile(buffering=1 << 14)


def _by_code(rows: list[Row]) -> list[list[Row]]:
    together: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        together[row[0]].append(row)
    return [sorted(together[code]) for code in sorted(together)]


def receipt_row(code: str, receipt: Receipt) -> Row:
    """A receipt as a row to be put aside; its times in UTC."""
    line, agency, service, at, promised_at, resident, channel = receipt
    promised = None if promised_at is None else promised_at.isoformat()
    return code, False, at.isoformat(), line, agency, service, promised, resident, channel


def event_row(code: str, line: int, event_id: str, teller: str, event: PromiseEvent) -> Row:
    """An event as a row to be put aside."""
    kind, at = promises.kind_of(event), event.at.isoformat()
    rest = orjson.dumps(promises.to_json(event)).decode()[len(detail(kind, at, "")) - 1 : -1]
    to = event.to if isinstance(event, promises.Transferred) else ""
    return code, True, at, line, event_id, teller, kind, rest, to


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
    _, _, at, line, agency, service, promised, resident, channel = row
    promised_at = None if promised is None else datetime.fromisoformat(promised)
    return Receipt(
        line, agency, service, datetime.fromisoformat(at), promised_at, resident, channel
    )


def _report(row: Row) -> Report:
    _, _, at, line, event_id, teller, kind, rest, _ = row
    written = detail(kind, at, rest)
    return Report(line, event_id, teller, promises.from_json(orjson.loads(written)), written)


def report(line: int, event_id: str, agency: str, event: PromiseEvent) -> Report:
    """An event with its written form."""
    return Report(line, event_id, agency, event, orjson.dumps(promises.to_json(event)).decode())
