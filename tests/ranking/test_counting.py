"""Voices counted by columns: it comes to what one by one it comes to, in whatever order."""

from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import counting
from ranking.method.counting import Columns

Said = list[tuple[int, int, int, int]]
"""(voice, kind of work, month, level): voices of any sign, as hashes are."""

SAID = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(0, 3), st.integers(0, 2), st.integers(1, 5)),
    max_size=60,
)


def _columns(said: Said, *, apart: int = 1) -> Columns:
    voice, kind, month, level = np.array(said, dtype=np.int64).reshape(-1, 4).T
    nothing = np.zeros_like(voice)
    return Columns(nothing, voice, nothing, kind * apart, nothing, month, level, nothing)


def _one_by_one(said: Said, *, by_month: bool) -> dict[int, tuple[Fraction, Fraction]]:
    answers = Counter((voice, month * by_month) for voice, _, month, _ in said)
    n: dict[int, Fraction] = defaultdict(Fraction)
    x: dict[int, Fraction] = defaultdict(Fraction)
    for voice, kind, month, level in said:
        part = Fraction(1, answers[voice, month * by_month])
        n[kind] += part
        x[kind] += part * (level >= counting.SATISFIED)
    return {kind: (n[kind], x[kind]) for kind in sorted(n)}


@pytest.mark.parametrize("by_month", [False, True])
@given(said=SAID)
def test_in_whatever_order_it_comes_to_the_same_as_one_by_one(by_month: bool, said: Said):
    expected = _one_by_one(said, by_month=by_month)
    # Kinds near one another are counted in a table, kinds far apart are sorted.
    for apart in (1, 10**6):
        for answers in ((as_given := _columns(said, apart=apart)), as_given.by_voice()):
            within = [answers.month] if by_month else []
            found = counting.weighed(answers, [answers.stratum], within=within)
            counted = {kind // apart: (of.n, of.x) for (kind,), of in found.items()}
            assert list(counted.items()) == list(expected.items())


def test_a_part_smaller_than_the_common_ones_is_exact_too():
    of_one = [(1, 1, 0, 5)] * (counting.COMMON_UP_TO + 1) + [(1, 2, 0, 1)] * 2
    total = counting.COMMON_UP_TO + 3
    answers = _columns(of_one)
    found = counting.weighed(answers, [answers.stratum])
    assert (found[1,].x, found[2,].n) == (Fraction(total - 2, total), Fraction(2, total))
