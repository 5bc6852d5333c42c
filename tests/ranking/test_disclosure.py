"""Small cells: hidden, and not to be had by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from ranking.method import disclosure

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=6)


def test_fewer_than_five_are_not_shown_but_nobody_is():
    assert [disclosure.count(n) for n in (0, 1, 4, 5)] == [0, None, None, 5]


def test_a_second_cell_goes_with_the_first():
    assert disclosure.cells([20, 3, 9]) == (20, None, None)


def test_two_hidden_cells_that_are_few_together_take_a_third():
    assert disclosure.cells([2, 30, 1]) == (None, None, None)


def test_nothing_is_hidden_without_need():
    assert disclosure.cells([0, 5, 60]) == (0, 5, 60)


def test_a_total_that_would_reveal_one_agency_is_left_out():
    assert disclosure.total([100, 50], [7]) is None
    assert disclosure.total([100, 50], [1, 2]) is None
    assert disclosure.total([100, 50], [7, 0, 2]) == 159
    assert disclosure.total([100, 50], []) == 150


@given(COUNTS)
def test_no_small_cell_can_be_subtracted_from_the_sum(counts: list[int]):
    shown = disclosure.cells(counts)
    assert all(a is None or a == b for a, b in zip(shown, counts, strict=True))
    assert all(n is None or n == 0 or n >= disclosure.K for n in shown)
    hidden = [n for n, cell in zip(counts, shown, strict=True) if cell is None]
    if hidden and len(hidden) < len(counts):
        assert len(hidden) >= 2
        assert sum(hidden) >= disclosure.K
