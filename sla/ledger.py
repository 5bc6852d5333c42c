"""Promises and their events in the database.

An event is appended, never changed. The promise row repeats what its events fold to, so that a
list can be sorted and a quarter counted without reading them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson
from tortoise.connection import get_connection

from sla import charter, deadlines, nearing, packs, promises
from sla.acts import Act
from sla.calendars import WorkingCalendar
from sla.charter import Agency, Binding, Charter, Service
from sla.errors import CalendarEnds, UnknownHolder
from sla.models import PromiseEventRow, PromiseKind, PromiseRow
from sla.pauses import PauseRule
from sla.promises import PromiseEvent, Standing, Started, Transferred


@dataclass(frozen=True, slots=True)
class Start:
    """A promise to begin. `promised_at` is a due time given by somebody else, taken as it is.

    `applicant` is `person` or `business`, for whom the work is done; empty where nobody said.
    """

    kind: PromiseKind
    code: str
    agency: Agency
    service: Service | None
    channel: str
    at: datetime
    resident: bytes | None = None
    promised_at: datetime | None = None
    applicant: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A promise that has begun. `due_at` is None when nothing was promised, or when the date lies
    beyond the known calendar; `commitment` tells the two apart.
    """

    promise_id: int
    due_at: datetime | None
    binding: Binding


BEGIN = """
with start as (
    select * from unnest(
        $1::text[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::text[],
        $8::timestamptz[], $9::timestamptz[], $10::bytea[], $11::jsonb[], $12::timestamptz[],
        $15::text[]
    ) with ordinality as s(kind, code, agency_id, service_id, commitment_id, calendar_id, channel,
                           started_at, due_at, resident, detail, due_soon_at, applicant, place)
), begun as (
    insert into promise (kind, code, agency_id, service_id, commitment_id, calendar_id, channel,
                         started_at, due_at, due_soon_at, watch_at, resident, applicant, state,
                         round)
    select kind, code, agency_id, service_id, commitment_id, calendar_id, channel,
           started_at, due_at, due_soon_at, due_soon_at, resident, applicant, 'running', 1
    from start order by place
    returning id, kind, code
), told as (
    insert into promise_event (promise_id, seq, kind, at, recorded_at, by, detail)
    select b.id, 1, 'started', s.started_at, $13, $14, s.detail
    from begun b join start s using (kind, code)
)
select b.id from begun b join start s using (kind, code) order by s.place
"""


async def begin_many(
    starts: Sequence[Start], act: Act, *, known: Charter | None = None
) -> list[Begun]:
    """Begin promises, in one statement. Codes are unique by kind; a repeat is an IntegrityError.

    `known` is the charter as this transaction sees it, where it was read already.
    """
    known = known or await charter.current()
    bound = [binding_of(s, known) for s in starts]
    events = [started(s, b) for s, b in zip(starts, bound, strict=True)]
    dues = [_due(e, b) for e, b in zip(events, bound, strict=True)]
    rows = await get_connection("default").execute_query_dict(
        BEGIN,
        [
            [s.kind.value for s in starts],
            [s.code for s in starts],
            [s.agency.id for s in starts],
            [s.service.id if s.service else None for s in starts],
            [b.commitment.id if b.commitment else None for b in bound],
            [b.calendar_id for b in bound],
            [s.channel for s in starts],
            [s.at for s in starts],
            dues,
            [s.resident for s in starts],
            [orjson.dumps(promises.to_json(e)).decode() for e in events],
            [_soon(e, due, b) for e, due, b in zip(events, dues, bound, strict=True)],
            act.at,
            act.by.reference,
            [s.applicant for s in starts],
        ],
    )
    return [Begun(row["id"], due, b) for row, due, b in zip(rows, dues, bound, strict=True)]


async def begin(start: Start, act: Act) -> Begun:
    """Begin one promise."""
    [begun] = await begin_many([start], act)
    return begun


def binding_of(start: Start, known: Charter) -> Binding:
    """What binds the promise: a commitment to feedback in general binds no dossier."""
    general = start.kind is PromiseKind.CASE
    return known.binding(start.agency, start.service, at=start.at, general=general)


def started(start: Start, binding: Binding) -> Started:
    """The first event of the promise."""
    commitment = None if start.promised_at else binding.commitment
    return Started(
        at=start.at,
        within=commitment.within if commitment else None,
        cut_off=commitment.cut_off if commitment else None,
        promised_at=start.promised_at,
        holder=start.agency.code,
    )


def _due(event: Started, binding: Binding) -> datetime | None:
    if event.promised_at or not event.within or not binding.calendar:
        return event.promised_at
    try:
        return deadlines.due_at(event.at, event.within, binding.calendar, cut_off=event.cut_off)
    except CalendarEnds:
        # No guess: the date is set by `date_undated` when the calendar is known.
        return None


def _soon(event: Started, due_at: datetime | None, binding: Binding) -> datetime | None:
    if due_at is None:
        return None
    return nearing.due_soon_at(event.at, due_at, binding.calendar, cut_off=event.cut_off)


def pause_rule(
    kind: str, started_at: datetime, calendar: WorkingCalendar | None
) -> PauseRule | None:
    """The rule for pauses in force when a promise was received, on the office's own clock."""
    zone = calendar.timezone if calendar else UTC
    return packs.pack().pause_rule(kind, on=started_at.astimezone(zone).date())


@dataclass(frozen=True, slots=True)
class Promised:
    """What of a promise never changes but by a transfer or another calendar: how it is counted."""

    id: int
    kind: str
    agency_id: int
    calendar_id: int | None
    started_at: datetime
    due_soon_at: datetime | None


async def promised(promise_id: int) -> Promised:
    """A stored promise."""
    [row] = await get_connection("default").execute_query_dict(
        "select id, kind, agency_id, calendar_id, started_at, due_soon_at from promise"
        " where id = $1",
        [promise_id],
    )
    return Promised(**row)


EVENTS = "select detail from promise_event where promise_id = $1 order by seq"


async def events_of(promise_id: int) -> list[PromiseEvent]:
    """The events of a promise, in the order they were told."""
    rows = await get_connection("default").execute_query_dict(EVENTS, [promise_id])
    return [promises.from_json(row["detail"]) for row in rows]


async def standing(promise_id: int) -> Standing:
    """What the events of a promise say today."""
    return await standing_of(await promised(promise_id))


async def standing_of(promise: Promised) -> Standing:
    """The same of a promise that was read already."""
    known = await charter.current()
    return _fold(promise, await events_of(promise.id), _calendar(promise, known))


def _fold(
    row: PromiseRow | Promised, events: Sequence[PromiseEvent], calendar: WorkingCalendar | None
) -> Standing:
    return promises.fold(events, calendar, rule=pause_rule(row.kind, row.started_at, calendar))


async def append(
    promise_id: int, event: PromiseEvent, act: Act, *, external_id: str | None = None
) -> Standing:
    """Append one event and say where the promise stands now.

    Locks the promise. Raises the refusals of `promises.check_may_append`, and `UnknownHolder` for
    a transfer to nobody; nothing is written then.
    """
    row = await PromiseRow.select_for_update().get(id=promise_id)
    earlier = await events_of(promise_id)
    # Of two at the same instant the later told follows.
    event = replace(event, seq=len(earlier) + 1)
    known = await charter.current()
    if isinstance(event, Transferred) and event.to not in known.agencies:
        raise UnknownHolder(event.to)
    calendar = _calendar(row, known)
    rule = pause_rule(row.kind, row.started_at, calendar)
    promises.check_may_append(earlier, event, rule=rule)
    now = promises.fold([*earlier, event], calendar, rule=rule)
    await PromiseEventRow.create(
        promise_id=promise_id,
        seq=event.seq,
        kind=promises.kind_of(event),
        at=event.at,
        recorded_at=act.at,
        by=act.by.reference,
        detail=promises.to_json(event),
        external_id=external_id,
    )
    await _keep(row, now, calendar)
    if now.holder in known.agencies and known.agencies[now.holder].id != row.agency_id:
        # Last: from here on it is another's, and whoever handed it on sees it no more.
        await get_connection("default").execute_query(
            HAND_ON, [promise_id, known.agencies[now.holder].id]
        )
    return now


HAND_ON = "select hand_promise($1, $2)"


async def _keep(row: PromiseRow, now: Standing, calendar: WorkingCalendar | None) -> None:
    row.due_at = now.due_at
    row.extended_until = now.extended_until
    row.pause_lapses_at = now.lapses_at
    row.due_soon_at = nearing.soon(now, calendar)
    row.watch_at = nearing.watch_at(now, row.due_soon_at)
    row.state = now.state.value
    row.ended_at = now.ended_at
    row.round = now.rounds
    await row.save(update_fields=KEPT)


KEPT = (
    "due_at",
    "extended_until",
    "pause_lapses_at",
    "due_soon_at",
    "watch_at",
    "state",
    "ended_at",
    "round",
)


def _calendar(row: PromiseRow | Promised, known: Charter) -> WorkingCalendar | None:
    calendar_id: int | None = row.calendar_id
    return known.calendars[calendar_id] if calendar_id is not None else None


async def redate(row: PromiseRow) -> bool:
    """Fold a promise by the latest version of its calendar; whether that could say more.

    The row is locked by the caller, and lacks a due time or the end of its pause. The events are as
    they were: only the calendar has grown. Where a date was told it counts only as a continuation,
    the days known before being the same: no other change moves a date.
    """
    known = await charter.current()
    agency = known.agency_of_id(row.agency_id)
    calendar_id = known.calendar_of(agency, known.commitment_of_id(row.commitment_id))
    if calendar_id is None:
        return False
    calendar, before = known.calendars[calendar_id], _calendar(row, known)
    if row.due_at is not None and not (before and _continues(calendar, before)):
        return False
    now = _fold(row, await events_of(row.id), calendar)
    if now.due_at is None or (row.due_at is not None and now.lapses_at is None):
        return False
    await _keep(row, now, calendar)
    row.calendar_id = calendar_id
    await row.save(update_fields=["calendar_id"])
    return True


def _continues(later: WorkingCalendar, before: WorkingCalendar) -> bool:
    """Whether a calendar says what the one before it said, as far as that one knew."""
    until = before.known_until
    if until is None or (later.known_until is not None and later.known_until < until):
        return False
    return (
        (later.timezone.key, later.week) == (before.timezone.key, before.week)
        and later.day_seconds == before.day_seconds
        and all(
            later.windows_on(day) == before.windows_on(day)
            for day in {*later.days, *before.days}
            if day <= until
        )
    )
