"""A year of dossiers of one agency, drawn from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from feedback.results import Rated
from sla import deadlines
from sla.charter import Binding, Service
from sla.commitments import Rule
from sla.ledger import Start
from sla.lives import Life
from sla.models import PromiseKind
from sla.promises import (
    Extended,
    Finished,
    Paused,
    PromiseEvent,
    Refused,
    Reopened,
    Resumed,
    Withdrawn,
)
from web.demo import opinions, times
from web.demo.city import Workplace

BY = "system:demo"
CUT_OFF = time(15)
"""The only one that demo commitments know."""

CHANNELS = ("counter", "online", "post")

# How often each is asked for: certification and civil status above all. The last three, of which
# nobody promised a time, are there to be seen.
COMMUNE = {
    "2.000815": 30,
    "2.000635": 12,
    "1.004873": 8,
    "2.000884": 8,
    "1.001193": 7,
    "1.004222": 6,
    "1.004194": 5,
    "1.000894": 3,
    "1.000656": 3,
    "2.001035": 3,
    "1.004859": 3,
    "1.004884": 2,
    "1.010039": 2,
    "1.014063": 2,
    "1.011607": 1,
    "1.013949": 1,
    "1.012796": 1,
    "1.010041": 1,
    "1.012753": 1,
    "1.012812": 1,
}
HARD = frozenset({"Đất đai", "Giảm nghèo"})
"""Fields in which few are satisfied, see `opinions.HARD`."""
CITY = {"DEMO-01": 4, "DEMO-02": 3, "DEMO-03": 2, "DEMO-04": 1}


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier's life, and what its resident answered after each result."""

    life: Life
    rated: tuple[Rated | None, ...]


class _Course(NamedTuple):
    """What happens to a dossier, drawn before it is known when; shares in [0, 1), hours."""

    end: float
    pause: float
    stuck: float
    prompt: float
    part: float
    late_hours: float


class _Day(NamedTuple):
    """What a receipt on this day means, cut-off and service known."""

    binding: Binding
    due: datetime | None
    written: str


def year(place: Workplace) -> Iterator[Dossier]:
    """The agency's dossiers in the order of their receipt."""
    rng, profile = place.rng, place.profile
    offered = CITY if profile.agency.kind == "department" else COMMUNE
    services = [place.known.services[code] for code in offered]
    asked = np.array([offered[s.code] * (profile.hard if s.field in HARD else 1) for s in services])
    weights = asked / asked.sum()
    received = place.span.arrivals(rng, profile.volume, since=times.opening(profile.agency))
    count = len(received)
    which = rng.choice(len(services), count, p=weights).tolist()
    channels = rng.choice(len(CHANNELS), count, p=(0.55, 0.4, 0.05)).tolist()
    who = rng.integers(0, max(1, 3 * count), count).tolist()
    courses = map(_Course, *_drawn(rng, count))
    days: dict[object, _Day] = {}
    for number, course in enumerate(courses):
        at, service = received[number], services[which[number]]
        day = _day(at, service, place, days)
        start = Start(
            kind=PromiseKind.DOSSIER,
            # As dossier codes are written: place, day, running number.
            code=f"H29.{profile.agency.code}-{day.written}-{number:04d}",
            agency=profile.agency,
            service=service,
            channel=CHANNELS[channels[number]],
            at=at,
            resident=_resident(place, who[number]),
        )
        yield _dossier(start, day, course, place)


def _drawn(rng: Generator, count: int) -> list[list[float]]:
    """The six numbers of so many courses, at once."""
    shares = rng.random((4, count)).tolist()
    return [*shares, rng.beta(5, 2, count).tolist(), rng.gamma(1.5, 14, count).tolist()]


def _day(at: datetime, service: Service, place: Workplace, known: dict[object, _Day]) -> _Day:
    """Worked out once for all that come in on that day, before or after a cut-off at three."""
    local = at.astimezone(place.span.calendar.timezone)
    key = service.code, local.date(), local.time() > CUT_OFF
    day = known.get(key)
    if day is None:
        binding = place.known.binding(place.profile.agency, service, at=at, general=False)
        day = known[key] = _Day(binding, _due(at, binding, ()), f"{local:%y%m%d}")
    elif day.binding.commitment and day.binding.commitment.within.rule is Rule.ELAPSED:
        return day._replace(due=_due(at, day.binding, ()))
    return day


def _resident(place: Workplace, number: int) -> bytes:
    """A pseudonym like a keyed hash; the same few come again and again."""
    return blake2b(
        f"{place.seed}/{place.profile.agency.code}/{number}".encode(), digest_size=32
    ).digest()


def _dossier(start: Start, day: _Day, course: _Course, place: Workplace) -> Dossier:
    rng, span = place.rng, place.span
    later, due = _until_its_end(start, day, course, place)
    later = [event for event in later if event.at <= span.now]
    ended = later[-1] if later and isinstance(later[-1], Finished) else None
    if ended is None:
        return Dossier(Life(start, tuple(later), BY), ())
    is_late = due is not None and ended.at > due
    if rng.random() < 0.006:
        again, rated = _again(ended.at, place)
        return Dossier(Life(start, (*later, *again), BY), rated)
    field = start.service.field if start.service else ""
    rated = (opinions.opinion(place, ended.at, is_late=is_late, field=field),)
    return Dossier(Life(start, tuple(later), BY), rated)


def _until_its_end(
    start: Start, day: _Day, course: _Course, place: Workplace
) -> tuple[list[PromiseEvent], datetime | None]:
    """All its events up to its end, also those yet to come, and when it is due."""
    calendar, profile, due = place.span.calendar, place.profile, day.due
    goal = due or times.later(calendar, start.at, 40)
    events: list[PromiseEvent] = []
    since = start.at
    if course.pause < 0.06:
        asked = times.between(calendar, start.at, goal, 0.2 + course.part / 2)
        since = times.later(calendar, asked, 4 + 400 * course.pause)
        events += [Paused(asked, reason="supplement", seq=2), Resumed(since, seq=3)]
        due = _due(start.at, day.binding, ((asked, since),))
        goal = max(due or times.later(calendar, since, 16), since)
    if course.stuck < profile.stuck:
        return events, due
    if course.prompt < profile.on_time:
        at = times.between(calendar, since, goal, course.part)
    else:
        at = times.later(calendar, goal, course.late_hours)
        if due is not None and course.pause > 0.6:
            said = max(times.between(calendar, since, due, 0.9), since)
            promised_anew = times.later(calendar, due, 2 * course.late_hours)
            number = len(events) + 2
            events.append(Extended(said, until=promised_anew, reason="apology", seq=number))
    events.append(_end(course, at, len(events) + 2))
    return events, due


def _end(course: _Course, at: datetime, seq: int) -> PromiseEvent:
    if course.end < 0.02:
        return Refused(at, reason="incomplete", seq=seq)
    if course.end < 0.035:
        return Withdrawn(at, seq=seq)
    return Finished(at, seq=seq)


def _due(
    at: datetime, binding: Binding, pauses: tuple[tuple[datetime, datetime], ...]
) -> datetime | None:
    if binding.commitment is None or binding.calendar is None:
        return None
    due = deadlines.due_at(
        at,
        binding.commitment.within,
        binding.calendar,
        cut_off=binding.commitment.cut_off,
        pauses=pauses,
    )
    return due.astimezone(UTC)


def _again(
    ended_at: datetime, place: Workplace
) -> tuple[list[PromiseEvent], tuple[Rated | None, ...]]:
    """The result was wrong: reopened within days, finished once more."""
    rng, span = place.rng, place.span
    reopened = ended_at + timedelta(hours=int(rng.integers(20, 200)))
    done = times.later(span.calendar, reopened, rng.gamma(2, 6))
    if done > span.now:
        return [], (None,)
    rated = opinions.opinion(place, done, is_late=True)
    return [Reopened(reopened, reason="wrong_result"), Finished(done)], (None, rated)
