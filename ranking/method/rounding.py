"""The only place that rounds.

A printed figure is rounded half up to 9 decimals, then half up to 0.1 point (method, section 1).
The first step takes away what binary fractions and different machines leave in the last digits:
0.8945 computed as 0.89449999999999996 still prints 89.5 %. A tie moves away from zero, as
PostgreSQL's `round(numeric)` does, so a change of -0.05 points mirrors one of +0.05.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ranking import errors

RULE = "half up to 9 decimals, then half up to 0.1 point"

_NINE = Decimal("1e-9")
_TENTH = Decimal("0.1")
_BINARY = 4_000_000
"""Below it a binary fraction tells all nine decimals."""


def points(share: float | Fraction | Decimal) -> Decimal:
    """The share in percentage points with one decimal, exact: 0.8945 -> Decimal("89.5").

    Raises `NotANumber` for NaN and infinities.
    """
    return (printed(share, digits=3) * 100).quantize(_TENTH)


def printed(x: float | Fraction | Decimal, *, digits: int) -> Decimal:
    """`x` by the rule above with `digits` decimals, all of them written, never "-0.0".

    Raises `NotANumber` for NaN and infinities.
    """
    rounded = _nine(x).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return rounded or abs(rounded)


def share9(x: float | Fraction | Decimal) -> float:
    """`x` half up to 9 decimals: the form in which figures leave as open data.

    Raises `NotANumber` for NaN and infinities.
    """
    return float(_nine(x)) + 0.0  # never -0.0


def nine(x: float | Fraction | Decimal) -> Decimal:
    """`x` half up to 9 decimals, all of them written: how figures are kept in an edition.

    Raises `NotANumber` for NaN and infinities.
    """
    rounded = _nine(x)
    if abs(rounded) >= _BINARY:  # where it leaves as open data, it has fewer decimals
        return Decimal(f"{float(rounded):.9f}")
    return rounded or abs(rounded)  # never -0.0


def _nine(x: float | Fraction | Decimal) -> Decimal:
    if isinstance(x, Fraction):
        # in whole numbers, for an edition rounds twenty thousand: |x| * 10**9 + 1/2, cut off
        scaled = (abs(x.numerator) * 2 * 10**9 + x.denominator) // (2 * x.denominator)
        return Decimal(scaled if x.numerator >= 0 else -scaled).scaleb(-9)
    exact = Decimal(x)
    if not exact.is_finite():
        raise errors.NotANumber(float(x))
    if exact.adjusted() >= 18:  # beyond 28 digits Decimal cannot hold nine decimals
        return exact
    return exact.quantize(_NINE, ROUND_HALF_UP)
