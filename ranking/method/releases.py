"""Sums over releases that no other page can be taken from.

A release counts what fell into one span of time, whole and once; spans do not overlap, and what a
release shows never changes. Two ways of parting the same things, say by what an answer came to and
by its cause, have one total, so each parting hides by itself what the other could give away. What
is shown of several releases is the sum of what each shows, and nothing besides: any difference of
such sums is again made of whole cells of releases.

Whoever knows the total and this rule too must not find a small count (Hundepool et al. 2012,
Statistical Disclosure Control, chapter 4). So a parting with a small count hides every count up to
the least that is not small, ties and all; what is 0 has no line either. What is hidden depends on
the counts alone and never on their order: the hidden ones could as well be dealt otherwise.
`disclosure.cells` hides fewer: it is for counts that are parted in one way and shown once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ranking.method.disclosure import K

KindT = TypeVar("KindT")


@dataclass(frozen=True, slots=True)
class Released(Generic[KindT]):
    """How often what, most often first, ties in the order of the kinds; `others` not told apart.

    `others` of a release are left out where all of it is fewer than `K`.
    """

    shown: tuple[tuple[KindT, int], ...]
    others: int


def total(kinds: Sequence[KindT], releases: Iterable[Mapping[KindT, int]]) -> Released[KindT]:
    """The sum of what releases show, of counts by kind; a kind that is not in one is 0 there."""
    shown: Counter[KindT] = Counter()
    others = 0
    for counts in releases:
        least = _least_shown(counts)
        shown.update({kind: n for kind, n in counts.items() if n >= least})
        hidden = sum(n for n in counts.values() if n < least)
        others += hidden if hidden >= K else 0
    in_order = sorted((kind for kind in kinds if shown[kind]), key=lambda kind: -shown[kind])
    return Released(tuple((kind, shown[kind]) for kind in in_order), others)


def _least_shown(counts: Mapping[KindT, int]) -> int:
    """The count from which on those of a release are shown."""
    if not any(0 < n < K for n in counts.values()):
        return K
    return min((n for n in counts.values() if n >= K), default=K) + 1
