"""Is an agency unusual among its peers? Funnel limits, allowing for real differences.

For the agency's own page only. Small agencies scatter more, so the limits widen as n falls; and
agencies truly differ a little, so without the between-agency variance tau2 nearly half of them
would be "outliers". tau2 belongs here and never in the test against the target.

Source: Spiegelhalter (2005) "Handling over-dispersion of performance indicators", Qual. Saf.
Health Care 14:347-351. Vectors: UKHSA PHEindicatormethods, R package FunnelPlotR.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from ranking import errors
from ranking.method import elementary, intervals
from ranking.method.elementary import Floats

WARNING = 1.959963984540054  # two-sided 5%
ALARM = 3.090232306167813  # two-sided 0.2%


@dataclass(eq=False)
class BadFunnel(errors.RankingError):
    """Numbers no funnel can be drawn from: NaN, or outside their range."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Point:
    """One agency: its z against the common centre, plain and allowing for real differences."""

    z: float
    adjusted_z: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """A peer group: its centre, overdispersion `phi`, variance `tau2`, and one point per agency.

    Points stand in the order of the input, None where n (or the expected count) is 0. `tau2` is
    on the transformed scale (radians squared for shares). `phi` is None without any point.
    """

    centre: float | None
    phi: float | None
    tau2: float
    points: tuple[Point | None, ...]


def shares(x: Sequence[float], n: Sequence[float]) -> Funnel:
    """The funnel of satisfied x among n: centre sum(x)/sum(n), scale asin sqrt p, s = 1/(2 sqrt n).

    z = (asin sqrt p - asin sqrt centre)/s; tau2 from the winsorised z (`_between`); adjusted
    z = the same difference / sqrt(s2 + tau2). Raises `InvalidCounts` unless 0 <= x <= n.
    """
    for some, size in zip(x, n, strict=True):
        intervals.check_counts(some, size)
    total = math.fsum(n)
    centre = math.fsum(x) / total if total else None
    return _funnel(x, n, centre, lambda share: elementary.arcsin(np.sqrt(share)))


def ratios(observed: Sequence[float], expected: Sequence[float]) -> Funnel:
    """The funnel of counts (complaints): Y = sqrt(O/E) around 1, s = 1/(2 sqrt E), the rest alike.

    Raises `BadFunnel` unless both are at least 0 and finite.
    """
    for name, values in (("observed", observed), ("expected", expected)):
        if not all(0 <= value < math.inf for value in values):
            raise BadFunnel(name, tuple(values))
    return _funnel(observed, expected, 1.0, np.sqrt)


def share_limits(centre: float, n: float, *, z: float, tau2: float = 0.0) -> tuple[float, float]:
    """The funnel's limits at size n: sin2(asin sqrt centre -/+ z sqrt(1/(4n) + tau2)).

    Angles are clamped to [0, pi/2], so that limits stay shares. Use `WARNING` and `ALARM`.
    Raises `BadFunnel` unless 0 <= centre <= 1 and n > 0.
    """
    _check_share(centre, n)
    angle = elementary.one(elementary.arcsin, math.sqrt(centre))
    half = z * math.sqrt(1 / (4 * n) + tau2)
    sines = elementary.sin(np.array([max(0.0, angle - half), min(math.pi / 2, angle + half)]))
    low, high = (sines * sines).tolist()
    return low, high


def normal_limits(centre: float, n: float, *, z: float) -> tuple[float, float]:
    """The limits other publishers print: centre -/+ z sqrt(centre(1 - centre)/n), cut to [0, 1].

    For comparing with their charts only. Raises as `share_limits`.
    """
    _check_share(centre, n)
    half = z * math.sqrt(centre * (1 - centre) / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def count_limits(expected: float, *, confidence: float) -> tuple[float, float]:
    """Plain Poisson limits for O/E at E expected: chi2(a/2; 2E)/2E and chi2(1-a/2; 2E+2)/2E.

    a = 1 - confidence. Raises `BadFunnel` unless E > 0.
    """
    return ratio_interval(expected, expected, confidence=confidence)


def ratio_interval(
    observed: float, expected: float, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Exact Poisson interval of O/E: chi2(a/2; 2O)/2E to chi2(1-a/2; 2O+2)/2E; low 0 at O = 0.

    Source: Garwood (1936) Biometrika 28:437-442. chi2(q; 2k)/2 is the gamma quantile of shape k.
    Raises `BadFunnel` unless O >= 0 and E > 0, both finite.
    """
    if not 0 <= observed < math.inf:
        raise BadFunnel("observed", observed)
    if not 0 < expected < math.inf:
        raise BadFunnel("expected", expected)
    tail = (1 - confidence) / 2
    low = float(special.gammaincinv(observed, tail)) if observed else 0.0
    high = float(special.gammainccinv(observed + 1, tail))
    return low / expected, high / expected


def _funnel(
    x: Sequence[float], n: Sequence[float], centre: float | None, scale: Callable[[Floats], Floats]
) -> Funnel:
    if centre is None:
        return Funnel(None, None, 0.0, (None,) * len(n))
    some = [place for place, size in enumerate(n) if size]
    shares = np.array([x[place] / n[place] for place in some])
    away = (scale(shares) - elementary.one(scale, centre)).tolist()
    variances = [1 / (4 * n[place]) for place in some]
    z = [gap / math.sqrt(variance) for gap, variance in zip(away, variances, strict=True)]
    phi = _overdispersion(z) if z else None
    tau2 = _between(phi, variances) if phi else 0.0
    points: list[Point | None] = [None] * len(n)
    for place, gap, own, variance in zip(some, away, z, variances, strict=True):
        points[place] = Point(own, gap / math.sqrt(variance + tau2))
    return Funnel(centre, phi, tau2, tuple(points))


def _overdispersion(z: Sequence[float]) -> float:
    """Mean square of z winsorised at its 10% and 90% quantiles (linear interpolation)."""
    low, high = (float(limit) for limit in np.quantile(np.asarray(z), [0.1, 0.9]))
    winsorised = [min(max(one, low), high) for one in z]
    return math.fsum(one * one for one in winsorised) / len(z)


def _between(phi: float, variances: Sequence[float]) -> float:
    """DerSimonian-Laird: (I phi - (I-1)) / (sum w - sum w2/sum w), w = 1/s2; 0 if negative."""
    agencies = len(variances)
    excess = agencies * phi - (agencies - 1)
    if agencies < 2 or excess < 0:
        return 0.0
    weights = [1 / variance for variance in variances]
    total = math.fsum(weights)
    return excess / (total - math.fsum(weight * weight for weight in weights) / total)


def _check_share(centre: float, n: float) -> None:
    if not 0 <= centre <= 1:
        raise BadFunnel("centre", centre)
    if not 0 < n < math.inf:
        raise BadFunnel("n", n)
