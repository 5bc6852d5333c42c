"""Files about dossiers: millions of rows in any order, staged, then read dossier by dossier.

The rows of one dossier may lie anywhere in a file. So they are put aside in a temporary table,
which the database sorts on its disk, and decided on together; memory stays flat.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

from sla import copying, nearing, promises, tellings
from sla.acts import Act
from sla.charter import Charter
from sla.models import PromiseKind
from sla.promise_events import PromiseEvent
from sla.tellings import Receipt, Refused, Report, Settled, Stored, Telling

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


STORED = """
select p.code, p.id, p.service_id, p.calendar_id, e.external_id, e.detail::text as detail
from promise p join promise_event e on e.promise_id = p.id
where p.kind = $1 and p.code = any($2)
order by p.id, e.seq
"""
LOCK = """
select from promise where kind = $1 and code = any($2) order by id for update
"""


async def settle(
    connection: Any, told: Sequence[Telling], known: Charter
) -> tuple[list[Settled], list[Refused]]:
    """Decide about dossiers, all of different codes; their stored promises are locked."""
    codes = [telling.code for telling in told if telling.code]
    await connection.execute(LOCK, PromiseKind.DOSSIER.value, codes)
    stored = _stored(await connection.fetch(STORED, PromiseKind.DOSSIER.value, codes))
    settled = [
        tellings.settle(telling, stored.get(telling.code), known)
        for telling in told
        if telling.code
    ]
    refused = [refusal for each in settled for refusal in each.refused]
    refused += [
        Refused(report.line, "code", "too_many_events", report.event_id)
        for telling in told
        if not telling.code
        for report in telling.reports
    ]
    return settled, refused


def _stored(rows: Iterable[Any]) -> dict[str, Stored]:
    events: dict[str, list[PromiseEvent]] = {}
    told: dict[str, dict[str, PromiseEvent]] = {}
    firsts: dict[str, Any] = {}
    for row in rows:
        event = promises.from_json(orjson.loads(row["detail"]))
        firsts.setdefault(row["code"], row)
        events.setdefault(row["code"], []).append(event)
        if row["external_id"] is not None:
            told.setdefault(row["code"], {})[row["external_id"]] = event
    return {
        code: Stored(
            row["id"],
            row["service_id"],
            row["calendar_id"],
            tuple(events[code]),
            told.get(code, {}),
        )
        for code, row in firsts.items()
    }


_PROMISE = (
    "id",
    "kind",
    "code",
    "agency_id",
    "service_id",
    "commitment_id",
    "calendar_id",
    "channel",
    "started_at",
    "resident",
    "due_at",
    "extended_until",
    "pause_lapses_at",
    "due_soon_at",
    "watch_at",
    "state",
    "ended_at",
    "round",
)
_EVENT = ("promise_id", "seq", "kind", "at", "recorded_at", "by", "external_id", "detail")
_KEPT = """
update promise p set agency_id = k.agency_id, due_at = k.due_at,
    extended_until = k.extended_until, pause_lapses_at = k.pause_lapses_at,
    due_soon_at = k.due_soon_at, watch_at = k.watch_at, state = k.state, ended_at = k.ended_at,
    round = k.round
from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
            $6::timestamptz[], $7::timestamptz[], $8::text[], $9::timestamptz[], $10::smallint[])
    as k(id, agency_id, due_at, extended_until, pause_lapses_at, due_soon_at, watch_at, state,
         ended_at, round)
where p.id = k.id
"""


async def write(
    connection: Any, settled: Sequence[Settled], known: Charter, act: Act
) -> list[tuple[int, Settled]]:
    """Write what is new; the dossiers that changed, each with the number of its promise."""
    changed = [each for each in settled if each.standing is not None]
    new = [each for each in changed if each.stored is None]
    ids = dict(
        zip(
            (each.code for each in new),
            await copying.numbers(connection, "promise", len(new)),
            strict=True,
        )
    )
    ids |= {each.code: each.stored.promise_id for each in changed if each.stored is not None}
    rows = [_row(ids[each.code], each, known) for each in new]
    await copying.copy(connection, "promise", rows, columns=_PROMISE)
    old = [(each.stored.promise_id, *_kept(each, known)) for each in changed if each.stored]
    if old:
        await connection.execute(_KEPT, *map(list, zip(*old, strict=True)))
    told = f"{act.at.isoformat()}\t{copying.escaped(act.by.reference)}"
    events = [line for each in changed for line in _events(ids[each.code], each, told)]
    await copying.copy(connection, "promise_event", events, columns=_EVENT)
    return [(ids[each.code], each) for each in changed]


def _row(promise_id: int, settled: Settled, known: Charter) -> str:
    start, binding = settled.start, settled.binding
    assert start is not None  # noqa: S101 -- a new dossier has begun
    assert binding is not None  # noqa: S101 -- as above
    agency_id, *kept = _kept(settled, known)
    return copying.line(
        promise_id,
        start.kind.value,
        start.code,
        agency_id,
        start.service.id if start.service else None,
        binding.commitment.id if binding.commitment else None,
        binding.calendar_id,
        start.channel,
        start.at,
        start.resident,
        *kept,
    )


def _kept(settled: Settled, known: Charter) -> tuple[object, ...]:
    """What the row of a promise repeats of its events, as `ledger` does, with its holder first."""
    standing = settled.standing
    assert standing is not None  # noqa: S101 -- only what changed is written
    calendar = _calendar(settled, known)
    soon = nearing.soon(standing, calendar)
    return (
        known.agencies[standing.holder].id,
        standing.due_at,
        standing.extended_until,
        standing.lapses_at,
        soon,
        nearing.watch_at(standing, soon),
        standing.state.value,
        standing.ended_at,
        standing.rounds,
    )


def _calendar(settled: Settled, known: Charter) -> Any:
    if settled.stored is None:
        return settled.binding.calendar if settled.binding else None
    number = settled.stored.calendar_id
    return known.calendars[number] if number is not None else None


def _events(promise_id: int, settled: Settled, told: str) -> list[str]:
    first = len(settled.stored.events) + 1 if settled.stored else 2
    lines = []
    if settled.stored is None and settled.standing is not None:
        begun = report(0, "", "", settled.standing.started)
        lines.append(_event(promise_id, 1, begun, told, copying.NULL))
    lines += [
        _event(promise_id, seq, each, told, copying.escaped(each.event_id))
        for seq, each in enumerate(settled.events, first)
    ]
    return lines


def _event(promise_id: int, seq: int, told: Report, by: str, event_id: str) -> str:
    event = told.event
    detail = copying.escaped(told.detail)
    kind, at = promises.kind_of(event), event.at.isoformat()
    return f"{promise_id}\t{seq}\t{kind}\t{at}\t{by}\t{event_id}\t{detail}\n"
