"""Cells are merged until none speaks of too few, and no two publications tell more than one."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ranking.counts import strata
from ranking.frozen.edition_detail import Stratum


def cell(category: str, channel: str, n: int, x: int = 0, *, applicant: str = "") -> Stratum:
    return Stratum(
        category=category, channel=channel, applicant=applicant, n=Fraction(n), x=Fraction(x)
    )


CELLS = st.lists(
    st.builds(
        lambda category, channel, applicant, n, lost: cell(
            category, channel, n, max(0, n - lost), applicant=applicant
        ),
        st.sampled_from("abcd"),
        st.sampled_from(["counter", "online", "post"]),
        st.sampled_from(["", "person", "business"]),
        st.integers(0, 12),
        st.integers(0, 4),
    ),
    max_size=12,
)


def test_a_small_channel_joins_the_busiest_of_its_category():
    cells = [cell("a", "counter", 40), cell("a", "post", 3), cell("a", "online", 20)]
    assert strata.merged(cells) == (cell("a", "counter", 43), cell("a", "online", 20))


def test_persons_and_businesses_stand_apart_where_there_are_enough_of_both():
    persons, businesses = (cell("a", "online", 20, applicant=of) for of in ("person", "business"))
    few = cell("a", "online", 3, applicant="business")
    assert strata.merged([persons, businesses]) == (businesses, persons)
    assert strata.merged([persons, few]) == (cell("a", "online", 23, applicant="person"),)


def test_small_categories_stand_together():
    cells = [cell("a", "counter", 40), cell("b", "counter", 3), cell("c", "counter", 4)]
    assert strata.merged(cells) == (cell("", "", 7), cell("a", "counter", 40))


def test_where_even_these_are_too_few_they_join_the_largest():
    cells = [cell("a", "counter", 40), cell("b", "online", 20), cell("c", "counter", 4)]
    assert strata.merged(cells) == (cell("a", "counter", 44), cell("b", "online", 20))


@given(CELLS)
def test_no_cell_speaks_of_fewer_than_five_and_nothing_is_lost(cells: list[Stratum]):
    found = strata.merged(cells)
    assert sum(of.n for of in found) == sum(of.n for of in cells)
    assert sum(of.x for of in found) == sum(of.x for of in cells)
    assert all(of.n >= 5 for of in found) or len(found) == 1
    assert strata.merged(reversed(cells)) == found


def test_a_correction_by_few_residents_is_not_published():
    before = (cell("a", "counter", 40, 30), cell("b", "counter", 60, 50))
    assert strata.as_before([cell("a", "counter", 39, 30), before[1]], before) is None
    assert strata.as_before(before, before) == before


def test_a_correction_by_many_keeps_the_strata_of_before():
    before = (cell("a", "counter", 40, 30), cell("b", "counter", 60, 50))
    now = [cell("a", "counter", 30, 20), cell("a", "post", 2, 2), cell("b", "counter", 60, 50)]
    assert strata.as_before(now, before) == (
        cell("a", "counter", 32, 22),
        cell("b", "counter", 60, 50),
    )


@given(CELLS, CELLS)
def test_between_two_publications_every_stratum_changed_by_nobody_or_by_five(
    first: list[Stratum], later: list[Stratum]
):
    before = strata.merged(first)
    if sum(of.n for of in before) < 30:
        return
    found = strata.as_before(later, before)
    if found is None:
        return
    known = {(of.category, of.channel): of for of in before}
    shown = {(of.category, of.channel): of for of in found}
    assert shown.keys() <= known.keys()
    if shown.keys() == known.keys():
        changes = [
            (abs(of.n - known[key].n), abs(of.x - known[key].x)) for key, of in shown.items()
        ]
        assert all(change == (0, 0) or max(change) >= 5 for change in changes)
