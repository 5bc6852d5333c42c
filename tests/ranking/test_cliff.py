"""Results that crowd just over the target, and indicators that tell nobody apart."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ranking.figures import quality
from ranking.method import cliff, retiring
from ranking.method.bands import Band
from tests.web import editions

SHARES = st.lists(st.decimals(0, 1, places=9), max_size=60)


def shares(*points: str) -> list[Decimal]:
    return [Decimal(point) / 100 for point in points]


def test_a_bump_is_far_more_shares_just_over_the_target_than_just_under_it():
    found = cliff.cliff(shares("89.5", *["90.0"] * 5, *["90.99"] * 4, "91", "88.9"), 0.9)
    assert (found.below, found.above, found.tail) == (1, 9, Fraction(11, 1024))
    assert found.is_bump
    assert sum(found.bars) == 12
    assert found.bars[cliff.REACH - 1 : cliff.REACH + 3] == (1, 5, 4, 1)
    assert not cliff.cliff(shares(*["89.5"] * 9, "90"), 0.9).is_bump


@pytest.mark.parametrize(
    ("share", "above"), [("0.900000000", 1), ("0.899999999", 0), ("0.909999999", 1), ("0.91", 0)]
)
def test_the_window_holds_the_target_and_not_its_end(share: str, above: int):
    found = cliff.cliff([Decimal(share)], 0.9)
    assert found.above == above
    assert cliff.is_just_above(Decimal(share), found) is bool(above)


@given(st.integers(0, 80), st.integers(0, 80))
def test_the_tail_is_that_of_the_binomial_test(below: int, above: int):
    expected = (
        stats.binomtest(above, below + above, alternative="greater").pvalue
        if (below + above)
        else 1.0
    )
    assert float(cliff.tail(below, above)) == pytest.approx(expected, rel=1e-9)


@given(SHARES, st.sampled_from([0.8, 0.9, 0.95]))
def test_the_order_is_irrelevant_and_one_share_more_above_never_hides_a_bump(
    drawn: list[Decimal], target: float
):
    found = cliff.cliff(drawn, target)
    assert found == cliff.cliff(reversed(drawn), target)
    more = cliff.cliff([*drawn, Decimal(str(target))], target)
    assert more.tail <= found.tail
    assert sum(found.bars) <= len(drawn)


@pytest.mark.parametrize(
    ("above", "others", "retire"), [(0, 0, False), (19, 1, False), (20, 1, True), (96, 4, True)]
)
def test_an_indicator_is_to_retire_when_over_ninety_five_of_a_hundred_are_above(
    above: int, others: int, retire: bool
):
    bands = [Band.ABOVE] * above + [Band.BELOW] * others + [None] * 50
    assert retiring.telling(bands).is_to_retire is retire


@given(st.lists(st.sampled_from([*Band, None])))
def test_as_long_as_a_tenth_is_not_clearly_above_an_indicator_stays(bands: list[Band | None]):
    found = retiring.telling(bands)
    assert 0 <= found.above <= found.ranked <= len(bands)
    if 10 * (found.ranked - found.above) >= found.ranked:
        assert not found.is_to_retire


def test_those_with_the_thinnest_margin_are_proposed_first():
    over = [
        editions.gathered(f"9{number}", levels=(0, 0, 20, 0, 180 + number), due=(50, 0, 0))
        for number in range(2, -1, -1)
    ]
    more = [
        editions.gathered(f"8{number}", levels=(0, 0, 20, 0, 180), due=(50, 0, 0))
        for number in range(4)
    ]
    found = quality.quality(editions.make_edition((*over, *more)))
    assert (found.cliff.below, found.cliff.above) == (0, 7)
    assert [one.code for one in found.proposed] == ["80", "81", "82", "83", "90", "91", "92"]
    assert quality.quality(editions.make_edition(tuple(over))).proposed == ()
