"""The regularised incomplete beta function, with the same bits on every machine.

SciPy has it too, but importing SciPy takes longer than ranking a whole province, and its last
digits move between versions; an edition must be recomputable to the digit years later.
"""

import math

import numpy as np

from ranking.method import elementary
from ranking.method.elementary import Floats

_TINY = 1e-300
_LEAST = 1e-200  # a parameter below it changes no digit, and what is divided by it may overflow
_PRECISION = 1e-14  # well above the rounding of one step, or it would never end
_SERIES_FROM = 16
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)


def regularised(a: Floats, b: Floats, x: float) -> Floats:
    """I_x(a, b) for a, b > 0 and 0 < x < 1, element by element.

    Continued fraction 8.17.22 of the NIST Handbook of Mathematical Functions, on whichever side
    of the mean it converges fast (there in about sqrt(max(a, b)) steps at most).
    """
    a, b = np.maximum(a, _LEAST), np.maximum(b, _LEAST)
    near = x < (a + 1) / (a + b + 2)
    first, second = np.where(near, a, b), np.where(near, b, a)
    at = np.where(near, x, 1 - x)
    side = elementary.exp(_log_front(first, second, at)) * _fraction(first, second, at) / first
    return np.clip(np.where(near, side, 1 - side), 0.0, 1.0)


def _log_front(a: Floats, b: Floats, x: Floats) -> Floats:
    """Log of x^a (1 - x)^b / B(a, b), as a distance from the mean.

    Written out term by term it loses nine digits at a billion: its parts are huge and cancel.
    """
    off = x * (a + b) - a
    over, under = off / a, off / b
    front: Floats = a * (elementary.log1p(over) - over) + b * (elementary.log1p(-under) + under)
    front += elementary.log(a / (a + b) * b / (2 * math.pi)) / 2
    front += _stirling_error(a + b) - _stirling_error(a) - _stirling_error(b)
    return front


def _stirling_error(z: Floats) -> Floats:
    """Log Gamma(z) less Stirling's (z - 1/2) log z - z + log(2 pi)/2; the Handbook's 5.11.1."""
    small = z < _SERIES_FROM
    far = np.where(small, z + _SERIES_FROM, z)
    error: Floats = elementary.polynomial(1 / (far * far), _STIRLING) / far
    low, high = z[small], far[small]
    rising: Floats = np.multiply.reduce([low + k for k in range(_SERIES_FROM)])
    # Gamma(high) = Gamma(low) low (low + 1) ... (high - 1)
    error[small] += (high - 0.5) * elementary.log(high) - elementary.log(rising) - _SERIES_FROM
    error[small] -= (low - 0.5) * elementary.log(low)
    return error


def _fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    """The continued fraction by Lentz's method; what has converged stays as it is."""
    c = np.ones_like(x)
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d.copy()
    open_ = np.ones(x.shape, dtype=np.bool_)
    m = 0
    while open_.any():
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = np.ones_like(x)
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            step *= c * d
        value = np.where(open_, value * step, value)
        open_ &= np.abs(step - 1) > _PRECISION
    return value


def _away_from_zero(x: Floats) -> Floats:
    return np.where(np.abs(x) < _TINY, _TINY, x)
