"""Do results crowd just over the target? The histogram around it, and a test for a bump. Pure.

Where nothing is arranged a share is as likely to fall a little under the target as a little over
it. The test is the exact binomial one of counts on both sides of a threshold in a narrow window:
Cattaneo, Jansson & Ma (2018), Stata Journal 18:234-261, section 2.3, after McCrary (2008), Journal
of Econometrics 142:698-714. It asks for more above only. Observed shares, before any adjustment,
to nine decimals: these are what an office can see and steer by. Source of the rule: the published
method, section 13. A bump is no proof against anybody; it proposes whom to audit.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import comb

from ranking.method import limits
from ranking.method.limits import Limits

BIN = Fraction(1, 200)
"""Half a point: the width of one bar."""
REACH = 10
"""Bars on either side of the target."""
WINDOW = limits.exactly(limits.OWN.bump_reach)
"""A point on either side: the window of the test."""


@dataclass(frozen=True, slots=True)
class Cliff:
    """How shares lie around the target.

    `bars` count those in [target + i BIN, target + (i + 1) BIN) for i from -REACH on; `below` and
    `above` those of the window; `tail` is P(X >= above), X binomial(below + above, 1/2). A tail at
    most as likely as `level` is a bump.
    """

    target: Fraction
    bars: tuple[int, ...]
    below: int
    above: int
    tail: Fraction
    level: Fraction

    @property
    def is_bump(self) -> bool:
        return self.tail <= self.level

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where each bar begins."""
        return tuple(self.target + (i - REACH) * BIN for i in range(len(self.bars)))


def cliff(
    shares: Iterable[Decimal | Fraction], target: float, held_to: Limits = limits.OWN
) -> Cliff:
    """Of the observed shares of agencies; a target of 0.9 is nine tenths exactly."""
    exact = Fraction(str(target))
    gaps = [Fraction(share) - exact for share in shares]
    found = Counter(gap // BIN for gap in gaps)
    below = sum(-WINDOW <= gap < 0 for gap in gaps)
    above = sum(0 <= gap < WINDOW for gap in gaps)
    bars = tuple(found[i] for i in range(-REACH, REACH))
    level = limits.exactly(held_to.bump_level)
    return Cliff(exact, bars, below, above, tail(below, above), level)


def tail(below: int, above: int) -> Fraction:
    """P(X >= above) if each of below + above falls on either side alike; exact."""
    total = below + above
    return Fraction(sum(comb(total, k) for k in range(above, total + 1)), 1 << total)


def is_just_above(share: Decimal | Fraction | None, of: Cliff) -> bool:
    """Whether a share lies in the window's upper half, from where an audit draws."""
    return share is not None and 0 <= Fraction(share) - of.target < WINDOW
