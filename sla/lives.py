"""Whole lives of promises, from their beginning to where they stand, written set by set.

For what was already lived when it is written: other systems' records, a demonstration. What is
written is what `ledger.begin` and `ledger.append` would have written one event after the other,
each told at the moment at which it happened.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from sla import history, ledger, nearing, promises
from sla.charter import Charter
from sla.ledger import Start
from sla.promises import PromiseEvent, Standing

_LOCKS = ("select from agency for key share", "select from service for key share")


@dataclass(frozen=True, slots=True)
class Life:
    """A promise with all that befell it after its beginning, in the order of telling.

    `by` is the reference of whoever told it, as in an act.
    """

    start: Start
    later: tuple[PromiseEvent, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Lived:
    """Where a written life stands; `agency_id` is the holder now."""

    promise_id: int
    agency_id: int
    standing: Standing


async def numbers(connection: Any, table: str, count: int) -> list[int]:
    """So many fresh numbers of a table's rows; the name of the table is ours."""
    rows = await connection.fetch(
        "select nextval(pg_get_serial_sequence($1, 'id')) as id from generate_series(1, $2)",
        table,
        count,
    )
    return [row["id"] for row in rows]


def keys_known(connection: Any) -> AbstractAsyncContextManager[None]:
    """As `history.keys_known`, for lives: agencies and services are held against deletion.

    Commitments and calendars are never deleted; every other number was drawn just before.
    """
    return history.keys_known(connection, locks=_LOCKS)


async def write(connection: Any, lives: Sequence[Life], known: Charter) -> list[Lived]:
    """Write promises and their events; where each now stands, in order.

    `connection` is the bare one of the current transaction. Codes are unique by kind: a repeat is
    a UniqueViolationError. Events that make no sense at their place are the caller's fault: they
    are written and, as everywhere, set aside by whoever folds them.
    """
    ids = await numbers(connection, "promise", len(lives))
    rows: list[tuple[object, ...]] = []
    events: list[tuple[object, ...]] = []
    lived: list[Lived] = []
    for promise_id, life in zip(ids, lives, strict=True):
        start = life.start
        binding = ledger.binding_of(start, known)
        told = _told(ledger.started(start, binding), life.later)
        rule = ledger.pause_rule(start.kind, start.at, binding.calendar)
        standing = promises.fold(told, binding.calendar, rule=rule)
        due_soon_at = nearing.soon(standing, binding.calendar)
        agency_id = start.agency.id
        if len(standing.stints) > 1:
            agency_id = known.agencies[standing.holder].id
        rows.append(
            (
                promise_id,
                start.kind.value,
                start.code,
                agency_id,
                start.service.id if start.service else None,
                binding.commitment.id if binding.commitment else None,
                binding.calendar_id,
                start.channel,
                standing.started_at,
                standing.due_at,
                standing.extended_until,
                standing.lapses_at,
                due_soon_at,
                nearing.watch_at(standing, due_soon_at),
                standing.state.value,
                standing.ended_at,
                standing.rounds,
                start.resident,
            )
        )
        events.extend(_event(promise_id, seq, e, life.by) for seq, e in enumerate(told, 1))
        lived.append(Lived(promise_id, agency_id, standing))
    await connection.copy_records_to_table("promise", records=rows, columns=_PROMISE)
    await copy_detailed(connection, "promise_event", events, columns=_EVENT)
    return lived


async def copy_detailed(
    connection: Any, table: str, rows: Sequence[tuple[object, ...]], *, columns: Sequence[str]
) -> None:
    """Copy rows whose last column is a JSON document, given as its text.

    Through a staging table: documents have no binary form here, and only that can be copied.
    Names of tables and columns are ours.
    """
    names, plain = ", ".join(columns), ", ".join(columns[:-1])
    staged = f"staged_{table}"
    await connection.execute(
        f"create temporary table {staged} on commit drop as "  # noqa: S608 -- our own names
        f"select {plain}, ''::text as {columns[-1]} from {table} with no data"
    )
    await connection.copy_records_to_table(staged, records=rows, columns=columns)
    await connection.execute(
        f"insert into {table} ({names}) select {plain}, {columns[-1]}::jsonb from {staged}"  # noqa: S608
    )
    await connection.execute(f"drop table {staged}")


def _told(started: PromiseEvent, later: Sequence[PromiseEvent]) -> list[PromiseEvent]:
    """As `ledger.append` numbers them: of two at the same instant the later told follows."""
    return [started, *(_numbered(event, seq) for seq, event in enumerate(later, 2))]


def _numbered(event: PromiseEvent, seq: int) -> PromiseEvent:
    return event if event.seq == seq else replace(event, seq=seq)


def _event(
    promise_id: int, seq: int, event: PromiseEvent, by: str
) -> tuple[int, int, str, datetime, datetime, str, str]:
    detail = promises.to_json(event)
    return promise_id, seq, detail["kind"], event.at, event.at, by, orjson.dumps(detail).decode()


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
    "due_at",
    "extended_until",
    "pause_lapses_at",
    "due_soon_at",
    "watch_at",
    "state",
    "ended_at",
    "round",
    "resident",
)
_EVENT = ("promise_id", "seq", "kind", "at", "recorded_at", "by", "detail")
