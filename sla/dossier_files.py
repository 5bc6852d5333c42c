"""What files tell of dossiers, decided on and written set by set.

What is written is what `dossiers.receive` and `dossiers.report` would have written row by row, in
the order in which things happened. New dossiers of a plain life go the short way (`plain_lives`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import orjson

from sla import (
    copying,
    dossier_records,
    dossier_staging,
    history,
    nearing,
    promises,
    tellings,
)
from sla.acts import Act
from sla.calendars import WorkingCalendar
from sla.charter import Charter
from sla.dossier_records import Records, Row, Words
from sla.dossier_staging import Part
from sla.models import PromiseKind
from sla.plain_lives import Fold, Plain
from sla.promise_events import PromiseEvent
from sla.standing import State
from sla.tellings import Refused, Report, Settled, Stored

# One import of dossiers at a time: two would each miss what the other has not committed.
ONLY_ONE = 0x48A1_1064

STORED = """
select p.code, p.id, p.service_id, p.calendar_id, e.external_id, e.detail::text as detail
from promise p join promise_event e on e.promise_id = p.id
where p.kind = $1 and p.code = any($2)
order by p.id, e.seq
"""
LOCK = """
select code from promise where kind = $1 and code = any($2) order by id for update
"""


async def only_one(connection: Any) -> None:
    """Wait until no other import of dossiers is under way: see `history.only_one`."""
    await history.only_one(connection, ONLY_ONE)


class Life(NamedTuple):
    """What a file tells of one dossier, and its plain life if that is what it tells."""

    code: str
    plain: Plain | None
    records: Records
    others: Sequence[Row]

    def rows(self, words: Words) -> list[Row]:
        """All of it, receipts first, then events as they happened."""
        return sorted([*dossier_records.rows_of(self.records, words), *self.others])


class Changed(NamedTuple):
    """A dossier that was written: the number of its promise, where it stands, in which round."""

    code: str
    promise_id: int
    state: State
    rounds: int


def lives(part: Part, fold: Fold, words: Words) -> list[Life]:
    """The dossiers of a part, those with a plain life already folded; touches no database."""
    fitting, rest = dossier_records.records_of(part.rows, words)
    others: dict[str, list[Row]] = defaultdict(list)
    for row in rest:
        others[row[0]].append(row)
    told = []
    if len(fitting) or len(part.records):
        records, firsts = dossier_records.in_order(np.concatenate((part.records, fitting)))
        edges = [*firsts.tolist(), len(records)]
        codes = map(bytes.decode, records["code"][firsts].tolist())
        for code, plain, span in zip(codes, fold(records, firsts), pairwise(edges), strict=True):
            more = others.pop(code, ())
            told.append(Life(code, None if more else plain, records[slice(*span)], more))
    told += [Life(code, None, part.records[:0], rows) for code, rows in others.items()]
    return sorted(told, key=itemgetter(0))


async def settle(
    connection: Any, told: Sequence[Life], known: Charter, words: Words
) -> tuple[list[Settled | Plain], list[Refused]]:
    """Decide about dossiers, all of different codes; their stored promises are locked."""
    codes = [life.code for life in told]
    kind = PromiseKind.DOSSIER.value
    locked = [row["code"] for row in await connection.fetch(LOCK, kind, codes)]
    stored = _stored(await connection.fetch(STORED, kind, locked)) if locked else {}
    settled: list[Settled | Plain] = []
    refused: list[Refused] = []
    for code, life in zip(codes, told, strict=True):
        if life.plain is not None and code not in stored:
            settled.append(life.plain)
            continue
        telling, surplus = dossier_staging.telling_of(life.rows(words))
        decided = tellings.settle(telling, stored.get(code), known)
        settled.append(decided)
        refused += decided.refused
        refused += [
            Refused(row[3], "code", "too_many_events", row[4] if row[1] else "") for row in surplus
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
_EVENT = ("promise_id", "recorded_at", "by", "seq", "kind", "at", "external_id", "detail")
# By code: other indexes hold the number too, behind what else they are ordered by, and figures that
# are out of date do not tell which of them is the one to read.
#
# Few files say for whom a dossier is: those that do not are copied as they are.
_APPLICANTS = """
update promise p set applicant = t.applicant
from unnest($2::text[], $3::text[]) as t(code, applicant) where p.kind = $1 and p.code = t.code
"""
KEPT = """
update promise p set agency_id = k.agency_id, due_at = k.due_at,
    extended_until = k.extended_until, pause_lapses_at = k.pause_lapses_at,
    due_soon_at = k.due_soon_at, watch_at = k.watch_at, state = k.state, ended_at = k.ended_at,
    round = k.round
from unnest($2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
            $7::timestamptz[], $8::timestamptz[], $9::text[], $10::timestamptz[], $11::smallint[])
    as k(code, agency_id, due_at, extended_until, pause_lapses_at, due_soon_at, watch_at, state,
         ended_at, round)
where p.kind = $1 and p.code = k.code
"""


async def write(
    connection: Any, settled: Sequence[Settled | Plain], known: Charter, act: Act
) -> list[Changed]:
    """Write what is new; the dossiers that changed."""
    kind = PromiseKind.DOSSIER.value
    changed = [each for each in settled if isinstance(each, Plain) or each.standing is not None]
    new = [each for each in changed if isinstance(each, Plain) or each.stored is None]
    numbers = await copying.numbers(connection, "promise", len(new))
    ids = dict(zip((each.code for each in new), numbers, strict=True))
    rows = [
        f"{number}\t{each.row if isinstance(each, Plain) else _row(each, known)}"
        for number, each in zip(numbers, new, strict=True)
    ]
    await copying.copy(connection, "promise", rows, columns=_PROMISE)
    told_of = [
        (each.code, each.start.applicant)
        for each in new
        if isinstance(each, Settled) and each.start and each.start.applicant
    ]
    if told_of:
        await connection.execute(_APPLICANTS, kind, *map(list, zip(*told_of, strict=True)))
    old = [
        (each.code, *_kept(each, known))
        for each in changed
        if isinstance(each, Settled) and each.stored
    ]
    if old:
        await connection.execute(KEPT, kind, *map(list, zip(*old, strict=True)))
    told = f"{act.at.isoformat()}\t{copying.escaped(act.by.reference)}"
    events, written = [], []
    for each in changed:
        if isinstance(each, Plain):
            number = ids[each.code]
            state = State.FINISHED if each.is_finished else State.RUNNING
            written.append(Changed(each.code, number, state, 1))
            lines = each.events
        else:
            number = each.stored.promise_id if each.stored else ids[each.code]
            assert each.standing is not None  # noqa: S101 -- only what changed is written
            written.append(Changed(each.code, number, each.standing.state, each.standing.rounds))
            lines = _events(each)
        if lines:
            before = f"{number}\t{told}\t"
            events.append(before + before.join(lines))
    await copying.copy(connection, "promise_event", events, columns=_EVENT)
    return written


def _row(settled: Settled, known: Charter) -> str:
    start, binding = settled.start, settled.binding
    assert start is not None  # noqa: S101 -- a new dossier has begun
    assert binding is not None  # noqa: S101 -- as above
    agency_id, *kept = _kept(settled, known)
    return copying.line(
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


def _events(settled: Settled) -> list[str]:
    first = len(settled.stored.events) + 1 if settled.stored else 2
    lines = []
    if settled.stored is None and settled.standing is not None:
        begun = dossier_staging.report(0, "", "", settled.standing.started)
        lines.append(_event(1, begun, copying.NULL))
    return lines + [
        _event(seq, each, copying.escaped(each.event_id))
        for seq, each in enumerate(settled.events, first)
    ]


def _event(seq: int, told: Report, event_id: str) -> str:
    kind, at = promises.kind_of(told.event), told.event.at.isoformat()
    return f"{seq}\t{kind}\t{at}\t{event_id}\t{copying.escaped(told.detail)}\n"
