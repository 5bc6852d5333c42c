"""Voices counted from columns of answers: one resident, one voice, in exact whole numbers.

Of m answers of a resident to one agency each weighs 1/m (method, section 2). No float is summed:
answers are counted by m, and only the counts become fractions.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

SATISFIED = 4
"""The lowest of the five levels that counts as satisfied; 3 does not."""
LEVELS = 5

Column = NDArray[np.int64]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Answers, one a row. Of equal `voice` are those of one resident to one agency."""

    rating: Column
    voice: Column
    agency: Column
    stratum: Column
    day: Column
    month: Column
    overall: Column
    counter: Column
    """1 where it was given at a counter."""

    def __len__(self) -> int:
        return len(self.rating)

    def only(self, chosen: Chosen) -> "Columns":
        """The rows that are chosen."""
        return Columns(*(getattr(self, name)[chosen] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Weighed:
    """Voices of one kind: n of them, x satisfied."""

    n: Fraction
    x: Fraction


def weighed(
    answers: Columns, by: Sequence[Column], *, within: Sequence[Column] = ()
) -> dict[tuple[int, ...], Weighed]:
    """The voices by the values of these columns, in their order.

    An answer weighs 1/m, of m answers of its voice with equal values of the columns `within`.
    """
    if not len(answers):
        return {}
    weights = _answers_of_voice([answers.voice, *within])
    keys = [*by, weights]
    kinds, which, counts = _kinds(keys)
    satisfied = np.bincount(which[answers.overall >= SATISFIED], minlength=len(counts))
    sums: dict[tuple[int, ...], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for (*key, m), given, good in zip(kinds, counts.tolist(), satisfied.tolist(), strict=True):
        own = sums[tuple(key)]
        own[0] += Fraction(given, m)
        own[1] += Fraction(good, m)
    return {key: Weighed(n, x) for key, (n, x) in sums.items()}


def levels(answers: Columns) -> dict[int, tuple[int, ...]]:
    """By agency how often 1, 2, 3, 4 and 5 were given: answers, not residents."""
    found: dict[int, list[int]] = defaultdict(lambda: [0] * LEVELS)
    if len(answers):
        kinds, _, counts = _kinds([answers.agency, answers.overall])
        for (agency, overall), given in zip(kinds, counts.tolist(), strict=True):
            found[agency][overall - 1] = given
    return {agency: tuple(of) for agency, of in found.items()}


def outside_busiest_day(answers: Columns) -> Chosen:
    """Which answers were not given on their agency's busiest day, the first where there are two."""
    busiest: dict[int, tuple[int, int]] = {}
    if len(answers):
        kinds, _, counts = _kinds([answers.agency, answers.day])
        for (agency, day), given in zip(kinds, counts.tolist(), strict=True):
            busiest[agency] = min(busiest.get(agency, (0, 0)), (-given, day))
    agencies = np.array(sorted(busiest), dtype=np.int64)
    days = np.array([busiest[agency][1] for agency in agencies.tolist()], dtype=np.int64)
    chosen: Chosen = answers.day != days[np.searchsorted(agencies, answers.agency)]
    return chosen


def _answers_of_voice(keys: Sequence[Column]) -> Column:
    """For each row how many rows have its keys."""
    order = np.argsort(keys[0]) if len(keys) == 1 else np.lexsort(tuple(keys))
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = False
    for key in keys:
        ordered = key[order]
        is_first[1:] |= ordered[1:] != ordered[:-1]
    sizes = np.diff(np.append(np.flatnonzero(is_first), len(order)))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.repeat(sizes, sizes)
    return found


def _kinds(keys: Sequence[Column]) -> tuple[list[tuple[int, ...]], Column, Column]:
    """The different rows of these columns in order, which of them each row is, and how many are."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    spans = []
    for key in keys:
        low, span = int(key.min()), int(key.max() - key.min()) + 1
        spans.append((low, span))
        code = code * span + (key - low)
    found, which, counts = np.unique(code, return_inverse=True, return_counts=True)
    columns = []
    for low, span in reversed(spans):
        columns.append((found % span + low).tolist())
        found = found // span
    return list(zip(*reversed(columns), strict=True)), which, counts
