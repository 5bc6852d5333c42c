"""Whether everybody was asked, and whether one contact answers for many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import invitations
from ranking.method.invitations import Asked, BadInvitations

ASKED = st.integers(0, 400).flatmap(
    lambda closed: st.builds(
        Asked, st.just(closed), st.integers(0, closed), reused=st.integers(0, closed)
    )
)


@pytest.mark.parametrize(
    ("closed", "invited", "expected"),
    [(0, 0, False), (100, 100, False), (100, 98, False), (100, 97, True), (1000, 979, True)],
)
def test_below_ninety_eight_of_a_hundred_invitations_are_missing(
    closed: int, invited: int, expected: bool
):
    assert invitations.are_missing(Asked(closed, invited)) is expected


def test_whoever_reuses_contacts_over_twice_as_often_as_its_peers_is_named():
    ordinary = Asked(1000, 1000, reused=30)
    agencies = {"a": ordinary, "b": ordinary, "twice": Asked(500, 500, reused=30)}
    assert invitations.reused_too_often(agencies) == frozenset()
    agencies["twice"] = Asked(500, 500, reused=31)
    assert invitations.reused_too_often(agencies) == {"twice"}


def test_one_shared_telephone_among_many_cases_says_nothing():
    agencies = {"a": Asked(1000, 1000), "b": Asked(300, 300, reused=6)}
    assert invitations.reused_too_often(agencies) == frozenset()
    assert invitations.reused_too_often(agencies | {"b": Asked(300, 300, reused=7)}) == {"b"}


@pytest.mark.parametrize(
    "counts", [(10, 11), (10, -1), (10, 10, 6, 5), (10, 10, 0, 0, 11), (-1, -1)]
)
def test_impossible_counts_are_refused(counts: tuple[int, ...]):
    with pytest.raises(BadInvitations):
        Asked(*counts)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), ASKED, max_size=6))
def test_never_does_everybody_stand_out_and_the_order_is_irrelevant(agencies: dict[str, Asked]):
    found = invitations.reused_too_often(agencies)
    assert found == invitations.reused_too_often(dict(reversed(agencies.items())))
    assert not found or found < agencies.keys()


@given(ASKED, ASKED)
def test_missing_bounced_and_reused_contacts_lower_no_denominator(one: Asked, other: Asked):
    whole = Asked(one.closed + other.closed, one.invited + other.invited)
    assert whole.share is None or 0 <= whole.share <= 1
    if invitations.are_missing(one) and invitations.are_missing(other):
        assert invitations.are_missing(whole)
