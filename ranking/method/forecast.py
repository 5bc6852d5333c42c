"""How many of the cases that fall due in a running period will have been answered in time. Pure.

What fell due is counted; an open case not yet due has a chance. With S the Kaplan-Meier curve of
the agency's own times to answer, a case open at age a and due at age d is answered in time with
probability 1 - S(d)/S(a): what is left to it, given that it is not answered yet. The interval
takes these as independent (variance the sum of p(1 - p), normal, 95 %), so that it says what chance
allows, not what a strike or a flood does. Cases not filed yet are in no forecast.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ranking.method import survival
from ranking.method.survival import Spell, Step

ANSWERED, OTHERWISE = "answered", "otherwise"
Z = 1.959964  # of a two-sided 95 %
FEWEST = 20  # answers from which a curve is drawn


@dataclass(frozen=True, slots=True)
class Pending:
    """An open case not yet due: its age now, and at what age it is due; days, age < due."""

    age: float
    due: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Shares of all cases due in the period as it is known now.

    `now` is of what is already settled; None where nothing is. `expected`, `low`, `high` are of the
    whole; None where too few answers are known for a curve, or nothing is due.
    """

    met: int
    settled: int
    pending: int
    now: float | None
    expected: float | None
    low: float | None
    high: float | None


def forecast(met: int, late: int, pending: Sequence[Pending], spells: Iterable[Spell]) -> Forecast:
    """From the cases already `met` or `late`, those `pending`, and times to answer so far."""
    settled = met + late
    total = settled + len(pending)
    now = met / settled if settled else None
    known = list(spells)
    enough = sum(spell.end == ANSWERED for spell in known) >= FEWEST
    if not total or (pending and not enough):
        return Forecast(met, settled, len(pending), now, None, None, None)
    steps = survival.curve(known, end=ANSWERED)
    chances = [chance(steps, case) for case in pending]
    mean = math.fsum(chances)
    spread = Z * math.sqrt(math.fsum(p * (1 - p) for p in chances))
    low, high = max(0.0, mean - spread), min(float(len(pending)), mean + spread)
    return Forecast(
        met,
        settled,
        len(pending),
        now,
        (met + mean) / total,
        (met + low) / total,
        (met + high) / total,
    )


def chance(steps: Sequence[Step], case: Pending) -> float:
    """1 - S(due)/S(age): answered by its deadline, given that it is open.

    Beyond the curve, where S(age) is 0, nobody ever waited so long: no chance is given.
    """
    here, there = _left(steps, case.age), _left(steps, case.due)
    return 1 - there / here if here > 0 else 0.0


def _left(steps: Sequence[Step], age: float) -> float:
    place = bisect_right(steps, age, key=lambda step: step.at)
    return steps[place - 1].survival if place else 1.0
