"""All that one file tells of one dossier, against what is stored of it: what is new, what is wrong.

Rows may come in any order, also an event before its dossier: they are put in the order in which
things happened before anything is decided. What makes no sense at its place is refused with its
reason, as `promises.check_may_append` would; the rest of the dossier goes on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sla import ledger, promises
from sla.charter import Binding, Charter
from sla.errors import (
    AlreadyEnded,
    AlreadyExtended,
    AlreadyPaused,
    BeforeReceipt,
    DateNotLater,
    NotEnded,
    NotPaused,
    Refusal,
    TooManyPauses,
)
from sla.ledger import Start
from sla.models import PromiseKind
from sla.promise_events import KINDS, PromiseEvent, Started
from sla.promises import Standing

REASONS: dict[type[Refusal], str] = {
    BeforeReceipt: "before_receipt",
    AlreadyPaused: "already_paused",
    NotPaused: "not_paused",
    TooManyPauses: "too_many_pauses",
    AlreadyEnded: "already_ended",
    NotEnded: "not_ended",
    AlreadyExtended: "already_extended",
    DateNotLater: "date_not_later",
}


# Also the order of what happened at one moment.
_PLACES = {kind: place for place, kind in enumerate(KINDS.values())}


class Receipt(NamedTuple):
    """A row that says a dossier was received; `agency` and `service` are codes that exist."""

    line: int
    agency: str
    service: str
    at: datetime
    promised_at: datetime | None
    resident: bytes
    channel: str
    applicant: str = ""


class Report(NamedTuple):
    """A row that says what befell a dossier; `agency` is who says so, where it is told.

    `detail` is the event as `promise_events.to_json` writes it, as text.
    """

    line: int
    event_id: str
    agency: str
    event: PromiseEvent
    detail: str


@dataclass(slots=True)
class Telling:
    """The rows about one dossier."""

    code: str
    receipts: list[Receipt] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stored:
    """A dossier as it is stored: its events, and by their outside numbers those that have one."""

    promise_id: int
    service_id: int | None
    calendar_id: int | None
    events: tuple[PromiseEvent, ...]
    told: dict[str, PromiseEvent]


class Refused(NamedTuple):
    """A row that is not taken; `event_id` is empty for a receipt."""

    line: int
    column: str
    reason: str
    event_id: str


@dataclass(slots=True)
class Settled:
    """What a telling comes to. `standing` is None where there is no dossier, or nothing is new."""

    code: str
    stored: Stored | None
    start: Start | None = None
    binding: Binding | None = None
    events: list[Report] = field(default_factory=list)
    standing: Standing | None = None
    taken: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


def settle(telling: Telling, stored: Stored | None, known: Charter) -> Settled:
    """Decide about one dossier. The order of the rows does not matter, nor how often they come."""
    settled = Settled(telling.code, stored)
    begun = _begin(settled, telling.receipts, known)
    if begun is None:
        reports = telling.reports
        settled.refused += [Refused(r.line, "code", "no_such_dossier", r.event_id) for r in reports]
        return settled
    fresh = _fresh(settled, telling.reports)
    if fresh or stored is None:
        _go_on(settled, begun, fresh, known)
    return settled


def _begin(settled: Settled, receipts: Sequence[Receipt], known: Charter) -> Started | None:
    """The beginning of the dossier: the one stored, or the earliest told; refuses other ones."""
    first = min(receipts, key=_receipt_facts, default=None)
    if settled.stored is None and first is None:
        return None
    for receipt in receipts:
        if receipt[1:] != (first[1:] if first else ()):
            settled.refused.append(Refused(receipt.line, "code", "repeats_different", ""))
        elif settled.stored is not None and not _is_stored(receipt, settled.stored, known):
            settled.refused.append(Refused(receipt.line, "code", "differs_from_stored", ""))
        elif settled.stored is not None or settled.taken:
            settled.unchanged += 1
        else:
            settled.taken = 1
    if settled.stored is not None:
        begun = settled.stored.events[0]
        return begun if isinstance(begun, Started) else None
    assert first is not None  # noqa: S101 -- told above
    settled.start = Start(
        kind=PromiseKind.DOSSIER,
        code=settled.code,
        agency=known.agencies[first.agency],
        service=known.services[first.service],
        channel=first.channel,
        at=first.at,
        resident=first.resident,
        promised_at=first.promised_at,
        applicant=first.applicant,
    )
    settled.binding = ledger.binding_of(settled.start, known)
    return ledger.started(settled.start, settled.binding)


def _receipt_facts(receipt: Receipt) -> tuple[object, ...]:
    at, promised = receipt.at, receipt.promised_at
    rest = receipt.agency, receipt.service, receipt.resident, receipt.channel, receipt.applicant
    return at, promised is None, promised or at, *rest, receipt.line


def _is_stored(receipt: Receipt, stored: Stored, known: Charter) -> bool:
    """What only one of the two says is no difference."""
    begun = stored.events[0]
    assert isinstance(begun, Started)  # noqa: S101 -- the first event of a promise
    told = receipt.at, receipt.agency, known.services[receipt.service].id
    promised = receipt.promised_at or begun.promised_at
    return told == (begun.at, begun.holder, stored.service_id) and promised == begun.promised_at


def _fresh(settled: Settled, reports: Iterable[Report]) -> list[Report]:
    """The events not told before, in the order in which they happened."""
    told = settled.stored.told if settled.stored else {}
    first: dict[str, PromiseEvent] = {}
    fresh = []
    for report in sorted(reports, key=_place):
        event_id, event = report.event_id, report.event
        if event_id in first:
            _repeated(settled, report, is_same=first[event_id] == event, as_="repeats_different")
            continue
        first[event_id] = event
        if event_id in told:
            is_same = _facts(told[event_id]) == _facts(event)
            _repeated(settled, report, is_same=is_same, as_="differs_from_stored")
        else:
            fresh.append(report)
    return fresh


def _place(report: Report) -> tuple[object, ...]:
    return report.event.at, _PLACES[type(report.event)], report.detail, report.event_id, report.line


def _facts(event: PromiseEvent) -> tuple[object, ...]:
    return type(event), event.at


def _repeated(settled: Settled, report: Report, *, is_same: bool, as_: str) -> None:
    if is_same:
        settled.unchanged += 1
    else:
        settled.refused.append(Refused(report.line, "event_id", as_, report.event_id))


def _go_on(settled: Settled, begun: Started, fresh: list[Report], known: Charter) -> None:
    """Append what makes sense, and say where the dossier stands then."""
    stored = settled.stored
    if stored is not None:
        calendar = known.calendars[stored.calendar_id] if stored.calendar_id else None
    else:
        calendar = settled.binding.calendar if settled.binding else None
    rule = ledger.pause_rule(PromiseKind.DOSSIER, begun.at, calendar)
    events: list[PromiseEvent] = list(stored.events) if stored else [begun]
    own = _own(settled, fresh, {begun.holder, *_heirs([*events, *(r.event for r in fresh)])})
    standing = promises.fold([*events, *(r.event for r in own)], calendar, rule=rule)
    before = _aside(promises.fold(events, calendar, rule=rule)) if stored else set()
    if _aside(standing) == before:
        kept = own
    else:
        kept = []
        for report in own:
            try:
                promises.check_may_append(events, report.event, rule=rule)
            except Refusal as why:
                reason = REASONS.get(type(why), "no_sense_there")
                settled.refused.append(Refused(report.line, "event", reason, report.event_id))
                continue
            events.append(report.event)
            kept.append(report)
        standing = promises.fold(events, calendar, rule=rule)
    settled.taken += len(kept)
    settled.events = kept
    if stored is None or kept:
        settled.standing = standing


def _aside(standing: Standing) -> set[int]:
    return set(map(id, standing.set_aside))


def _heirs(events: Iterable[PromiseEvent]) -> list[str]:
    return [event.to for event in events if isinstance(event, promises.Transferred)]


def _own(settled: Settled, fresh: Iterable[Report], holders: set[str]) -> list[Report]:
    """Only who holds the dossier at some time reports on it."""
    own = []
    for report in fresh:
        if not report.agency or report.agency in holders:
            own.append(report)
        else:
            refused = Refused(report.line, "agency", "foreign_agency", report.event_id)
            settled.refused.append(refused)
    return own
