"""Days on which far more residents than usual gave the highest or the lowest answer. Pure.

Day by day against the days before, ninety by the method: the upper tail of a negative binomial with
their dispersion, step-up over all agency-days (Benjamini & Hochberg 1995), and Page's cumulative
sum for a doubled rate (Lucas 1985). Both must speak. A burst may be genuine: it is held for people
to look at, never deleted. Source: the published method, section 13.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ranking.method import anomalies, bands, limits
from ranking.method.limits import Looks

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


def bursts(series: Iterable[Series], by: Looks = limits.OWN_LOOKS) -> list[Burst]:
    """Every burst after the first `burst_days` of each series, by agency, level and day."""
    days = [found for of in series for found in _days(of, by)]
    threshold = bands.benjamini_hochberg([day.tail for day in days], by.burst_risk)
    if threshold is None:
        return []
    found = [
        day
        for day in days
        if day.tail <= threshold and day.count >= by.burst_answers and day.cusum > by.burst_sum
    ]
    return sorted(found, key=lambda day: (day.agency_id, day.level, day.day))


def _days(of: Series, by: Looks) -> list[Burst]:
    return [_day(of, day, by) for day in range(by.burst_days, len(of.counts))]


def _day(of: Series, day: int, by: Looks) -> Burst:
    before, count = of.counts[day - by.burst_days : day], of.counts[day]
    usual = max(LEAST_MEAN, sum(before) / by.burst_days)
    if count < by.burst_answers:  # no burst, and one test more that all must share the risk with
        return Burst(of.agency_id, of.level, day, count, usual, 1.0, 0.0)
    tail = anomalies.burst_tail(count, mean=usual, dispersion=anomalies.dispersion(before))
    return Burst(of.agency_id, of.level, day, count, usual, tail, _sum(before, count, usual))


def _sum(before: Sequence[int], count: int, usual: float) -> float:
    reference = anomalies.poisson_reference(usual, 2 * usual)
    return anomalies.cusum([*before, count], reference=reference)[-1]
