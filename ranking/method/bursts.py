"""Days on which far more residents than usual gave the highest or the lowest answer. Pure.

Day by day against the ninety days before: the upper tail of a negative binomial with their
dispersion, step-up over all agency-days (Benjamini & Hochberg 1995), and Page's cumulative sum for
a doubled rate (Lucas 1985). Both must speak. A burst may be genuine: it is held for people to look
at, never deleted. Source: the published method, section 13.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ranking.method import anomalies, bands

BASE = 90
"""Days before, from which the usual number is known."""
FEWEST = 10
"""Answers of a day under which there is no burst, however few are usual."""
THRESHOLD = 10.0
"""Of the cumulative sum."""
LEAST_MEAN = 0.1
"""Taken where hardly anybody answered before."""


@dataclass(frozen=True, slots=True)
class Series:
    """The answers of one level to one agency, a number for each day, the oldest first."""

    agency_id: int
    level: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Burst:
    """One day of one series: how many, how many were usual, the tail, and the cumulative sum."""

    agency_id: int
    level: int
    day: int
    count: int
    usual: float
    tail: float
    cusum: float


def bursts(series: Iterable[Series], *, q: float = 0.01) -> list[Burst]:
    """Every burst after the first `BASE` days of each series, in order of agency, level and day."""
    days = [found for of in series for found in _days(of)]
    threshold = bands.benjamini_hochberg([day.tail for day in days], q)
    if threshold is None:
        return []
    found = [
        day
        for day in days
        if day.tail <= threshold and day.count >= FEWEST and day.cusum > THRESHOLD
    ]
    return sorted(found, key=lambda day: (day.agency_id, day.level, day.day))


def _days(of: Series) -> list[Burst]:
    return [_day(of, day) for day in range(BASE, len(of.counts))]


def _day(of: Series, day: int) -> Burst:
    before, count = of.counts[day - BASE : day], of.counts[day]
    usual = max(LEAST_MEAN, sum(before) / BASE)
    if count < FEWEST:  # no burst anyway, and one test more that all must share the risk with
        return Burst(of.agency_id, of.level, day, count, usual, 1.0, 0.0)
    tail = anomalies.burst_tail(count, mean=usual, dispersion=anomalies.dispersion(before))
    return Burst(of.agency_id, of.level, day, count, usual, tail, _sum(before, count, usual))


def _sum(before: Sequence[int], count: int, usual: float) -> float:
    reference = anomalies.poisson_reference(usual, 2 * usual)
    return anomalies.cusum([*before, count], reference=reference)[-1]
