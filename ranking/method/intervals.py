"""Intervals for shares and for their differences, on real-valued (effective) counts.

Wilson (1927) for one share, Newcombe (1998, Statistics in Medicine 17:873-890, method 10) for a
difference. Both keep their width at 0 % and 100 %, where the usual standard error is zero and
calls 30 of 30 certain.
"""

import functools
import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from ranking import errors
from ranking.method import elementary

MOST = 1e9
"""The largest count accepted: more voices than any agency on earth has residents."""


class Interval(NamedTuple):
    """Both ends belong to it. Shares lie in [0, 1], differences of shares in [-1, 1]."""

    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


@functools.lru_cache(maxsize=64)
def normal_quantile(confidence: float) -> float:
    """The z of a two-sided interval: 1.959964 for a confidence of 0.95."""
    tail = (1 - confidence) / 2
    # The library's differs in the last digit between machines: from six digits by Newton's steps.
    z = np.array([round(-NormalDist().inv_cdf(tail), 6)])
    for _ in range(2):
        z += (elementary.normal_tail(z) - tail) / elementary.normal_density(z)
    return float(z[0])


def check_counts(x: float, n: float) -> None:
    """Raises `InvalidCounts` unless 0 <= x <= n <= `MOST`; NaN fails every comparison."""
    if not 0 <= x <= n <= MOST:
        raise errors.InvalidCounts(n, x)


def wilson(x: float, n: float, *, confidence: float = 0.95) -> Interval | None:
    """The Wilson interval of x satisfied among n; None for n = 0.

    The ends are exactly 0 for x = 0 and exactly 1 for x = n. Raises `InvalidCounts`.
    """
    check_counts(x, n)
    if n == 0:
        return None
    z = normal_quantile(confidence)
    # method.md section 3, numerator and denominator multiplied by n: the smallest n overflows not
    centre = (x + z * z / 2) / (n + z * z)
    half = z * math.sqrt(x * (1 - x / n) + z * z / 4) / (n + z * z)
    return Interval(
        low=0.0 if x == 0 else max(0.0, centre - half),
        high=1.0 if x == n else min(1.0, centre + half),
    )


def newcombe(
    x1: float, n1: float, x0: float, n0: float, *, confidence: float = 0.95
) -> Interval | None:
    """The interval of the change x1/n1 - x0/n0; None if either has no answers.

    Raises `InvalidCounts`.
    """
    now = wilson(x1, n1, confidence=confidence)
    before = wilson(x0, n0, confidence=confidence)
    if now is None or before is None:
        return None
    p1, p0 = x1 / n1, x0 / n0
    return Interval(
        low=p1 - p0 - _length(p1 - now.low, before.high - p0),
        high=p1 - p0 + _length(now.high - p1, p0 - before.low),
    )


def _length(a: float, b: float) -> float:
    return math.sqrt(a * a + b * b)  # `math.hypot` differs between versions of Python
