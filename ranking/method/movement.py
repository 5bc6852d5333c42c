"""The arrow: has an agency's own share changed more than chance explains?

Never a change of place: where nothing changed at all, the mean agency moves 11 of 100 places.
Source: the pooled two-proportion test; Newcombe (1998) Stat. Med. 17:873-890, method 10;
Benjamini & Hochberg (1995). With rolling windows compare only the quarter that came in with the
one that went out: the quarters in both cancel.
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ranking.method import bands, elementary, intervals

FEWEST = 30
"""Effective residents each of the two periods needs."""


class Arrow(StrEnum):
    """Which way an agency's own share went; where chance would do, there is no arrow."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Periods:
    """An agency's adjusted effective counts in two consecutive periods: x satisfied of n.

    Raises `InvalidCounts` unless 0 <= x <= n.
    """

    x_new: float
    n_new: float
    x_old: float
    n_old: float

    def __post_init__(self) -> None:
        intervals.check_counts(self.x_new, self.n_new)
        intervals.check_counts(self.x_old, self.n_old)


@dataclass(frozen=True, slots=True)
class Movement:
    """The change new - old as a share, its Newcombe interval, the test, and the arrow if any."""

    change: float
    interval: intervals.Interval
    z: float
    p_value: float
    arrow: Arrow | None


def z_score(periods: Periods) -> float | None:
    """The z = (p1 - p0)/sqrt(p(1-p)(1/n1 + 1/n0)), p pooled; None if a period has no answers.

    0 if everybody agreed in both periods: then nothing moved.
    """
    if not (periods.n_new and periods.n_old):
        return None
    pooled = (periods.x_new + periods.x_old) / (periods.n_new + periods.n_old)
    spread = pooled * (1 - pooled) * (1 / periods.n_new + 1 / periods.n_old)
    change = periods.x_new / periods.n_new - periods.x_old / periods.n_old
    return change / math.sqrt(spread) if spread > 0 else 0.0


def p_values(z: Sequence[float]) -> list[float]:
    """The two-sided normal tail of each z."""
    tails: list[float] = (2 * elementary.normal_tail(np.abs(np.array(z)))).tolist()
    return tails


def movements(
    agencies: Mapping[str, Periods], *, q: float = 0.05, confidence: float = 0.95
) -> tuple[dict[str, Movement | None], float | None]:
    """The movement of each agency, and the Benjamini-Hochberg threshold used over all tested.

    Tested are those with at least 30 effective residents in both periods; the others get None. An
    arrow stands only where p is at most the threshold (None: nothing was rejected). Leave out new,
    merged and split agencies for 4 quarters. Agencies keep the order they came in.
    """
    tested = {name: periods for name, periods in agencies.items() if _is_tested(periods)}
    z = [z_score(periods) or 0.0 for periods in tested.values()]
    p = p_values(z)
    threshold = bands.benjamini_hochberg(p, q)
    found: dict[str, Movement | None] = dict.fromkeys(agencies)
    for (name, periods), own_z, own_p in zip(tested.items(), z, p, strict=True):
        arrow = _arrow(own_z) if threshold is not None and own_p <= threshold else None
        found[name] = Movement(*_change(periods, confidence), own_z, own_p, arrow)
    return found, threshold


def _is_tested(periods: Periods) -> bool:
    return min(periods.n_new, periods.n_old) >= FEWEST


def _change(periods: Periods, confidence: float) -> tuple[float, intervals.Interval]:
    x_new, n_new, x_old, n_old = dataclasses.astuple(periods)
    interval = intervals.newcombe(x_new, n_new, x_old, n_old, confidence=confidence)
    assert interval is not None  # noqa: S101 -- both periods have answers
    return x_new / n_new - x_old / n_old, interval


def _arrow(z: float) -> Arrow | None:
    if not z:
        return None
    return Arrow.UP if z > 0 else Arrow.DOWN
