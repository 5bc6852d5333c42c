"""What is told of several months, and that no small cell can be had from any two pages of it."""

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from ranking.method import releases
from ranking.method.disclosure import K

KINDS = ("solved", "partly", "cannot")
COUNTS = st.tuples(*(st.integers(0, 12) for _ in KINDS))


def told(*months: dict[str, int]) -> tuple[dict[str, int], int]:
    found = releases.total(KINDS, months)
    return dict(found.shown), found.others


def named(counts: Sequence[int]) -> dict[str, int]:
    return dict(zip(KINDS, counts, strict=True))


def test_what_came_up_seldom_is_told_with_the_next_seldom_alone() -> None:
    assert told({"solved": 9, "partly": 6, "cannot": 4}) == ({"solved": 9}, 10)
    assert told({"solved": 9, "partly": 5}) == ({"solved": 9, "partly": 5}, 0)


def test_a_month_of_few_answers_tells_nothing_not_even_how_many() -> None:
    assert told({"solved": 4}) == ({}, 0)
    assert told({"solved": 4}, {"solved": 6}) == ({"solved": 6}, 0)


def test_the_most_frequent_comes_first() -> None:
    found = releases.total(KINDS, [{"solved": 5, "partly": 9}])
    assert [kind for kind, _ in found.shown] == ["partly", "solved"]


@given(COUNTS)
def test_who_knows_the_total_and_the_rule_still_cannot_tell_a_small_count(
    counts: tuple[int, ...],
) -> None:
    """Of all tables of which the same is told, some give a small count another value.

    What is hidden and what is nothing look alike: neither has a line.
    """
    seen, total = told(named(counts)), sum(counts)
    same = [
        other
        for other in product(range(total + 1), repeat=len(counts))
        if sum(other) == total and told(named(other)) == seen
    ]
    for kind, count in named(counts).items():
        assert seen[0].get(kind, K) >= K
        if 0 < count < K <= total:
            assert len({named(other)[kind] for other in same}) > 1


@given(st.lists(COUNTS, max_size=8), st.data())
def test_one_sum_taken_from_another_is_made_of_whole_cells_that_were_shown(
    months: list[tuple[int, ...]], data: st.DataObject
) -> None:
    """The next page loses its first month and gains one: what differs is what those two show."""
    tables = [named(counts) for counts in months]
    start = data.draw(st.integers(0, len(tables)))
    end = data.draw(st.integers(start, len(tables)))
    whole, part = releases.total(KINDS, tables), releases.total(KINDS, tables[start:end])
    rest = releases.total(KINDS, [*tables[:start], *tables[end:]])
    for kind in KINDS:
        left = dict(whole.shown).get(kind, 0) - dict(part.shown).get(kind, 0)
        assert left == dict(rest.shown).get(kind, 0)
        assert left == 0 or left >= K
    assert whole.others - part.others == rest.others
    assert rest.others == 0 or rest.others >= K
