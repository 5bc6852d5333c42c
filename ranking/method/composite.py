"""The composite index: points by the T rule, missing groups, and how much the weights decide.

A secondary view: one total hides what it adds up. So beside it stand the geometric mean, in which
a good group cannot buy off a bad one, and the range of places every weighting within +/-25% of the
nominal one would give. Everything is exact (Fractions, or integers of 1e-9 points).

Sources: Decision 766/QĐ-TTg for points; OECD/JRC (2008) Handbook on Constructing Composite
Indicators, steps 6 and 7, for aggregation and robustness; the published method, section 11.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ranking import errors
from ranking.method import elementary, packs

LEAST_WEIGHT = Fraction(7, 10)
DELTA = Fraction(1, 4)
_UNIT = 10**9  # the nine decimals to which the method rounds before it compares

Integers = NDArray[np.int64]


@dataclass(eq=False)
class BadScore(errors.RankingError):
    """A rate, weight or number of points outside its range, or a table that is not rectangular."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One group of one agency: points of a maximum. None: no data, which is neither 0 nor a mean.

    `applies` is False where the law does not put the group to this agency. Raises `BadScore`
    unless 0 <= points <= maximum and maximum > 0.
    """

    code: str
    points: Fraction | None
    maximum: Fraction
    applies: bool = True

    def __post_init__(self) -> None:
        if self.maximum <= 0 or not (self.points is None or 0 <= self.points <= self.maximum):
            raise BadScore(self.code, (self.points, self.maximum))

    @property
    def percentage(self) -> Fraction | None:
        return None if self.points is None else 100 * self.points / self.maximum


@dataclass(frozen=True, slots=True)
class Total:
    """An agency's composite, 0 to 100; `score` is None with under 70% of the weight present.

    `present` of `applying` groups have data: "4 of 5 groups". Rank only the complete together.
    `geometric_mean` is weighted as the score, so it never exceeds it; it differs from the score
    most where groups differ most.
    """

    score: Fraction | None
    geometric_mean: float | None
    weight_present: Fraction
    present: int
    applying: int

    @property
    def is_complete(self) -> bool:
        return self.present == self.applying


def points(rate: Fraction, *, maximum: Fraction, target: Fraction | None = None) -> Fraction:
    """The T rule: maximum if rate >= target, else rate x maximum / target; no target is 1.

    A rate of exactly the target has all the points. Raises `BadScore` unless 0 <= rate <= 1,
    0 < target <= 1, maximum >= 0.
    """
    full = Fraction(1) if target is None else target
    if not 0 <= rate <= 1:
        raise BadScore("rate", rate)
    if not 0 < full <= 1:
        raise BadScore("target", target)
    if maximum < 0:
        raise BadScore("maximum", maximum)
    return maximum if rate >= full else rate * maximum / full


def group_score(
    group: packs.Group, rates: Mapping[str, Fraction | None], *, applies: bool = True
) -> GroupScore:
    """A pack's group from the rates of its items; without one that scores, it has no points.

    Items with a maximum of 0 are shown, not scored, and may be absent. Raises `BadScore`.
    """
    scored = [item for item in group.items if item.maximum]
    found = [rates.get(item.code) for item in scored]
    known = [rate for rate in found if rate is not None]
    total = None
    if scored and len(known) == len(scored):
        total = sum(
            (
                points(rate, maximum=item.maximum, target=item.target)
                for item, rate in zip(scored, known, strict=True)
            ),
            Fraction(),
        )
    return GroupScore(group.code, total, group.maximum, applies)


def total(groups: Iterable[GroupScore], *, least_weight: Fraction = LEAST_WEIGHT) -> Total:
    """Score = 100 x sum of points / sum of maxima over the groups present that apply by law.

    A group without data is left out of both sums; one that does not apply is out altogether, and
    the agency is complete without it. Divide first, round last: 17.9388/18 is 99.66 %.
    """
    applying = [group for group in groups if group.applies]
    present = [group for group in applying if group.points is not None]
    whole = sum((group.maximum for group in applying), Fraction())
    weight = sum((group.maximum for group in present), Fraction())
    share = weight / whole if whole else Fraction(0)
    if not present or share < least_weight:
        return Total(None, None, share, len(present), len(applying))
    score = 100 * sum((group.points or Fraction(0) for group in present), Fraction()) / weight
    return Total(score, _geometric_mean(present), share, len(present), len(applying))


def subtotal(groups: Iterable[GroupScore], codes: Sequence[str]) -> Fraction | None:
    """The percentage over some groups alone (timeliness + satisfaction); None if one is missing."""
    chosen = [group for group in groups if group.code in codes]
    known = [group.points for group in chosen if group.points is not None]
    if not codes or len(known) != len(codes):
        return None
    return 100 * sum(known, Fraction()) / sum((group.maximum for group in chosen), Fraction())


def weight_robust_ranges(
    percentages: Sequence[Sequence[Fraction]],
    weights: Sequence[Fraction],
    *,
    delta: Fraction = DELTA,
) -> tuple[tuple[int, int], ...]:
    """For each agency, the best and worst place under every weighting within +/-delta of nominal.

    a beats b under all of them iff sum w d > delta sum w|d|, d the differences of their group
    percentages. Range = [1 + agencies surely better, p - agencies surely worse]. Only complete
    agencies belong in the table (rows: agencies, columns: groups, 0 to 100). Percentages are
    taken to 9 decimals, delta is at most in hundredths, and the rest is exact. Raises `BadScore`.
    """
    if not 0 <= delta < 1 or delta.denominator > 100:
        raise BadScore("delta", delta)
    table, scaled = _table(percentages, weights), _whole(weights)
    agencies = len(table)
    better, worse = np.zeros(agencies, dtype=np.int64), np.zeros(agencies, dtype=np.int64)
    for place, row in enumerate(table):
        parts = (row - table) * scaled
        sums, sizes = parts.sum(axis=1), np.abs(parts).sum(axis=1)
        # At most 1e11 x 1e5 x 100: int64 holds it.
        margin, doubt = sums * delta.denominator, sizes * delta.numerator
        worse[place] = int((margin > doubt).sum())
        better[place] = int((-margin > doubt).sum())
    return tuple(
        (1 + above, agencies - below)
        for above, below in zip(better.tolist(), worse.tolist(), strict=True)
    )


@dataclass(frozen=True, slots=True)
class Influence:
    """What one group does to the total: to be said before publication if it carries over half.

    `correlation` with the total and `variance_share` = cov(w g, total)/var(total) are None where
    nothing varies; the shares of all groups sum to 1. `places` are the ranks ("1224") the agencies
    would have without the group, in the order of the table.
    """

    correlation: float | None
    variance_share: float | None
    places: tuple[int, ...]

    @property
    def dominates(self) -> bool:
        return self.variance_share is not None and self.variance_share > 0.5


def influences(
    percentages: Sequence[Sequence[Fraction]], weights: Sequence[Fraction]
) -> tuple[Influence, ...]:
    """The influence of each group, in the order of the columns. Raises `BadScore`."""
    # Python's integers from here on: variances need more than 64 bits.
    table = [[int(cell) for cell in row] for row in _table(percentages, weights)]
    whole = [int(weight) for weight in _whole(weights)]
    parts = [[weight * row[i] for row in table] for i, weight in enumerate(whole)]
    totals = [sum(column) for column in zip(*parts, strict=True)]
    return tuple(_influence(part, totals) for part in parts)


def _influence(part: Sequence[int], totals: Sequence[int]) -> Influence:
    together = _covariance(part, totals)
    own, all_ = _covariance(part, part), _covariance(totals, totals)
    rest = [total - some for total, some in zip(totals, part, strict=True)]
    ordered = sorted(rest)
    return Influence(
        # Fractions first: the squares are beyond what a float holds exactly.
        correlation=math.copysign(math.sqrt(Fraction(together**2, own * all_)), together)
        if own and all_
        else None,
        variance_share=float(Fraction(together, all_)) if all_ else None,
        places=tuple(1 + len(rest) - bisect_right(ordered, one) for one in rest),
    )


def _covariance(one: Sequence[int], other: Sequence[int]) -> int:
    """The number n times the sum of products of deviations: a whole number."""
    products = sum(a * b for a, b in zip(one, other, strict=True))
    return len(one) * products - sum(one) * sum(other)


def _geometric_mean(present: Sequence[GroupScore]) -> float:
    shares = [float((group.points or 0) / group.maximum) for group in present]
    if not all(shares):
        return 0.0
    weight = sum((group.maximum for group in present), Fraction())
    parts = [float(group.maximum / weight) for group in present]
    logs = elementary.log(np.array(shares)).tolist()
    mean = math.fsum(part * own for part, own in zip(parts, logs, strict=True))
    return 100 * elementary.one(elementary.exp, mean)


def _table(percentages: Sequence[Sequence[Fraction]], weights: Sequence[Fraction]) -> Integers:
    """Percentages as whole numbers of 1e-9 points, half up."""
    for row in percentages:
        if len(row) != len(weights) or not all(0 <= cell <= 100 for cell in row):
            raise BadScore("percentages", tuple(row))
    rows = [[math.floor(cell * _UNIT + Fraction(1, 2)) for cell in row] for row in percentages]
    return np.array(rows, dtype=np.int64).reshape(len(percentages), len(weights))


def _whole(weights: Sequence[Fraction]) -> Integers:
    """Weights as the smallest whole numbers in the same proportion; they must fit int64 sums."""
    if not weights or min(weights) <= 0:
        raise BadScore("weights", tuple(weights))
    scale = math.lcm(*(Fraction(weight).denominator for weight in weights))
    whole = [int(weight * scale) for weight in weights]
    divisor = math.gcd(*whole)
    if sum(whole) // divisor > 10**5:
        raise BadScore("weights", tuple(weights))
    return np.array([weight // divisor for weight in whole], dtype=np.int64)
