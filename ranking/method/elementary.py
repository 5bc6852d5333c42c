"""Exponential, logarithm, sine and normal distribution with the same bits on every machine.

Those of NumPy, SciPy and the C library differ in their last digit between processors, systems and
versions, and so would the bytes of an edition. Here nothing is used but what IEEE 754 rounds alike
everywhere: the four operations, square roots, whole numbers and powers of two. Each is right to a
few units in the last place. Sources: the NIST Handbook of Mathematical Functions, 4.2, 4.6, 4.24,
7.6.2 and 7.9.
"""

import functools
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LN2_HIGH = float.fromhex("0x1.62e42feep-1")  # 32 bits: times a whole exponent it is exact
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_ROOT_HALF = math.sqrt(0.5)

_STEP = 1 / 128
_REACH = 9.0
"""Beyond it the normal distribution is 0 or 1, but for less than 1e-18."""
_TERMS = 5
_AT_ONCE = 8192  # they stay in the processor's cache


def one(function: Callable[[Floats], Floats], x: float) -> float:
    """A function of arrays, of one number."""
    return float(function(np.array([x]))[0])


def exp(x: Floats) -> Floats:
    """The exponential of x up to 709; 0 where it is less than any float."""
    x = np.maximum(x, -800.0)
    doublings = np.rint(x / _LN2_HIGH)
    rest = (x - doublings * _LN2_HIGH) - doublings * _LN2_LOW
    series = polynomial(rest, [1 / math.factorial(k) for k in range(15)])
    return np.ldexp(series, doublings.astype(np.intc))


def log(x: Floats) -> Floats:
    """The natural logarithm of x > 0."""
    part, doublings = np.frexp(x)
    small = part < _ROOT_HALF
    part = np.where(small, 2 * part, part)
    doublings = doublings - small
    found: Floats = doublings * _LN2_HIGH + (_log_near_one(part - 1) + doublings * _LN2_LOW)
    return found


def log1p(x: Floats) -> Floats:
    """The natural logarithm of 1 + x for x > -1, to the last digits also where x is small."""
    near = np.abs(x) < 0.25
    return np.where(near, _log_near_one(np.where(near, x, 0.0)), log(np.where(near, 1.0, 1 + x)))


def arcsin(x: Floats) -> Floats:
    """The angle in [0, pi/2] whose sine is x, for x in [0, 1]."""
    steep = x > _ROOT_HALF
    # arcsin x = pi/2 - arcsin sqrt(1 - x^2), then twice arcsin x = 2 arcsin(half the chord)
    part = np.where(steep, np.sqrt((1 - x) * (1 + x)), x)
    for _ in range(2):
        part = part / np.sqrt(2 * (1 + np.sqrt((1 - part) * (1 + part))))
    angle = 4 * part * polynomial(part * part, _ARCSINE)
    return np.where(steep, math.pi / 2 - angle, angle)


def sin(x: Floats) -> Floats:
    """The sine of an angle in [0, pi/2]."""
    signed = [(-1) ** k / math.factorial(2 * k + 1) for k in range(13)]
    found: Floats = x * polynomial(x * x, signed)
    return found


def normal_cdf(z: Floats) -> Floats:
    """The standard normal distribution to 15 decimals, by Taylor's series around 2,305 nodes."""
    found = np.empty(z.size)
    flat = z.ravel()
    for start in range(0, z.size, _AT_ONCE):
        part = flat[start : start + _AT_ONCE]
        is_within = np.abs(part) < _REACH
        own = (part > 0).astype(np.float64)
        own[is_within] = _between_nodes(part[is_within])
        found[start : start + _AT_ONCE] = own
    return found.reshape(z.shape)


def normal_tail(z: Floats) -> Floats:
    """What the standard normal distribution has above z >= 0, to 13 digits however little it is.

    Near 0 by the series of odd powers over 1 3 5 ..., further out by Laplace's continued fraction.
    """
    density = normal_density(z)
    is_near = z < 2
    found = np.empty_like(density)
    found[is_near] = 0.5 - density[is_near] * _odd_powers(z[is_near])
    found[~is_near] = density[~is_near] / _fraction(z[~is_near])
    return found


def normal_density(z: Floats) -> Floats:
    """The standard normal density."""
    density: Floats = exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return density


def polynomial(x: Floats, terms: Sequence[float]) -> Floats:
    """The sum of terms[k] x^k, by Horner's scheme."""
    found = np.full_like(x, terms[-1])
    for term in terms[-2::-1]:
        found *= x
        found += term
    return found


def power(base: Floats, exponents: NDArray[np.int64]) -> Floats:
    """`base` to whole exponents of at least 0 that broadcast to it, by squaring."""
    found = np.where(exponents % 2 == 1, base, 1.0)
    while (exponents := exponents // 2).any():
        base = base * base
        found = found * np.where(exponents % 2 == 1, base, 1.0)
    return found


def _odd_powers(z: Floats) -> Floats:
    term, series = z, z
    for k in range(1, 40 if z.size else 1):
        term = term * z * z / (2 * k + 1)
        series = series + term
    return series


def _fraction(z: Floats) -> Floats:
    fraction = z
    for k in range(300 if z.size else 0, 0, -1):
        fraction = z + k / fraction
    return fraction


# arcsin t / t as a series in t^2, far enough for t up to 0.2
_ARCSINE = [math.comb(2 * k, k) / (4**k * (2 * k + 1)) for k in range(13)]


def _log_near_one(x: Floats) -> Floats:
    """log(1 + x) for 1 + x between the square roots of 1/2 and 2."""
    s = x / (2 + x)
    found: Floats = 2 * s * polynomial(s * s, [1 / (2 * k + 1) for k in range(13)])
    return found


def _between_nodes(z: Floats) -> Floats:
    node = np.rint(z / _STEP)
    off = z - node * _STEP
    place = (node + _REACH / _STEP).astype(np.intp)
    table = _normal_table()
    found: Floats = table[-1].take(place)
    for terms in table[-2::-1]:
        found *= off
        found += terms.take(place)
    return found


@functools.cache
def _normal_table() -> tuple[Floats, ...]:
    """Taylor's terms of the distribution at every node: its value, then its derivatives over k!."""
    nodes = np.arange(-_REACH / _STEP, _REACH / _STEP + 1) * _STEP
    tail, density = normal_tail(np.abs(nodes)), normal_density(nodes)
    hermite = [np.ones_like(nodes), nodes]
    for k in range(1, _TERMS - 1):
        hermite.append(nodes * hermite[-1] - k * hermite[-2])
    slopes = (density * of * ((-1) ** k / math.factorial(k + 1)) for k, of in enumerate(hermite))
    return (np.where(nodes < 0, tail, 1 - tail), *slopes)
