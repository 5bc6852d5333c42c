"""Rank sets: which places an agency may truly hold, given how few or many answered.

Mogstad, Romano, Shaikh and Wilhelm (2024, Review of Economic Studies 91:476-518), in closed form:
Anscombe's angle makes all shares equally noisy, also at 100 %, and the Tukey-Kramer value needs no
random numbers, so an edition is recomputed bit for bit. Method, section 5.
"""

import functools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranking.method import elementary, intervals
from ranking.method.elementary import Floats

Places = NDArray[np.int64]

_CELLS = 100_000  # of the p x p comparison at a time: they stay in the processor's cache
_EXACT_UP_TO = 150
_BINS = 48
_SUPPORTS = 24
_LEAST = 1e-300  # where nothing lies between, the logarithm needs a floor


class RankSets(NamedTuple):
    """For each agency, in input order: the best and worst place that cannot be ruled out."""

    low: Places
    high: Places
    critical: Floats
    """The value each agency's comparisons were made with."""


class Scale(NamedTuple):
    """Shares as angles `y`, with their standard errors `s`."""

    y: Floats
    s: Floats


def simultaneous(x: Sequence[float], n: Sequence[float], confidence: float = 0.95) -> RankSets:
    """Sets that hold all together with this confidence: the league table's.

    Raises `InvalidCounts`.
    """
    y, s = scale(x, n)
    critical = np.full(len(y), critical_value(len(y), confidence))
    return bounds(y, s, critical)


def marginal(x: Sequence[float], n: Sequence[float], confidence: float = 0.95) -> RankSets:
    """Sets each of which holds for itself with this confidence: the agency page's.

    They lie inside the simultaneous ones. Raises `InvalidCounts`.
    """
    y, s = scale(x, n)
    return bounds(y, s, marginal_values(s, confidence))


def scale(x: Sequence[float], n: Sequence[float]) -> Scale:
    """Anscombe's (1948) variance-stabilising angle. Raises `InvalidCounts`."""
    for satisfied, of in zip(x, n, strict=True):
        intervals.check_counts(satisfied, of)
    xs, ns = np.array(x, dtype=np.float64), np.array(n, dtype=np.float64)
    angle = elementary.arcsin(np.sqrt((xs + 3 / 8) / (ns + 3 / 4)))
    return Scale(angle, 1 / (2 * np.sqrt(ns + 1 / 2)))


def bounds(y: Floats, s: Floats, critical: Floats) -> RankSets:
    """L = 1 + those clearly better, U = p - those clearly worse, each by its own critical value.

    Compares all pairs, block by block: p^2 comparisons in O(p) memory.
    """
    p = len(y)
    better, worse = np.zeros(p, dtype=np.int64), np.zeros(p, dtype=np.int64)
    variance = s * s
    step = max(1, _CELLS // max(1, p))
    # written in place: fresh arrays for every block would take three times as long
    apart, needed = np.empty((step, p)), np.empty((step, p))
    clear = np.empty((step, p), dtype=np.bool_)
    for start in range(0, p, step):
        rows = slice(start, min(p, start + step))
        gap, bar, hit = (part[: rows.stop - start] for part in (apart, needed, clear))
        np.subtract(y[None, :], y[rows, None], out=gap)
        np.sqrt(np.add(variance[None, :], variance[rows, None], out=bar), out=bar)
        bar *= critical[rows, None]
        better[rows] = np.count_nonzero(np.greater(gap, bar, out=hit), axis=1)
        worse[rows] = np.count_nonzero(np.less(gap, np.negative(bar, out=bar), out=hit), axis=1)
    return RankSets(1 + better, p - worse, critical)


@functools.lru_cache(maxsize=1024)
def critical_value(p: int, confidence: float = 0.95) -> float:
    """Tukey-Kramer: the studentised range's quantile over sqrt(2), for p agencies.

    0 for one agency, which has nobody to be compared with.
    """
    if p <= 1:
        return 0.0
    nodes = np.linspace(-9.0, 14.0, 3000)
    weights, cdf = _weights(nodes), elementary.normal_cdf(nodes)
    others = np.array(p - 1)

    def coverage(c: float) -> float:
        between = cdf - elementary.normal_cdf(nodes - c * math.sqrt(2))
        return p * _sum(weights * elementary.power(between, others))

    bonferroni = intervals.normal_quantile(1 - (1 - confidence) / math.comb(p, 2))
    return _solve(coverage, confidence, guess=bonferroni)


def marginal_values(s: Floats, confidence: float = 0.95) -> Floats:
    """For each agency the c with P(max over k of |Z_j - Z_k| / s_jk <= c) = confidence.

    Up to 150 agencies exactly. Above, their s lie in 48 logarithmic bins and the value is
    interpolated between 24 supports: at most 0.002 too small, and up to 0.04 too large, which is
    the cautious side, for one far smaller than its peers. Never above the simultaneous value.
    """
    p = len(s)
    if p <= 1:
        return np.zeros(p)
    distinct, counts = np.unique(s, return_counts=True)
    if p <= _EXACT_UP_TO or len(distinct) == 1:
        others = counts - np.eye(len(distinct), dtype=np.int64)  # row j: its group without j
        solved = _marginal(distinct, distinct, others, confidence, part=1.0)
        values = solved[np.searchsorted(distinct, s)]
    else:
        values = _interpolated(s, confidence)
    least: Floats = np.minimum(values, critical_value(p, confidence))
    return least


def _interpolated(s: Floats, confidence: float) -> Floats:
    p, logs = len(s), elementary.log(s)
    edges = np.linspace(logs.min(), logs.max(), _BINS + 1)
    counts, _ = np.histogram(logs, edges)
    middles = elementary.exp((edges[:-1] + edges[1:]) / 2)[counts > 0]
    everybody = np.tile(counts[counts > 0], (_SUPPORTS, 1))
    supports = np.linspace(logs.min(), logs.max(), _SUPPORTS)
    own = elementary.exp(supports)
    solved = _marginal(own, middles, everybody, confidence, part=(p - 1) / p)
    return np.interp(logs, supports, solved)


def _marginal(own: Floats, s: Floats, counts: Places, confidence: float, *, part: float) -> Floats:
    """The value of each of `own`, compared with `counts[j]` agencies at each error of `s`.

    Given Z_j = own * a the comparisons are independent, which leaves one integral over a. Of a
    count only `part` is meant.
    """
    nodes = np.linspace(0.0, 8.0, 201)  # the right half of 401 on [-8, 8]: the rest mirrors it
    density = 2 * _weights(nodes)

    def coverage(c: float, centre: Floats, reach: Floats, count: Places) -> float:
        between = elementary.normal_cdf(centre + c * reach)
        between -= elementary.normal_cdf(centre - c * reach)
        all_ = np.multiply.reduce(elementary.power(between, count), axis=0)
        if part < 1:
            all_ = elementary.exp(part * elementary.log(np.maximum(all_, _LEAST)))
        return _sum(density * all_)

    # Bonferroni: no more is ever needed
    found = intervals.normal_quantile(1 - (1 - confidence) / int(counts[0].sum()))
    values = np.empty_like(own)
    for j, (error, count) in enumerate(zip(own.tolist(), counts, strict=True)):
        centre = error * nodes / s[:, None]
        reach = (np.sqrt(error * error + s * s) / s)[:, None]
        of_one = functools.partial(coverage, centre=centre, reach=reach, count=count[:, None])
        found = values[j] = _solve(of_one, confidence, guess=found)
    return values


def _solve(coverage: Callable[[float], float], confidence: float, *, guess: float) -> float:
    """The c with coverage(c) = confidence, by secants on the logarithm of what is not covered.

    That logarithm is smooth and convex: four or five steps from a guess a few tenths away.
    """

    def excess(c: float) -> float:
        return elementary.one(elementary.log, (1 - confidence) / (1 - coverage(c)))

    enough = 1e-12 / (1 - confidence)
    before, here = guess, excess(guess)
    c = guess - here / guess  # the slope of a normal tail's logarithm
    while abs(now := excess(c)) > enough:
        before, here, c = c, now, c - now * (c - before) / (now - here)
    return c


def _weights(nodes: Floats) -> Floats:
    """The normal density times the trapezoid rule's weights."""
    curve: Floats = elementary.normal_density(nodes) * (nodes[1] - nodes[0])
    curve[[0, -1]] /= 2
    return curve


def _sum(values: Floats) -> float:
    """Correctly rounded: neither order nor the machine's vector width shows."""
    return math.fsum(values.tolist())
