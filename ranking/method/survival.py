"""Time to decision when some cases are still open: Kaplan-Meier and Aalen-Johansen.

A median over closed cases alone runs low, because the slow ones are still open. Here every case
counts for as long as it was seen: open ones are censored at the cut-off, and a case accepted
before the window joins late (left truncation), at the age it then had.

Sources: Kaplan & Meier (1958) JASA 53:457-481; Greenwood (1926); Aalen & Johansen (1978) Scand.
J. Statist. 5:141-150; Klein & Moeschberger (2003), chapter 4.6 on left truncation. Vectors: the
6-MP trial of Freireich et al. (1963).
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ranking import errors

# S(t) is a product of rounded quotients: a true 0.5 may come out as 0.49999999999999983 or above.
_GUARD = 1e-12


@dataclass(eq=False)
class BadSpell(errors.RankingError):
    """A spell that ends before it begins, begins before acceptance, or is not a number."""

    entered: float
    left: float


@dataclass(frozen=True, slots=True)
class Spell:
    """One case as it was seen: from what age, to what age, and how it ended.

    Ages run from acceptance, in any one unit (days, working minutes). `entered` is 0 for a case
    accepted inside the window. `end` is None for a case still open at `left` (censored).
    Raises `BadSpell` unless 0 <= entered <= left < infinity.
    """

    left: float
    end: str | None
    entered: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.entered <= self.left < math.inf:
            raise BadSpell(self.entered, self.left)


@dataclass(frozen=True, slots=True)
class Step:
    """One age at which cases were decided, and the share then still undecided.

    `standard_error` is Greenwood's, None once nobody is left (its formula divides by zero).
    """

    at: float
    at_risk: int
    ended: int
    survival: float
    standard_error: float | None


def curve(spells: Iterable[Spell], *, end: str) -> tuple[Step, ...]:
    """Kaplan-Meier: S(t) = product over ages <= t of (1 - d/r), for the one kind of `end`.

    d cases ended so at that age, r were at risk: entered before it and not yet left. Every other
    end counts as censored. A case censored at an age is still at risk at it. A case accepted
    inside the window is at risk from age 0 on; one that joined late only after the age at which
    it joined, so a late spell of no length counts nowhere. No ends give no steps.

    Beware under left truncation: where the few cases at risk at an early age all end, S is 0 from
    there on. `Step.at_risk` shows it.
    """
    steps: list[Step] = []
    survival, greenwood = 1.0, 0.0
    for at, at_risk, ends in _moments(list(spells)):
        ended = ends[end]
        if not ended:
            continue
        survival *= (at_risk - ended) / at_risk
        error = None
        if at_risk > ended:
            greenwood += ended / (at_risk * (at_risk - ended))
            error = survival * math.sqrt(greenwood) if survival else None
        steps.append(Step(at, at_risk, ended, survival, error))
    return tuple(steps)


def reached(steps: Sequence[Step], share: float) -> float | None:
    """The first age by which `share` of cases had ended: S(t) <= 1 - share, None if never.

    A guard of 1e-12 makes an S of exactly one half count as reached. `reached(steps, 0.5)` is the
    median, `reached(steps, 0.9)` the 90th percentile.
    """
    return next((step.at for step in steps if step.survival <= 1 - share + _GUARD), None)


def incidence(spells: Iterable[Spell]) -> Mapping[str, tuple[tuple[float, float], ...]]:
    """Aalen-Johansen: for each kind of end, the share of all cases that had so ended by each age.

    F_k(t) = sum over ages u <= t of S(u-) d_k(u)/r(u), S the Kaplan-Meier curve of ending in any
    way. Withdrawal and transfer compete with decision, so 1 - KM would overstate each. At every
    age the shares of all kinds and S sum to 1. Kinds in alphabetical order; open cases are none.
    """
    shares: dict[str, list[tuple[float, float]]] = {}
    undecided = 1.0
    for at, at_risk, ends in _moments(list(spells)):
        for kind, ended in sorted(ends.items()):
            steps = shares.setdefault(kind, [])
            before = steps[-1][1] if steps else 0.0
            steps.append((at, before + undecided * ended / at_risk))
        undecided *= (at_risk - ends.total()) / at_risk
    return {kind: tuple(shares[kind]) for kind in sorted(shares)}


def _moments(spells: Sequence[Spell]) -> Iterable[tuple[float, int, Counter[str]]]:
    """Each age at which any case ended: the number at risk, and how many ended in which way."""
    seen = [spell for spell in spells if not spell.entered or spell.entered < spell.left]
    late = sorted(spell.entered for spell in seen if spell.entered)
    leaving = sorted(spell.left for spell in seen)
    at_once = len(seen) - len(late)
    ends: dict[float, Counter[str]] = {}
    for spell in seen:
        if spell.end is not None:
            ends.setdefault(spell.left, Counter())[spell.end] += 1
    for at in sorted(ends):
        at_risk = at_once + bisect_left(late, at) - bisect_left(leaving, at)
        yield at, at_risk, ends[at]
