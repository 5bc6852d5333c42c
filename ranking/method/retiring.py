"""When an indicator tells nobody apart any more. Pure.

A target that nearly everybody is clearly above has done its work: it should give way to a harder
one, or to another indicator, fixed before a coming period. Source: the published method, section
13: retire an indicator when over 95 % are "above".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ranking.method import limits
from ranking.method.bands import Band
from ranking.method.limits import Limits


@dataclass(frozen=True, slots=True)
class Telling:
    """How many agencies are ranked on an indicator, and how many of them clearly above."""

    ranked: int
    above: int
    most: Fraction
    """Of the ranked, over which the indicator has done its work."""

    @property
    def is_to_retire(self) -> bool:
        """By the method over 95 % are above, exactly; nobody ranked says nothing."""
        return self.above > self.most * self.ranked


def telling(bands: Iterable[Band | None], held_to: Limits = limits.OWN) -> Telling:
    """Of the bands of all agencies, None of those not ranked."""
    known = [band for band in bands if band is not None]
    most = limits.exactly(held_to.retired_share)
    return Telling(len(known), known.count(Band.ABOVE), most)
