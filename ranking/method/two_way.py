"""Does indirect standardisation order the agencies as a full fit of agency + stratum would?

Indirect standardisation over-corrects when good agencies sit on easy services. This is the check
of every edition: the weighted least-squares fit of both effects, by alternating means, and
Spearman's correlation of the two orders.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranking import errors


@dataclass(eq=False)
class NotSettled(errors.RankingError):
    """The two-way fit still moved after the last round."""

    rounds: int
    change: float


def fit(
    cells: Iterable[tuple[str, str, float, float]], *, rounds: int = 100_000
) -> dict[str, float]:
    """Agency effects a_j of the fit y = a_j + b_s, by alternating weighted means to 1e-9.

    `cells` are (agency, stratum, n, x): x satisfied of n > 0, weighted.
    a_j = mean over the agency of (y - b_s), b_s = mean over the stratum of (y - a_j), recentred so
    that sum W_s b_s = 0: a_j is then a share at the average mix, perhaps outside [0, 1]. Only
    within one connected component do the a_j compare. Raises `NotSettled` after `rounds`.
    """
    ordered = sorted(cells)
    agencies, row = _numbered([agency for agency, _, _, _ in ordered])
    strata, column = _numbered([stratum for _, stratum, _, _ in ordered])
    n = np.array([n for _, _, n, _ in ordered], dtype=np.float64)
    x = np.array([x for _, _, _, x in ordered], dtype=np.float64)
    # bincount adds one by one in the order of the sorted cells: the same bytes everywhere.
    of_agency, of_stratum = np.bincount(row, n), np.bincount(column, n)
    satisfied, of_stratum_satisfied = np.bincount(row, x), np.bincount(column, x)
    total = math.fsum(n.tolist()) or 1.0
    a, b, change = np.zeros(len(agencies)), np.zeros(len(strata)), 0.0
    for _ in range(rounds):
        before = a
        a = (satisfied - np.bincount(row, n * b[column])) / of_agency
        b = (of_stratum_satisfied - np.bincount(column, n * a[row])) / of_stratum
        middle = math.fsum((of_stratum * b).tolist()) / total
        b, a = b - middle, a + middle
        change = float(np.abs(a - before).max(initial=0))
        if change <= 1e-9:
            return dict(zip(agencies, a.tolist(), strict=True))
    raise NotSettled(rounds, change)


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Spearman's rank correlation, ties at their mean rank; None if either side is all ties."""
    first, second = _ranks(one), _ranks(other)
    middle = (len(first) + 1) / 2
    xy, xx, yy = (
        math.fsum((a - middle) * (b - middle) for a, b in zip(left, right, strict=True))
        for left, right in ((first, second), (first, first), (second, second))
    )
    return max(-1.0, min(1.0, xy / math.sqrt(xx * yy))) if xx and yy else None


def _numbered(names: Sequence[str]) -> tuple[list[str], NDArray[np.intp]]:
    """The distinct names in order, and for each given name its place among them."""
    distinct = sorted(set(names))
    place = {name: number for number, name in enumerate(distinct)}
    return distinct, np.array([place[name] for name in names], dtype=np.intp)


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share their mean rank."""
    ordered = sorted(values)
    return [
        (bisect_left(ordered, value) + bisect_right(ordered, value) + 1) / 2 for value in values
    ]
