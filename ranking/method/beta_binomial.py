"""The beta-binomial model in full, for the research file: likelihood, posterior intervals.

Apart from `shrinkage`, which every edition needs and which needs no SciPy.

Sources: Griffiths (1973) Biometrics 29:637-648 on the likelihood; Robinson (2015) on empirical
Bayes; Tarone (1982) Biometrics 38:215-220 for the rat tumour vector.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ranking.method import intervals, shrinkage

Vector = NDArray[np.float64]

_SETTLED = 1e-11
# Beyond it true shares differ by under 0.05 points (sd): nobody could tell that from no difference.
_NO_DIFFERENCE = 1e6


def likelihood(
    x: Sequence[float], n: Sequence[float], *, rounds: int = 200
) -> shrinkage.Prior | None:
    """The prior of maximum likelihood, over (log alpha, log beta), started from the moments.

    Maximises sum [log B(x + a, n - x + b) - log B(a, b)] by damped Newton steps; the same counts
    give the same bytes. Where the moments find no difference (or no agreement at all: M = 0)
    theirs is the answer, as there is nothing to start from; so is an infinite M where the
    likelihood rises without end. A handful of steps is usual; after `rounds` the best so far is
    returned, never worse than the moments. None and errors as `shrinkage.moments`.
    """
    start = shrinkage.moments(x, n)
    if start is None or not start.finds_differences or start.strength == 0:
        return start
    x, n = shrinkage.answered(x, n)
    counts = np.array(x, dtype=np.float64), np.array(n, dtype=np.float64)
    at = np.log([start.alpha, start.beta])
    value, damping = _log_likelihood(at, *counts), 0.0
    for _ in range(rounds):
        step = _uphill(*_derivatives(at, *counts), damping)
        if float(np.abs(step).max()) < _SETTLED or float(np.exp(at).sum()) > _NO_DIFFERENCE:
            break
        there = _log_likelihood(at + step, *counts)
        if there >= value:
            at, value, damping = at + step, there, damping / 10
        else:
            damping = max(1e-3, 10 * damping)
    alpha, beta = (float(one) for one in np.exp(at))
    strength = alpha + beta
    return shrinkage.Prior(alpha / strength, strength if strength <= _NO_DIFFERENCE else math.inf)


def interval(
    prior: shrinkage.Prior, x: float, n: float, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Equal-tailed posterior interval: quantiles of Beta(alpha + x, beta + n - x).

    The prior's mean twice if M is infinite. Raises `NoModel` where the posterior is improper (no
    strength and x = 0 or x = n), `InvalidCounts` unless 0 <= x <= n.
    """
    intervals.check_counts(x, n)
    if not prior.finds_differences:
        return prior.mean, prior.mean
    alpha, beta = prior.alpha + x, prior.beta + n - x
    if not (alpha and beta):
        raise shrinkage.NoModel("posterior", (alpha, beta))
    tail = (1 - confidence) / 2
    low, high = special.betaincinv(alpha, beta, [tail, 1 - tail])
    return float(low), float(high)


def probability_below(threshold: float, *, alpha: float, beta: float) -> float:
    """P(share < threshold) under Beta(alpha, beta): the posterior error of saying "above" it."""
    return float(special.betainc(alpha, beta, threshold))


def _log_likelihood(at: Vector, x: Vector, n: Vector) -> float:
    alpha, beta = np.exp(at)
    return _sum(special.betaln(x + alpha, n - x + beta) - special.betaln(alpha, beta))


def _derivatives(at: Vector, x: Vector, n: Vector) -> tuple[Vector, tuple[float, float, float]]:
    """The slope over (log alpha, log beta), and the second derivatives aa, ab, bb."""
    alpha, beta = (float(one) for one in np.exp(at))
    size = alpha + beta

    def bracket(order: int, own: Vector, of: float) -> float:
        return _sum(special.polygamma(order, own + of) - special.polygamma(order, of))

    both, both_bend = bracket(0, n, size), bracket(1, n, size)
    slope_a = alpha * (bracket(0, x, alpha) - both)
    slope_b = beta * (bracket(0, n - x, beta) - both)
    bend_aa = alpha * alpha * (bracket(1, x, alpha) - both_bend) + slope_a
    bend_bb = beta * beta * (bracket(1, n - x, beta) - both_bend) + slope_b
    return np.array([slope_a, slope_b]), (bend_aa, -alpha * beta * both_bend, bend_bb)


def _uphill(slope: Vector, bend: tuple[float, float, float], damping: float) -> Vector:
    """The Newton step of a surface pushed down until it is concave, at most 2 in either log."""
    aa, ab, bb = bend
    steepest = (aa + bb) / 2 + math.hypot((aa - bb) / 2, ab)
    push = damping + max(0.0, 2 * steepest)
    aa, bb = aa - push, bb - push
    step = np.array([ab * slope[1] - bb * slope[0], ab * slope[0] - aa * slope[1]])
    return np.clip(step / (aa * bb - ab * ab), -2.0, 2.0)


def _sum(values: Vector) -> float:
    """Correctly rounded, so that neither order nor the machine's vector width shows."""
    return math.fsum(values.tolist())
