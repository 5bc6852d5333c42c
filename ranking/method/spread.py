"""Does one device answer for many? How a day's answers spread over where they came from. Pure.

Figures from `anomalies.concentration`; thresholds of the published method, section 13. A source is
known for one local day only, so it is counted anew each day, and one that is used every day counts
as many. Answers given at the counter are left out: there one device serves everybody, and they are
told apart by themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ranking.method import anomalies, limits
from ranking.method.anomalies import Concentration
from ranking.method.limits import Limits


class SourceKind(StrEnum):
    """What answers can come from."""

    DEVICE = "device"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer of a day, by whom, and from which device."""

    rating: int
    resident: bytes
    source: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Answers that came from devices which answered for too many, and the day's figures."""

    ratings: tuple[int, ...]
    devices: int
    residents: int
    concentration: Concentration


def counts(answers: Iterable[Given]) -> dict[int, int]:
    """How many residents answered from each source."""
    who: dict[int, set[bytes]] = defaultdict(set)
    for one in answers:
        who[one.source].add(one.resident)
    return {source: len(residents) for source, residents in who.items()}


def histogram(found: Mapping[int, int]) -> dict[int, int]:
    """Of how many sources so many residents each answered: all that is kept of `counts`."""
    return dict(sorted(Counter(found.values()).items()))


def concentration(histogram: Mapping[int, int]) -> Concentration | None:
    """The figures of a histogram, of one day or of many together; None where nobody answered."""
    return anomalies.concentration(
        residents for residents, sources in sorted(histogram.items()) for _ in range(sources)
    )


def busiest(answers: Iterable[Given], held_to: Limits = limits.OWN) -> tuple[int, ...]:
    """The answers from the day's busiest device, if it answered for as many residents as a crowd.

    Nobody knows whether a device is the one of the day before. So the busiest of each day stands
    for all of them: no device answered for more residents on its crowded days together than the
    busiest of all days did. Of two as busy it is the one that answered first.
    """
    given = list(answers)
    found = counts(given)
    first: dict[int, int] = {}
    for one in given:
        first[one.source] = min(first.get(one.source, one.rating), one.rating)
    crowded = [source for source, people in found.items() if people >= held_to.crowd_on_one]
    if not crowded:
        return ()
    top = min(crowded, key=lambda source: (-found[source], first[source]))
    return tuple(sorted(one.rating for one in given if one.source == top))


def crowd(answers: Iterable[Given], held_to: Limits = limits.OWN) -> Crowd | None:
    """The answers of a day to be held for review, if one device answered for too many.

    By the method from ten residents on, if the busiest device holds over a tenth or the effective
    number of devices is under a fifth: the answers of every device that answered for five residents
    or more and for over a tenth of the day, or, where they are effectively too few, of every one
    for five.
    """
    given = list(answers)
    found = counts(given)
    figures = anomalies.concentration(found.values())
    fraction, top = held_to.effective_share, limits.exactly(held_to.top_source)
    if figures is None or figures.total < held_to.crowd_residents:
        return None
    if not figures.is_suspicious(top=held_to.top_source, fraction=fraction):
        return None
    are_few = figures.is_suspicious(top=1, fraction=fraction)  # no device holds more than all
    busy = {
        source
        for source, residents in found.items()
        if residents >= held_to.crowd_on_one and (are_few or residents > top * figures.total)
    }
    if not busy:
        return None
    ratings = tuple(sorted(one.rating for one in given if one.source in busy))
    return Crowd(ratings, len(busy), sum(found[source] for source in busy), figures)
