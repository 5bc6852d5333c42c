"""What plain lives of dossiers have in common: who binds them, by which calendar, in what words.

Between two changes of the rules all receipts of one kind of agency for one service are alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import orjson

from sla import copying, ledger, openings, packs, promises, writing_moments
from sla.calendars import WorkingCalendar
from sla.charter import Charter
from sla.commitments import Rule, Within
from sla.dossier_records import Words
from sla.ledger import Start
from sla.models import PromiseKind
from sla.open_hours import Moments
from sla.openings import SECOND
from sla.pauses import PauseRule
from sla.promise_events import Started

HELD_BY = '","holder":'
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Bound:
    """What receipts of one agency and service have in common between two changes of the rules."""

    calendar: WorkingCalendar | None
    calendar_id: int | None
    within: Within | None
    is_by_day: bool
    amount: int  # open time, of a promise that is not by day
    longest: int | None  # of a pause, in seconds
    may_pause: bool
    numbers: str  # service, commitment and calendar as cells
    begun: str  # what the first event has between its time and its holder, by the commitment
    begun_promised: str  # as `begun`, up to a time given by others


@dataclass(frozen=True, slots=True)
class Holder:
    """What is asked of an agency: its clock, who is bound alike, its number, its written code."""

    zone: ZoneInfo
    kind: tuple[str, ...]
    id: int
    written: str


class Bounds:
    """The bounds met so far, by their numbers."""

    def __init__(self, known: Charter, words: Words) -> None:
        self._known = known
        self._words = words
        self.all: list[Bound | None] = []
        self.holders = [_holder(code, known) for code in words.agencies.words]
        kinds = {holder.kind: number for number, holder in enumerate(self.holders)}
        self._kinds = np.array([kinds[holder.kind] for holder in self.holders], dtype=np.int64)
        zones = {holder.zone: number for number, holder in enumerate(self.holders)}
        self._zones = np.array([zones[holder.zone] for holder in self.holders], dtype=np.int64)
        self._changes = {number: _changes(zone, known) for zone, number in zones.items()}
        self._numbers: dict[int, int] = {}

    def of(self, agencies: Moments, services: Moments, at: Moments) -> npt.NDArray[np.int64]:
        """For each receipt the number of what binds it, an index of `all`."""
        rules = np.zeros(len(at), dtype=np.int64)
        zones = self._zones[agencies]
        for zone, moments in self._changes.items():
            here = zones == zone
            rules[here] = np.searchsorted(moments, at[here], side="right")
        keys = (self._kinds[agencies] * len(self._words.services.words) + services) << 16 | rules
        each, firsts, places = np.unique(keys, return_index=True, return_inverse=True)
        numbers = [
            self._number(key, int(agencies[first]), int(services[first]), int(at[first]))
            for key, first in zip(each.tolist(), firsts.tolist(), strict=True)
        ]
        return np.array(numbers, dtype=np.int64)[places]

    def _number(self, key: int, agency: int, service: int, at: int) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.all)
            words = self._words
            codes = words.agencies.words[agency], words.services.words[service]
            self.all.append(_bound(*codes, writing_moments.at(at), self._known))
        return self._numbers[key]


def _holder(code: str, known: Charter) -> Holder:
    agency, calendar = known.agencies[code], _calendar(code, known)
    is_own = any(owner == code for owner, _, _ in known.commitments)
    kind = (agency.calendar_code, agency.level, code if is_own else "")
    written = copying.escaped(orjson.dumps(code).decode())
    return Holder(calendar.timezone if calendar else _UTC, kind, agency.id, written)


def _changes(zone: ZoneInfo, known: Charter) -> Moments:
    """The moments from which another rule may hold than before: beginnings of local days."""
    days = sorted({day for day in _days(known) if day.year >= openings.FIRST_YEAR})
    return np.array([openings.midnight(day, zone) for day in days], dtype=np.int64)


def _days(known: Charter) -> Iterator[date]:
    for versions in known.commitments.values():
        yield from (each.effective_on for each in versions)
    yield from (rule.effective_on for rule in packs.pack().pauses.get(PromiseKind.DOSSIER, ()))


def _calendar(agency: str, known: Charter) -> WorkingCalendar | None:
    number = known.latest_calendar.get(known.agencies[agency].calendar_code)
    return None if number is None else known.calendars[number]


def _bound(agency: str, service: str, at: datetime, known: Charter) -> Bound | None:
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
    is_by_day = within is not None and within.rule is Rule.CIVIL and within.amount > 0
    if within is not None and within.rule is Rule.CIVIL and not is_by_day:
        return None  # due the same day: how early or late in the day counts
    counts = within is not None and calendar is not None and not is_by_day
    return Bound(
        calendar=calendar,
        calendar_id=binding.calendar_id,
        within=within,
        is_by_day=is_by_day,
        amount=within.seconds(calendar.day_seconds) * SECOND
        if counts and within and calendar
        else 0,
        longest=_longest(rule, calendar),
        may_pause=rule is None or rule.most is None or rule.most > 0,
        numbers="\t".join(
            map(
                copying.cell,
                (known.services[service].id, commitment and commitment.id, binding.calendar_id),
            )
        ),
        begun=_begun(event),
        begun_promised=_begun(given).removesuffix(f"{given.at.isoformat()}{HELD_BY}"),
    )


def _begun(event: Started) -> str:
    head = f'{{"kind":"started","at":"{event.at.isoformat()}"'
    tail = f"{orjson.dumps(event.holder).decode()}}}"
    return orjson.dumps(promises.to_json(event)).decode().removeprefix(head).removesuffix(tail)


def _longest(rule: PauseRule | None, calendar: WorkingCalendar | None) -> int | None:
    if rule is None or rule.longest is None or calendar is None:
        return None
    return rule.longest.seconds(calendar.day_seconds)
