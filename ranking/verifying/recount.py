"""The formulas of intervals, bands and places, by the standard library alone; beside verify.py."""

import functools
import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist
from typing import Any


def wilson(x: float, n: float, confidence: float) -> tuple[float, float]:
    """Both ends of the Wilson interval."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    centre = (x + z * z / 2) / (n + z * z)
    half = z * math.sqrt(x * (1 - x / n) + z * z / 4) / (n + z * z)
    return 0.0 if x == 0 else max(0.0, centre - half), 1.0 if x == n else min(1.0, centre + half)


def points(share: float) -> Decimal:
    """Half up to 9 decimals, then half up to 0.1 percentage point."""
    return (nine(share) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def nine(share: float) -> Decimal:
    """Half up to 9 decimals, as shares are published."""
    return Decimal(share).quantize(Decimal("1e-9"), ROUND_HALF_UP)


def two_tails(x: float, n: float, target: float) -> tuple[float, float]:
    """P(X <= x) and P(X >= x) if the true share were the target; x and n need not be whole."""
    below = 1.0 if x == n else incomplete_beta(n - x, x + 1, 1 - target)
    above = 1.0 if x == 0 else incomplete_beta(x, n - x + 1, target)
    return below, above


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function by its continued fraction (Numerical Recipes)."""
    if x >= (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1 / nonzero(1 - (a + b) * x / (a + 1))
    value, m = d, 0
    while True:
        m += 1
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / nonzero(1 + term * d)
            c = nonzero(1 + term / c)
            value *= d * c
        if abs(d * c - 1) < 1e-14 or m > 100_000:
            return min(1.0, math.exp(front) * value / a)


def nonzero(value: float) -> float:
    """A divisor: never exactly 0."""
    return value if abs(value) > 1e-300 else 1e-300


def benjamini_hochberg(p_values: Iterable[float], q: float) -> float | None:
    """The largest p that is rejected; None if none is. What lies on the line passes it."""
    ordered = sorted(p_values)
    line = q / len(ordered) * (1 + 1e-9) if ordered else 0.0
    passed = [p for i, p in enumerate(ordered, start=1) if p <= i * line]
    return max(passed, default=None)


@functools.cache
def critical_value(p: int, confidence: float) -> float:
    """Tukey and Kramer's value for p agencies: the quantile of the range of p normals / sqrt 2."""
    if p <= 1:
        return 0.0
    step = 23 / 2999
    nodes = [-9 + step * i for i in range(3000)]
    density = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * step for z in nodes]
    upper = [cdf(z) for z in nodes]

    def coverage(c: float) -> float:
        return p * math.fsum(
            weight * (of - cdf(z - c * math.sqrt(2))) ** (p - 1)
            for z, weight, of in zip(nodes, density, upper, strict=True)
        )

    low, high = 0.0, 12.0
    while high - low > 1e-10:
        middle = (low + high) / 2
        low, high = (middle, high) if coverage(middle) < confidence else (low, middle)
    return (low + high) / 2


def cdf(z: float) -> float:
    """The normal distribution."""
    return math.erfc(-z / math.sqrt(2)) / 2


def sets(
    x: Sequence[float], n: Sequence[float], ranks: Sequence[int], c: Sequence[float]
) -> list[tuple[int, int]]:
    """Around each place, all that cannot be ruled out on the Anscombe scale with its own c."""
    angle = [
        math.asin(math.sqrt((some + 3 / 8) / (of + 3 / 4))) for some, of in zip(x, n, strict=True)
    ]
    variance = [1 / (4 * (of + 1 / 2)) for of in n]
    p, found = len(n), []
    for j in range(p):
        better = worse = 0
        for k in range(p):
            gap, bar = angle[k] - angle[j], c[j] * math.sqrt(variance[j] + variance[k])
            better += gap > bar
            worse += gap < -bar
        found.append((min(1 + better, ranks[j]), max(p - worse, ranks[j])))
    return found


def coverage(j: int, n: Sequence[float], c: float) -> float:
    """How surely the marginal set of agency j holds with c: 401 nodes on [-8, 8]."""
    s = [1 / (2 * math.sqrt(of + 1 / 2)) for of in n]
    total = 0.0
    for i in range(401):
        a = -8 + 0.04 * i
        product = 1.0
        for k, other in enumerate(s):
            if k != j:
                bar = c * math.hypot(s[j], other)
                product *= cdf((s[j] * a + bar) / other) - cdf((s[j] * a - bar) / other)
        total += math.exp(-a * a / 2) / math.sqrt(2 * math.pi) * 0.04 * product
    return total


def change(x1: float, n1: float, x0: float, n0: float, confidence: float) -> dict[str, Any]:
    """The change x1/n1 - x0/n0, Newcombe's interval of it, its p-value, and which way it points."""
    p1, p0, pooled = x1 / n1, x0 / n0, (x1 + x0) / (n1 + n0)
    spread = pooled * (1 - pooled) * (1 / n1 + 1 / n0)
    z = (p1 - p0) / math.sqrt(spread) if spread > 0 else 0.0
    (l1, u1), (l0, u0) = wilson(x1, n1, confidence), wilson(x0, n0, confidence)
    return {
        "change": p1 - p0,
        "change_low": p1 - p0 - math.hypot(p1 - l1, u0 - p0),
        "change_high": p1 - p0 + math.hypot(u1 - p1, p0 - l0),
        "change_p_value": math.erfc(abs(z) / math.sqrt(2)),
        "arrow": "up" if z > 0 else "down" if z < 0 else None,
    }


def funnel(x: Sequence[float], n: Sequence[float]) -> tuple[float, float, float, list[float]]:
    """(centre, phi, tau2, z of each): winsorised at a tenth on either side, DerSimonian-Laird."""
    centre = math.fsum(x) / math.fsum(n)
    middle = math.asin(math.sqrt(centre))
    z = [
        (math.asin(math.sqrt(some / of)) - middle) * 2 * math.sqrt(of)
        for some, of in zip(x, n, strict=True)
    ]
    low, high = quantile(z, 0.1), quantile(z, 0.9)
    phi = math.fsum(min(max(one, low), high) ** 2 for one in z) / len(z)
    weights = [4 * of for of in n]
    total = math.fsum(weights)
    excess = len(n) * phi - (len(n) - 1)
    room = total - math.fsum(weight * weight for weight in weights) / total
    return centre, phi, excess / room if len(n) > 1 and excess > 0 else 0.0, z


def quantile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between the order statistics."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def binomial_tail(least: int, of: int, chance: float) -> float:
    """P(X >= least)."""
    return math.fsum(
        math.comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(least, of + 1)
    )
