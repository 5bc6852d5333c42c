"""Voices weighed some at a time: in whatever parts, it comes to what one by one it comes to."""

from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ranking.counts import spill
from ranking.method import counting, weighing
from ranking.method.weighing import LEVEL_BITS, Voiced, Weights

Said = list[tuple[int, int, int]]
"""(voice, kind, level): voices of any sign, as hashes are."""

SAID = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3), st.integers(1, 5)), max_size=60)


def _one_by_one(said: Said) -> dict[int, Voiced]:
    answers = Counter(voice for voice, _, _ in said)
    n: dict[int, Fraction] = defaultdict(Fraction)
    x: dict[int, Fraction] = defaultdict(Fraction)
    levels: dict[int, list[int]] = defaultdict(lambda: [0] * counting.LEVELS)
    for voice, kind, level in said:
        n[kind] += Fraction(1, answers[voice])
        x[kind] += Fraction(level >= counting.SATISFIED, answers[voice])
        levels[kind][level - 1] += 1
    return {kind: Voiced(n[kind], x[kind], tuple(levels[kind])) for kind in n}


def _weights(said: Said) -> Weights:
    voice, kind, level = np.array(said, dtype=np.int64).reshape(-1, 3).T
    return weighing.of_voices(voice, kind << LEVEL_BITS | level)


def test_of_two_answers_each_weighs_half():
    found = weighing.voiced(_weights([(7, 1, 5), (7, 2, 3), (8, 1, 4)]))
    assert found == {
        1: Voiced(Fraction(3, 2), Fraction(3, 2), (0, 0, 0, 1, 1)),
        2: Voiced(Fraction(1, 2), Fraction(0), (0, 0, 1, 0, 0)),
    }


def test_nothing_said_is_nothing_counted():
    assert weighing.voiced(weighing.folded([])) == {}
    assert weighing.voiced(_weights([])) == {}


def test_a_part_smaller_than_the_common_ones_is_exact_too():
    of_one = [(1, 1, 5)] * (counting.COMMON_UP_TO + 1) + [(1, 2, 1)] * 2
    total = counting.COMMON_UP_TO + 3
    found = weighing.voiced(_weights(of_one))
    assert (found[1].x, found[2].n) == (Fraction(total - 2, total), Fraction(2, total))


@given(SAID)
def test_in_whatever_parts_it_comes_to_the_same_as_one_by_one(said: Said):
    expected = _one_by_one(said)
    assert weighing.voiced(_weights(said)) == expected
    by_voice = [[one for one in said if one[0] % 3 == part] for part in range(3)]
    assert weighing.voiced(weighing.folded(map(_weights, by_voice))) == expected


@given(SAID, st.integers(1, 3))
def test_what_is_put_on_disk_comes_back_with_its_like(said: Said, times: int):
    rows = np.array(said, dtype=np.int64).reshape(-1, 3)
    with spill.spilling(3) as held:
        for _ in range(times):
            held.add(rows)
        parts = [[tuple(row) for row in part.tolist()] for part in held.parts()]
    assert Counter(row for part in parts for row in part) == Counter(said * times)
    places = [{row[0] for row in part} for part in parts]
    assert sum(map(len, places)) == len(set().union(*places))
