"""Who is drawn by lot: the same for whoever knows the seed, and chosen by nobody."""

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import sampling

SEED = "5e" * 32
NUMBERS = st.lists(st.integers(1, 10**9), unique=True, max_size=60)


def test_a_ticket_is_a_digest_anybody_can_compute():
    expected = hashlib.sha256(f"{SEED}/call_back/17".encode()).digest()
    assert sampling.ticket(SEED, "call_back", 17) == expected
    assert sampling.ticket(SEED, "file", 17) != expected
    assert sampling.digest(SEED) == hashlib.sha256(SEED.encode()).hexdigest()


@pytest.mark.parametrize(
    ("of", "drawn"), [(0, 0), (1, 1), (99, 1), (100, 1), (101, 2), (20_000, 200)]
)
def test_one_of_a_hundred_is_drawn_and_of_few_one_at_least(of: int, drawn: int):
    assert sampling.part(Fraction(1, 100), of) == drawn


@pytest.mark.parametrize(
    ("share", "of"), [(Fraction(1, 100), -1), (Fraction(-1, 100), 5), (Fraction(2), 5)]
)
def test_no_part_is_drawn_of_what_cannot_be(share: Fraction, of: int):
    with pytest.raises(sampling.BadSample):
        sampling.part(share, of)


@given(NUMBERS, st.integers(0, 70), st.randoms(use_true_random=False))
def test_the_order_is_irrelevant_and_so_many_are_drawn(numbers, how_many, chance):
    found = sampling.drawn(SEED, "file", numbers, how_many=how_many)
    chance.shuffle(numbers)
    assert sampling.drawn(SEED, "file", numbers, how_many=how_many) == found
    assert len(set(found)) == len(found) == min(how_many, len(numbers))
    assert set(found) <= set(numbers)


@given(NUMBERS, st.integers(0, 30), st.integers(0, 30), st.data())
def test_who_is_drawn_stays_drawn_if_more_are_or_others_leave(numbers, few, more, data):
    found = sampling.drawn(SEED, "file", numbers, how_many=few)
    assert sampling.drawn(SEED, "file", numbers, how_many=few + more)[: len(found)] == found
    left = data.draw(st.sets(st.sampled_from(numbers), max_size=9)) if numbers else set()
    again = sampling.drawn(SEED, "file", set(numbers) - left, how_many=few)
    assert set(found) - left <= set(again)
