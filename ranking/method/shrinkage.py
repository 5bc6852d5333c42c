"""Pulling small numbers towards their group: the beta-binomial model, by moments.

A helper, never the ranking key: as a key it would pay silence. It serves strata with few
residents, the research file and the internal order below the floor.

Sources: size-weighted moments and reliability, the published method, section 4; James & Stein
(1961); Efron & Morris (1977) Sci. Am. 236(5).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ranking import errors
from ranking.method import intervals


@dataclass(eq=False)
class NoModel(errors.RankingError):
    """Parameters or data the model is not defined for."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Prior:
    """A peer group: shares scatter as Beta(mean x strength, (1 - mean) x strength).

    `strength` (M) counts in residents: that many answers weigh as much as the group. It is
    infinite where no difference between agencies was found.
    """

    mean: float
    strength: float

    @property
    def finds_differences(self) -> bool:
        return self.strength < math.inf

    @property
    def alpha(self) -> float:
        return self.mean * self.strength

    @property
    def beta(self) -> float:
        return (1 - self.mean) * self.strength

    def shrunken(self, x: float, n: float) -> float:
        """(x + mean M)/(n + M); the group's mean if M is infinite or there is nothing to weigh."""
        intervals.check_counts(x, n)
        if not self.finds_differences or not n + self.strength:
            return self.mean
        return (x + self.alpha) / (n + self.strength)

    def reliability(self, n: float) -> float:
        """n/(n + M): the part of a shrunken value that is the agency's own; 0 without answers."""
        intervals.check_counts(0, n)
        return n / (n + self.strength) if n else 0.0


def moments(x: Sequence[float], n: Sequence[float]) -> Prior | None:
    """The prior by size-weighted moments; agencies without answers say nothing.

    N = sum n, mu = sum x/N, S = sum n(p - mu)2, k agencies:
    rho = [S/(mu(1-mu)) - (k-1)] / [N - sum n2/N - (k-1)], M = 1/rho - 1. M is infinite if
    rho <= 0, if all answers agree, or with fewer than two agencies or one answer each; it is 0 if
    rho >= 1. None without any answer. Raises `InvalidCounts` unless 0 <= x <= n.
    """
    x, n = answered(x, n)
    if not n:
        return None
    total = math.fsum(n)
    mean = math.fsum(x) / total
    others = len(n) - 1
    room = total - math.fsum(size * size for size in n) / total - others
    variance = mean * (1 - mean)
    if variance <= 0 or room <= 0:
        return Prior(mean, math.inf)
    away = [some / size - mean for some, size in zip(x, n, strict=True)]
    scatter = math.fsum(size * gap * gap for size, gap in zip(n, away, strict=True))
    correlation = (scatter / variance - others) / room
    return Prior(mean, max(0.0, 1 / correlation - 1) if correlation > 0 else math.inf)


def james_stein(values: Sequence[float], *, variance: float) -> tuple[float, ...]:
    """Shrink k >= 4 means of one known variance towards their own mean: m + c(v - m).

    c = 1 - (k-3) variance / sum (v-m)2, not below 0 (positive part). A check on the model above,
    for equal sizes. Raises `NoModel` for fewer than four values or a variance below 0.
    """
    if len(values) < 4:
        raise NoModel("values", len(values))
    if not 0 <= variance < math.inf:
        raise NoModel("variance", variance)
    mean = math.fsum(values) / len(values)
    scatter = math.fsum((value - mean) ** 2 for value in values)
    kept = max(0.0, 1 - (len(values) - 3) * variance / scatter) if scatter else 0.0
    return tuple(mean + kept * (value - mean) for value in values)


def answered(x: Sequence[float], n: Sequence[float]) -> tuple[list[float], list[float]]:
    """The counts of those with any answer, checked."""
    kept: list[tuple[float, float]] = []
    for some, size in zip(x, n, strict=True):
        intervals.check_counts(some, size)
        if size:
            kept.append((some, size))
    return [some for some, _ in kept], [size for _, size in kept]
