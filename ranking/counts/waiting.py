"""How long people wait for a decision, from a life table in whole days. Method, section 12.

The product of Kaplan and Meier (1958) and the competing ends of Aalen and Johansen (1978), as in
`survival`, but from counts by day: what is published, and all that its readers need to recompute.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ranking.frozen.edition_cases import Day, Waiting
from ranking.method import rounding

DECIDED, WITHDRAWN, TRANSFERRED = "decided", "withdrawn", "transferred"

# S is a product of rounded quotients: a true 0.5 may come out a hair above.
_GUARD = 1e-12


@dataclass(frozen=True, slots=True)
class Spells:
    """So many cases seen from one age to another, in whole days since receipt.

    `left` is the day on which they ended, or for `end` None the last that they were seen through.
    Those already waiting when the period began `entered` at the age they then had.
    """

    entered: int
    left: int
    end: str | None
    cases: int


def life_table(spells: Iterable[Spells]) -> tuple[Day, ...]:
    """Each day on which anything ended: cases at risk on it, and how they ended.

    At risk on day d: entered before it and not left before it.
    """
    change: Counter[int] = Counter()
    ends: Counter[tuple[int, str]] = Counter()
    for of in spells:
        if of.entered < of.left:
            change[of.entered + 1] += of.cases
            change[of.left + 1] -= of.cases
            if of.end is not None:
                ends[of.left, of.end] += of.cases
    ending = {day for day, _ in ends}
    at_risk, days = 0, []
    for day in sorted(change.keys() | ending):
        at_risk += change[day]
        if day in ending:
            days.append(
                Day(
                    day=day,
                    at_risk=at_risk,
                    decided=ends[day, DECIDED],
                    withdrawn=ends[day, WITHDRAWN],
                    transferred=ends[day, TRANSFERRED],
                )
            )
    return tuple(days)


def waiting(days: Sequence[Day]) -> Waiting | None:
    """Median and 90th percentile of the time to decision; None where nothing ended."""
    if not days:
        return None
    undecided = open_ = 1.0
    incidence = {WITHDRAWN: 0.0, TRANSFERRED: 0.0}
    reached: dict[float, int] = {}
    for day in days:
        undecided *= 1 - day.decided / day.at_risk
        for share in (0.5, 0.1):
            if undecided <= share + _GUARD:
                reached.setdefault(share, day.day)
        incidence[WITHDRAWN] += open_ * day.withdrawn / day.at_risk
        incidence[TRANSFERRED] += open_ * day.transferred / day.at_risk
        open_ *= 1 - (day.decided + day.withdrawn + day.transferred) / day.at_risk
    return Waiting(
        median_days=reached.get(0.5),
        p90_days=reached.get(0.1),
        withdrawn=rounding.nine(incidence[WITHDRAWN]),
        transferred=rounding.nine(incidence[TRANSFERRED]),
        days=tuple(days),
    )
