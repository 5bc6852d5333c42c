"""Bands: above the target, below it, or the answers do not settle it. The headline.

Exact binomial tails, valid for real-valued counts, and the step-up rule of Benjamini and Hochberg
(1995, JRSS-B 57:289-300) over all ranked agencies of an edition: of the coloured labels, no more
than a share q is expected to be wrong. Score tests call "below" up to twice too often at n = 100.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from ranking.method import beta, intervals
from ranking.method.elementary import Floats

_ON_THE_LINE = 1 + 1e-12  # tails are right to 13 digits


class Band(StrEnum):
    """Where an agency stands to the target; no fourth word exists."""

    ABOVE = "above"
    BELOW = "below"
    UNDETERMINED = "undetermined"


class Tails(NamedTuple):
    """P(X <= x) and P(X >= x), if the true share were the target; they overlap at x."""

    below: Floats
    above: Floats

    @property
    def p_values(self) -> Floats:
        """Two-sided: twice the smaller tail, at most 1."""
        p: Floats = np.minimum(1.0, 2 * np.minimum(self.below, self.above))
        return p


def tails(x: Sequence[float], n: Sequence[float], target: float) -> Tails:
    """Both exact tails, agency by agency. Counts are real; 0 < target < 1. For n = 0 both are 1.

    Raises `InvalidCounts`.
    """
    for satisfied, of in zip(x, n, strict=True):
        intervals.check_counts(satisfied, of)
    xs, ns = np.array(x, dtype=np.float64), np.array(n, dtype=np.float64)
    below, above = np.ones_like(xs), np.ones_like(xs)
    some, rest = xs > 0, xs < ns
    below[rest] = beta.regularised((ns - xs)[rest], xs[rest] + 1, 1 - target)
    above[some] = beta.regularised(xs[some], (ns - xs)[some] + 1, target)
    return Tails(below, above)


def p_value(x: float, n: float, target: float) -> float | None:
    """Two-sided exact p of x satisfied among n against the target; None for n = 0.

    Raises `InvalidCounts`.
    """
    found = tails([x], [n], target)
    return float(found.p_values[0]) if n > 0 else None


def benjamini_hochberg(p_values: Sequence[float], q: float) -> float | None:
    """The largest p that is rejected: every p up to it is. None if nothing is rejected.

    The largest p_(i) with p_(i) <= i q / m among the m sorted values; what lies on the line passes
    it, whichever way the last digits of a tail fell.
    """
    m = len(p_values)
    ordered = sorted(p_values)
    passed = (p for i, p in enumerate(ordered, start=1) if p <= i * q / m * _ON_THE_LINE)
    return max(passed, default=None)


def band(p: float, threshold: float | None, *, is_below: bool) -> Band:
    """The label of one agency, given the edition's threshold and its smaller tail."""
    if threshold is None or p > threshold:
        return Band.UNDETERMINED
    return Band.BELOW if is_below else Band.ABOVE
