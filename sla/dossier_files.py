"""What files tell of dossiers, decided on and written set by set.

What is written is what `dossiers.receive` and `dossiers.report` would have written row by row, in
the order in which things happened.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from sla import copying, dossier_staging, nearing, promises, tellings
from sla.acts import Act
from sla.calendars import WorkingCalendar
from sla.charter import Charter
from sla.models import PromiseKind
from sla.promise_events import PromiseEvent
from sla.tellings import Refused, Report, Settled, Stored, Telling

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


def _calendar(settled: Settled, known: Charter) -> WorkingCalendar | None:
    if settled.stored is None:
        return settled.binding.calendar if settled.binding else None
    number = settled.stored.calendar_id
    return known.calendars[number] if number is not None else None


def _events(promise_id: int, settled: Settled, told: str) -> list[str]:
    first = len(settled.stored.events) + 1 if settled.stored else 2
    lines = []
    if settled.stored is None and settled.standing is not None:
        begun = dossier_staging.report(0, "", "", settled.standing.started)
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
