"""Voices counted from columns of answers: one resident, one voice, in exact whole numbers.

Of m answers of a resident to one agency each weighs 1/m (method, section 2). No float is summed:
answers are counted by m, and only the counts become fractions.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

SATISFIED = 4
"""The lowest of the five levels that counts as satisfied; 3 does not."""
LEVELS = 5

# Whole numbers of this part of a voice add up exactly: 40 thousand million voices and more.
COMMON_UP_TO = 20
COMMON = math.lcm(*range(1, COMMON_UP_TO + 1))

AS_A_TABLE = 4
"""Up to so many places for each row, kinds of rows are counted in a table rather than sorted."""

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

    def by_voice(self) -> "Columns":
        """The rows of each voice together, by month: so they need not be looked for again."""
        order = np.lexsort((self.month, self.voice))
        return Columns(*(getattr(self, name)[order] for name in self.__slots__))


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
    weights = answers_of_voice([answers.voice, *within])
    (*keys, m, is_good), given = _kinds([*by, weights, (answers.overall >= SATISFIED) * 1])
    starts = np.flatnonzero(begins(keys))
    n, x = fractions(starts, m, given), fractions(starts, m, given * is_good)
    names = _rows(*(key[starts] for key in keys))
    return {name: Weighed(*of) for name, *of in zip(names, n, x, strict=True)}


def fractions(starts: Column, m: Column, answers: Column) -> list[Fraction]:
    """Of each run of entries, which begin at `starts`, the exact sum of answers / m."""
    is_common = m <= COMMON_UP_TO
    parts = np.where(is_common, answers * (COMMON // np.where(is_common, m, 1)), 0)
    found = [Fraction(of, COMMON) for of in np.add.reduceat(parts, starts).tolist()]
    for place in np.flatnonzero(~is_common).tolist():
        run = int(np.searchsorted(starts, place, side="right")) - 1
        found[run] += Fraction(int(answers[place]), int(m[place]))
    return found


def levels(answers: Columns) -> dict[int, tuple[int, ...]]:
    """By agency how often 1, 2, 3, 4 and 5 were given: answers, not residents."""
    found: dict[int, list[int]] = defaultdict(lambda: [0] * LEVELS)
    if len(answers):
        (agencies, overalls), counts = _kinds([answers.agency, answers.overall])
        for agency, overall, given in _rows(agencies, overalls, counts):
            found[agency][overall - 1] = given
    return {agency: tuple(of) for agency, of in found.items()}


def outside_busiest_day(answers: Columns) -> Chosen:
    """Which answers were not given on their agency's busiest day, the first where there are two."""
    busiest: dict[int, tuple[int, int]] = {}
    if len(answers):
        (agencies, days), counts = _kinds([answers.agency, answers.day])
        for agency, day, given in _rows(agencies, days, counts):
            busiest[agency] = min(busiest.get(agency, (0, 0)), (-given, day))
    known = np.array(sorted(busiest), dtype=np.int64)
    day_of = np.array([busiest[agency][1] for agency in known.tolist()], dtype=np.int64)
    chosen: Chosen = answers.day != day_of[np.searchsorted(known, answers.agency)]
    return chosen


def answers_of_voice(keys: Sequence[Column]) -> Column:
    """For each row how many rows have its keys."""
    if _is_in_order(keys):
        return _sizes(keys)
    order = np.lexsort(tuple(reversed(keys)))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = _sizes([key[order] for key in keys])
    return found


def _is_in_order(keys: Sequence[Column]) -> bool:
    """Whether no row stands before one that comes first by these columns, the first first."""
    is_fine = np.ones(max(0, len(keys[0]) - 1), dtype=np.bool_)
    for key in reversed(keys):
        is_fine = (key[1:] > key[:-1]) | ((key[1:] == key[:-1]) & is_fine)
    return bool(is_fine.all())


def _sizes(keys: Sequence[Column]) -> Column:
    """For each of rows in order how many are equal to it."""
    starts = np.flatnonzero(begins(keys))
    sizes = np.diff(np.append(starts, len(keys[0])))
    return np.repeat(sizes, sizes)


def _kinds(keys: Sequence[Column]) -> tuple[list[Column], Column]:
    """The different rows of these columns, in order, and how many there are of each."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    spans = []
    for key in keys:
        low, span = int(key.min()), int(key.max() - key.min()) + 1
        spans.append((low, span))
        code = code * span + (key - low)
    if math.prod(span for _, span in spans) <= AS_A_TABLE * len(code):
        table = np.bincount(code)
        found = np.flatnonzero(table)
        counts = table[found]
    else:
        found, counts = np.unique(code, return_counts=True)
    columns = []
    for low, span in reversed(spans):
        columns.append(found % span + low)
        found = found // span
    return columns[::-1], counts


def begins(keys: Sequence[Column]) -> Chosen:
    """Of rows in order: which differ from the row before in any of these columns."""
    found = np.ones(len(keys[0]), dtype=np.bool_)
    found[1:] = False
    for key in keys:
        found[1:] |= key[1:] != key[:-1]
    return found


def _rows(*columns: Column) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)
