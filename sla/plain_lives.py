"""Plain lives of dossiers: received, passed on, asked about at most once, finished or not yet.

Most dossiers of a file are so, and new. What `tellings.settle` decides about these and
`dossier_files` writes of them is said here in one stroke, in numbers and texts instead of values;
about any other life nothing is said at all. A test holds the two to the same bytes.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

import orjson

from sla import copying, counting, deadlines, ledger, openings, packs, promises, writing_moments
from sla.calendars import WorkingCalendar
from sla.charter import Charter
from sla.commitments import Rule, Within
from sla.copying import NULL
from sla.dossier_staging import Row
from sla.errors import CalendarEnds, OutOfRange
from sla.ledger import Start
from sla.models import PromiseKind
from sla.nearing import OF, USED
from sla.openings import SECOND
from sla.pauses import PauseRule
from sla.promise_events import Started

_ENDS = ("finished", "refused", "withdrawn")
_MOST_ROWS = 16
_MOST_KEPT = 200_000


class Plain(NamedTuple):
    """A new dossier, ready to be copied but for the number of its promise and who told it when.

    `row` are the cells of the promise after its number; `events` those of its events after the
    number, the time of telling and the teller.
    """

    code: str
    row: str
    events: list[str]
    is_finished: bool

    @property
    def taken(self) -> int:
        """The rows it was told by: every event but the first has one, and that one the receipt."""
        return len(self.events)


@dataclass(frozen=True, slots=True)
class _Bound:
    """What receipts of one agency and service have in common between two changes of the rules."""

    calendar: WorkingCalendar | None
    calendar_id: int | None
    within: Within | None
    is_by_day: bool
    longest: int | None  # seconds
    may_pause: bool
    numbers: str  # service, commitment and calendar as cells
    begun: str  # what the first event has between its time and its holder, by the commitment
    begun_promised: str  # as `begun`, up to a time given by others


def folder(known: Charter) -> Callable[[Sequence[Row]], Plain | None]:
    """A function from the rows of one dossier, in order, to its plain life; None: it has none."""
    return _Folder(known).fold


class _Folder:
    def __init__(self, known: Charter) -> None:
        self._known = known
        self._changes = sorted(_changes(known))
        self._bounds: dict[tuple[object, ...], _Bound | None] = {}
        self._holders = {code: _holder(code, known) for code in known.agencies}
        self._dues: dict[tuple[object, ...], int] = {}

    def fold(self, rows: Sequence[Row]) -> Plain | None:
        if rows[0][1] or len(rows) > _MOST_ROWS or (len(rows) > 1 and not rows[1][1]):
            return None
        bound = self._bound(rows[0])
        if bound is None:
            return None
        try:
            return self._folded(rows, bound)
        except (CalendarEnds, OutOfRange):
            return None

    def _folded(self, rows: Sequence[Row], bound: _Bound) -> Plain | None:  # noqa: C901 -- one pass
        # over millions of rows: a call for each would cost as much as what it does
        code, _, at, _, holder, _, promised, resident, channel = rows[0]
        begun = bound.begun if promised is None else f"{bound.begun_promised}{promised}{_HELD_BY}"
        held = self._holders[holder].written
        events = [f'1\tstarted\t{at}\t{NULL}\t{{"kind":"started","at":"{at}"{begun}{held}}}\n']
        before, state = at, "running"
        asked = resumed = ""
        ids, tellers, holders = set(), {holder}, {holder}
        for seq, row in enumerate(rows[1:], 2):
            _, _, when, _, event_id, teller, kind, rest, to = row
            if when <= before or event_id in ids or state not in _OPEN:
                return None
            before = when
            ids.add(event_id)
            if teller:
                tellers.add(teller)
            if kind in _ENDS:
                if state == "paused":
                    resumed = when
                state = kind
            elif kind == "transferred":
                holder = to
                holders.add(to)
            elif kind == "paused" and not asked and bound.may_pause:
                asked, state = when, kind
            elif kind == "resumed" and state == "paused":
                resumed, state = when, "running"
            else:
                return None
            events.append(
                f'{seq}\t{kind}\t{when}\t{_escaped(event_id)}\t{{"kind":"{kind}","at":"{when}"'
                f"{_escaped(rest) if rest else rest}}}\n"
            )
        if state == "paused" or not tellers <= holders:
            return None
        pause = (writing_moments.read(asked), writing_moments.read(resumed)) if asked else None
        ended = before if state in _ENDS else None
        dates = self._dates(bound, at, promised, pause, ended)
        if dates is None:
            return None
        cells = (
            f"dossier\t{code}\t{self._known.agencies[holder].id}\t{bound.numbers}\t"
            f"{copying.escaped(channel)}\t{at}\t\\\\x{resident.hex()}\t{dates}\t{state}\t"
            f"{ended or NULL}\t1\n"
        )
        return Plain(code, cells, events, state == "finished")

    def _dates(
        self,
        bound: _Bound,
        at: str,
        promised: str | None,
        pause: tuple[int, int] | None,
        ended: str | None,
    ) -> str | None:
        """The cells from `due_at` to `watch_at`; None where a rule for pauses has its say."""
        calendar = bound.calendar
        if promised is None and bound.within is None:
            return _UNPROMISED
        if calendar is None:
            return None
        longest = bound.longest
        if pause and longest is not None and calendar.open_time(*pause) // SECOND > longest:
            return None
        start = writing_moments.read(at)
        if promised is None:
            due = self._due(bound, start, pause)
        else:
            due = writing_moments.read(promised)
            if pause and pause[0] < due:
                due = calendar.reach(due, calendar.open_time(*pause))
        soon = _soon(start, due, calendar, pause)
        due_at, soon_at = writing_moments.written(due), writing_moments.written(soon)
        broken_at = due_at if ended and writing_moments.read(ended) > due else NULL
        watch_at = broken_at if ended else soon_at
        return f"{due_at}\t{NULL}\t{NULL}\t{soon_at}\t{watch_at}"

    def _due(self, bound: _Bound, start: int, pause: tuple[int, int] | None) -> int:
        calendar, within = bound.calendar, bound.within
        assert calendar is not None and within is not None  # noqa: S101, PT018 -- asked before
        if not bound.is_by_day:
            return self._counted(bound, start, pause)
        # A civil deadline depends on the day of receipt, and on how many days a pause begun
        # before it takes; many dossiers share these.
        day = calendar.local(start).toordinal()
        key = bound.calendar_id, within, day, 0
        due = self._dues.get(key)
        if due is None:
            due = self._keep(key, self._counted(bound, start, None))
        if pause is None or pause[0] >= due:
            return due
        days = calendar.local(pause[1]).toordinal() - calendar.local(pause[0]).toordinal()
        if not days:
            return due
        key = bound.calendar_id, within, day, days
        later = self._dues.get(key)
        return self._keep(key, self._counted(bound, start, pause)) if later is None else later

    def _keep(self, key: tuple[object, ...], due: int) -> int:
        if len(self._dues) >= _MOST_KEPT:
            self._dues.clear()
        self._dues[key] = due
        return due

    @staticmethod
    def _counted(bound: _Bound, start: int, pause: tuple[int, int] | None) -> int:
        calendar, within = bound.calendar, bound.within
        assert calendar is not None and within is not None  # noqa: S101, PT018 -- asked before
        breaks = [(writing_moments.at(pause[0]), writing_moments.at(pause[1]))] if pause else []
        return openings.micros(
            deadlines.due_at(writing_moments.at(start), within, calendar, pauses=breaks)
        )

    def _bound(self, row: Row) -> _Bound | None:
        _, _, at, _, agency, service, *_ = row
        holder = self._holders[agency]
        received_at = datetime.fromisoformat(at)
        day = received_at.astimezone(holder.zone).date()
        key = holder.kind, service, bisect_right(self._changes, day)
        if key not in self._bounds:
            if len(self._bounds) >= _MOST_KEPT:
                self._bounds.clear()
            self._bounds[key] = _bound(agency, service, received_at, self._known)
        return self._bounds[key]


@dataclass(frozen=True, slots=True)
class _Holder:
    """What is asked of an agency: its clock, who is bound alike, and its code as it is written."""

    zone: tzinfo
    kind: tuple[str, ...]
    written: str


def _holder(code: str, known: Charter) -> _Holder:
    agency, calendar = known.agencies[code], _calendar(code, known)
    is_own = any(owner == code for owner, _, _ in known.commitments)
    kind = (agency.calendar_code, agency.level, code if is_own else "")
    written = copying.escaped(orjson.dumps(code).decode())
    return _Holder(calendar.timezone if calendar else UTC, kind, written)


_OPEN = ("running", "paused")
_UNPROMISED = "\t".join([NULL] * 5)


def _changes(known: Charter) -> set[date]:
    """The local days from which another rule may hold than on the day before."""
    bound = {each.effective_on for versions in known.commitments.values() for each in versions}
    rules = packs.pack().pauses.get(PromiseKind.DOSSIER.value, ())
    return bound | {rule.effective_on for rule in rules}


def _calendar(agency: str, known: Charter) -> WorkingCalendar | None:
    number = known.latest_calendar.get(known.agencies[agency].calendar_code)
    return None if number is None else known.calendars[number]


def _bound(agency: str, service: str, at: datetime, known: Charter) -> _Bound | None:
    """None where the clock is not plain: a cut-off, or a counter's calendar of another zone."""
    start = Start(
        kind=PromiseKind.DOSSIER,
        code="",
        agency=known.agencies[agency],
        service=known.services[service],
        channel="",
        at=at,
    )
    binding = ledger.binding_of(start, known)
    event, calendar = ledger.started(start, binding), binding.calendar
    own = _calendar(agency, known)
    if event.cut_off is not None or (
        calendar and own and calendar.timezone.key != own.timezone.key
    ):
        return None
    rule = ledger.pause_rule(PromiseKind.DOSSIER, at, calendar)
    within, commitment = event.within, binding.commitment
    given = promises.Started(at, None, None, at, agency)
    return _Bound(
        calendar=calendar,
        calendar_id=binding.calendar_id,
        within=within,
        is_by_day=within is not None and within.rule is Rule.CIVIL and within.amount > 0,
        longest=_longest(rule, calendar),
        may_pause=rule is None or rule.most is None or rule.most > 0,
        numbers="\t".join(
            map(
                copying.cell,
                (known.services[service].id, commitment and commitment.id, binding.calendar_id),
            )
        ),
        begun=_begun(event),
        begun_promised=_begun(given).removesuffix(f"{given.at.isoformat()}{_HELD_BY}"),
    )


_HELD_BY = '","holder":'


def _begun(event: Started) -> str:
    head = f'{{"kind":"started","at":"{event.at.isoformat()}"'
    tail = f"{orjson.dumps(event.holder).decode()}}}"
    return orjson.dumps(promises.to_json(event)).decode().removeprefix(head).removesuffix(tail)


def _longest(rule: PauseRule | None, calendar: WorkingCalendar | None) -> int | None:
    if rule is None or rule.longest is None or calendar is None:
        return None
    return rule.longest.seconds(calendar.day_seconds)


def _soon(start: int, due: int, calendar: WorkingCalendar, pause: tuple[int, int] | None) -> int:
    """As `nearing.due_soon_at`, in moments and without a cut-off."""
    allowed = calendar.open_time(start, due)
    if pause is None:
        return min(calendar.reach(start, allowed * USED // OF), due)
    allowed -= calendar.open_time(pause[0], min(pause[1], due))
    return min(counting.reached(start, allowed * USED // OF, calendar, [pause]), due)


_escaped = lru_cache(maxsize=4096)(copying.escaped)
