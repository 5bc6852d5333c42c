"""Files about dossiers: millions of rows in any order, staged, then read dossier by dossier.

The rows of one dossier may lie anywhere in a file. So they are put aside in a temporary table,
which the database sorts on its disk, and decided on together; memory stays flat.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any

import orjson

from sla import copying, promises
from sla.promise_events import PromiseEvent
from sla.tellings import Receipt, Report, Telling

# A life of more events is a fault of the file, and would fill the memory.
MOST_EVENTS = 500
_AT_ONCE = 20_000

STAGE = """
create temporary table if not exists staged_dossier (
    code text collate "C" not null, line int not null, is_event boolean not null, at timestamptz,
    agency text not null, service text, promised_at timestamptz, resident bytea, channel text,
    event_id text, detail text
) on commit drop
"""
_STAGED = (
    "code",
    "line",
    "is_event",
    "at",
    "agency",
    "service",
    "promised_at",
    "resident",
    "channel",
    "event_id",
    "detail",
)
SORTED = """
declare told no scroll cursor for select * from staged_dossier order by code, is_event, at, line
"""

# One import of dossiers at a time: two would each miss what the other has not committed.
ONLY_ONE = 0x48A1_1064


def receipt_line(code: str, receipt: Receipt) -> str:
    """A receipt as a line to be staged; its words are of one line, its times in UTC."""
    line, agency, service, at, promised_at, resident, channel = receipt
    words = copying.escaped(agency), copying.escaped(service)
    return (
        f"{code}\t{line}\tf\t{at.isoformat()}\t{words[0]}\t{words[1]}\t"
        f"{copying.moment(promised_at)}\t\\\\x{resident.hex()}\t{copying.escaped(channel)}"
        "\t\\N\t\\N\n"
    )


def report_line(code: str, report: Report) -> str:
    """An event as a line to be staged."""
    line, event_id, agency, event, detail = report
    return (
        f"{code}\t{line}\tt\t{event.at.isoformat()}\t{copying.escaped(agency)}"
        f"\t\\N\t\\N\t\\N\t\\N\t{copying.escaped(event_id)}\t{copying.escaped(detail)}\n"
    )


def report(line: int, event_id: str, agency: str, event: PromiseEvent) -> Report:
    """An event with its written form."""
    kind = _BARE.get(type(event))
    if kind is None:
        return Report(line, event_id, agency, event, _document(event))
    detail = f'{{"kind":"{kind}","at":"{event.at.isoformat()}"}}'
    return Report(line, event_id, agency, event, detail)


def _document(event: PromiseEvent) -> str:
    return orjson.dumps(promises.to_json(event)).decode()


# Most events have nothing but their time, and most others one word: these are written and read
# without looking at their fields.
_BARE: dict[type[PromiseEvent], str] = {
    promises.Finished: "finished",
    promises.Resumed: "resumed",
    promises.Withdrawn: "withdrawn",
}
_READ: dict[str, Callable[[datetime, dict[str, str]], PromiseEvent]] = {
    "finished": lambda at, _: promises.Finished(at),
    "resumed": lambda at, _: promises.Resumed(at),
    "withdrawn": lambda at, _: promises.Withdrawn(at),
    "paused": lambda at, told: promises.Paused(at, told["reason"]),
    "transferred": lambda at, told: promises.Transferred(at, told["to"]),
}


async def begin(connection: Any) -> None:
    """Wait until no other import of dossiers is under way, then make room for the rows."""
    await connection.execute("select pg_advisory_xact_lock($1)", ONLY_ONE)
    await connection.execute(STAGE)
    await connection.execute("truncate staged_dossier")


async def stage(connection: Any, lines: Iterable[str]) -> None:
    """Put lines aside."""
    await copying.copy(connection, "staged_dossier", lines, columns=_STAGED)


async def tellings_of(connection: Any) -> AsyncIterator[list[Telling]]:
    """What was put aside, dossier by dossier, some thousand at a time; and the surplus events.

    Of a dossier with more than `MOST_EVENTS` events the later ones are left out of its telling
    and come as a telling of their own, without a code.
    """
    await connection.execute("set local work_mem = '64MB'")
    await connection.execute(SORTED)
    telling: Telling | None = None
    while rows := await connection.fetch(f"fetch {_AT_ONCE} from told"):
        done = []
        surplus = Telling("")
        for row in rows:
            if telling is None or row["code"] != telling.code:
                if telling is not None:
                    done.append(telling)
                telling = Telling(row["code"])
            if len(telling.receipts) + len(telling.reports) >= MOST_EVENTS:
                surplus.reports.append(_report(row))
            elif row["is_event"]:
                telling.reports.append(_report(row))
            else:
                telling.receipts.append(_receipt(row))
        yield [*done, surplus] if surplus.reports else done
    await connection.execute("close told")
    if telling is not None:
        yield [telling]


def _receipt(row: Any) -> Receipt:
    return Receipt(
        row["line"],
        row["agency"],
        row["service"],
        row["at"],
        row["promised_at"],
        row["resident"],
        row["channel"],
    )


def _report(row: Any) -> Report:
    detail = row["detail"]
    if detail is None:
        return report(row["line"], "", row["agency"], promises.Resumed(row["at"]))
    told = orjson.loads(detail)
    read = _READ.get(told["kind"])
    event = read(row["at"], told) if read else promises.from_json(told)
    return Report(row["line"], row["event_id"], row["agency"], event, detail)
