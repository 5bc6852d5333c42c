"""What every agency promises for every service on a day: the public register of commitments.

Questions to the charter, answered with frozen values. A service's own time says how long a dossier
takes. The time for feedback in general (a commitment that names no service, asked for here with
`service=None`) is told apart and never taken for it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from sla import commitments, deadlines, packs, spelling
from sla.charter import Agency, Charter, Service
from sla.commitments import Commitment, Unit, Within
from sla.deadlines import Deadline
from sla.errors import CalendarEnds, NotComparable
from sla.packs import Bound


class Against(StrEnum):
    """A promised time against the longest the law allows."""

    SHORTER = "shorter"
    SAME = "same"
    LONGER = "longer"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an agency promises for a service; `commitment` None: no time is promised.

    `limit` is the longest the law allows and `source` where it says so, None and empty where it
    says nothing; `against` is None unless there are both.
    """

    agency: Agency
    service: Service | None
    commitment: Commitment | None
    limit: Within | None
    against: Against | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The agencies of one peer group: what most of them promise, and who promises otherwise."""

    name: str
    offers: tuple[Offer, ...]
    usual: Offer
    exceptions: tuple[Offer, ...]

    @property
    def promises(self) -> bool:
        """Whether any of them promises a time."""
        return any(offer.commitment for offer in self.offers)


@dataclass(frozen=True, slots=True)
class Spread:
    """The shortest and the longest time promised for a service, None where nobody promises one."""

    fastest: Commitment | None
    slowest: Commitment | None


@dataclass(frozen=True, slots=True)
class Promised:
    """What something received at a moment is promised. `deadline` None: nothing is, or the
    calendar ends before it.
    """

    commitment: Commitment | None
    deadline: Deadline | None


def limits_of(service: Service | None, *, since: date) -> list[Bound]:
    """The longest times the law allows from a day on: for a service by what its register says,
    for feedback in general (None) by the pack in force. None at all where the law says nothing.
    """
    if service is None:
        return packs.pack().bounds(since=since)
    if service.statutory_amount is None or service.statutory_unit is None:
        return []
    within = Within(service.statutory_amount, Unit(service.statutory_unit))
    return [Bound(since, within, service.source)]


def limit_of(service: Service | None, *, on: date) -> Bound | None:
    """The longest time the law allows on a day; None when it names none."""
    return next((limit for limit in limits_of(service, since=on) if limit.since == on), None)


def offer(known: Charter, agency: Agency, service: Service | None, *, on: date) -> Offer:
    """What one agency promises for one service, or for feedback in general, on a local day."""
    commitment = known.commitment_of(agency, service, on=on, general=service is None)
    limit = limit_of(service, on=on)
    if limit is None:
        return Offer(agency, service, commitment, None, None)
    against = None
    if commitment is not None:
        against = compared(
            commitment.within, limit.within, day_seconds=_day_seconds(known, agency, commitment)
        )
    return Offer(agency, service, commitment, limit.within, against, limit.legal_act)


def compared(within: Within, limit: Within, *, day_seconds: int) -> Against:
    """A promised time against the law's; working time and calendar time are not comparable."""
    try:
        if commitments.exceeds(within, limit, day_seconds=day_seconds):
            return Against.LONGER
        shorter = commitments.exceeds(limit, within, day_seconds=day_seconds)
    except NotComparable:
        return Against.NOT_COMPARABLE
    return Against.SHORTER if shorter else Against.SAME


WORKING_DAY = 8 * 3600  # seconds, where no calendar says otherwise


def _day_seconds(known: Charter, agency: Agency, commitment: Commitment) -> int:
    calendar_id = known.calendar_of(agency, commitment)
    return WORKING_DAY if calendar_id is None else known.calendars[calendar_id].day_seconds


def of_agency(known: Charter, agency: Agency, *, on: date) -> tuple[Offer, ...]:
    """The services for which an agency promises a time of their own, in alphabetical order."""
    found = (offer(known, agency, service, on=on) for service in known.offered(agency, on=on))
    return tuple(one for one in found if one.commitment)


def of_service(known: Charter, service: Service | None, *, on: date) -> tuple[Offer, ...]:
    """What each agency that exists on that day promises, or does not, in alphabetical order."""
    own = {key[0] for key in known.commitments if key[2] == (service.code if service else None)}
    alike: dict[
        tuple[str, str], Offer
    ] = {}  # who says nothing of its own, says what its level does
    found = []
    for agency in known.open_agencies(on=on):
        key = agency.level, agency.calendar_code
        if agency.code in own or key not in alike:
            one = offer(known, agency, service, on=on)
            if agency.code not in own:
                alike[key] = one
        else:
            like = alike[key]
            one = replace(like, agency=agency)
        found.append(one)
    return tuple(found)


def promises(
    known: Charter,
    *,
    on: date,
    agency: Agency | None = None,
    service: Service | None = None,
    after: tuple[str, str] = ("", ""),
) -> Iterator[tuple[tuple[str, str], Offer]]:
    """Every promise in force on a day with its place, from the one behind `after` on.

    In order of the codes of agency and service; feedback in general comes first, as no code.
    Narrowed to an agency or a service where one is given.
    """
    every = sorted(known.open_agencies(on=on), key=lambda one: one.code)
    for office in every:
        if office.code < after[0] or agency not in {None, office}:
            continue
        if service is not None:
            offers = [offer(known, office, service, on=on)]
        else:
            offers = [offer(known, office, None, on=on), *of_agency(known, office, on=on)]
        placed = [((office.code, one.service.code if one.service else ""), one) for one in offers]
        for place, one in sorted(placed, key=lambda pair: pair[0]):
            if one.commitment and place > after:
                yield place, one


def grouped(offers: Iterable[Offer]) -> tuple[Group, ...]:
    """The offers for one service by peer group: those who promise first, the larger first."""
    members: dict[str, list[Offer]] = defaultdict(list)
    for one in offers:
        members[one.agency.peer_group].append(one)
    groups = [_group(name, tuple(some)) for name, some in members.items()]
    return tuple(sorted(groups, key=lambda g: (not g.promises, -len(g.offers), g.name)))


def _group(name: str, offers: tuple[Offer, ...]) -> Group:
    counts = Counter(map(_terms, offers))
    usual = min(offers, key=lambda one: (-counts[_terms(one)], _quickness(one)))
    exceptions = tuple(one for one in offers if _terms(one) != _terms(usual))
    return Group(name, offers, usual, exceptions)


def _terms(one: Offer) -> tuple[Within, time | None] | None:
    return (one.commitment.within, one.commitment.cut_off) if one.commitment else None


SORTS = ("name", "fastest", "slowest")


def in_order(offers: Iterable[Offer], by: str) -> list[Offer]:
    """By agency's name, or by time with those who promise none last. Equal times: by name."""
    named = sorted(offers, key=lambda one: (one.agency.sort_key, one.agency.code))
    if by == "slowest":
        return sorted(named, key=lambda one: (one.commitment is None, -_quickness(one)[1]))
    return sorted(named, key=_quickness) if by == "fastest" else named


# To put different units in order, and for nothing else: five working days fill a week.
_DAYS = {
    Unit.WORKING_MINUTE: 7 / 5 / 8 / 60,
    Unit.WORKING_HOUR: 7 / 5 / 8,
    Unit.WORKING_DAY: 7 / 5,
    Unit.CALENDAR_DAY: 1.0,
    Unit.MONTH: 30.0,
    Unit.IMMEDIATE: 0.0,
}


def _quickness(one: Offer) -> tuple[bool, float]:
    if one.commitment is None:
        return True, 0.0
    return False, float(one.commitment.within.amount) * _DAYS[one.commitment.within.unit]


def spread(offers: Sequence[Offer]) -> Spread:
    """The shortest and the longest time among the offers for a service."""
    promised = sorted((one for one in offers if one.commitment), key=_quickness)
    if not promised:
        return Spread(None, None)
    return Spread(promised[0].commitment, promised[-1].commitment)


def services(known: Charter, words: str) -> list[Service]:
    """The services of that code, or with names in which every word is begun; marks do not matter.

    In alphabetical order. `NotText` for NUL.
    """
    keys = _parts(spelling.search_key(words))
    found = (s for s in known.services.values() if _is_meant(s, keys, words))
    return sorted(found, key=lambda s: (s.sort_key, s.code))


def agencies(known: Charter, words: str, *, on: date) -> list[Agency]:
    """The agencies of that day, found as services are."""
    keys = _parts(spelling.search_key(words))
    return [a for a in known.open_agencies(on=on) if _is_meant(a, keys, words)]


def _is_meant(one: Agency | Service, keys: list[str], words: str) -> bool:
    # Vietnamese words are syllables: "thu duc" begins Thủ and Đức, and is no part of "thuộc".
    name = f" {' '.join(_parts(one.search_key))}"
    return one.code.lower() == words.strip().lower() or all(f" {key}" in name for key in keys)


def _parts(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def promised(
    known: Charter, agency: Agency, service: Service | None, *, at: datetime, general: bool
) -> Promised:
    """What is promised for something received at a moment, with the steps of its due time.

    With `general` the time for feedback stands in where the service has none of its own.
    """
    binding = known.binding(agency, service, at=at, general=general)
    if binding.commitment is None or binding.calendar is None:
        return Promised(binding.commitment, None)
    commitment = binding.commitment
    try:
        deadline = deadlines.due(
            at, commitment.within, binding.calendar, cut_off=commitment.cut_off
        )
    except CalendarEnds:
        return Promised(commitment, None)
    return Promised(commitment, deadline)
