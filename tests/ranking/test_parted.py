"""Agencies in runs that stay within bounds: each once, in order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ranking.counts import parted


def test_a_run_ends_where_the_next_agency_would_be_too_much():
    sizes = {1: 40, 2: 60, 3: 1, 4: 250, 5: 0, 6: 100}
    assert parted.parts(sizes, 100) == [[1, 2], [3], [4], [5, 6]]


def test_of_nobody_there_is_no_run():
    assert parted.parts({}, 100) == []


@given(st.dictionaries(st.integers(1, 50), st.integers(0, 30)), st.integers(1, 60))
def test_each_agency_is_in_one_run_and_no_run_could_take_the_next(
    sizes: dict[int, int], at_once: int
):
    found = parted.parts(sizes, at_once)
    assert [agency for run in found for agency in run] == sorted(sizes)
    for run, after in pairwise([*found, None]):
        rows = sum(sizes[agency] for agency in run)
        assert rows <= at_once or len(run) == 1
        if after:
            assert rows + sizes[after[0]] > at_once
