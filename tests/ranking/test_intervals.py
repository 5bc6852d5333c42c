import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import intervals

shares = st.floats(0, 1)
counts = st.floats(1e-6, 1e7)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (30, 30, 0.88649, 1.0),
        (0.445, 1.0, 0.04382, 0.93346),
    ],
)
def test_wilson_gives_the_published_limits(x, n, low, high):
    assert intervals.wilson(x, n) == pytest.approx((low, high), abs=6e-5)


def test_the_ends_are_exact():
    assert intervals.wilson(0, 7).low == 0.0
    assert intervals.wilson(7, 7).high == 1.0


def test_no_answers_give_no_interval():
    assert intervals.wilson(0, 0) is None
    assert intervals.newcombe(0, 0, 5, 9) is None
    assert intervals.newcombe(5, 9, 0, 0) is None


def test_half_width_at_the_floor_is_six_points():
    assert intervals.wilson(90, 100).half_width == pytest.approx(0.0595682622, abs=1e-9)


def test_newcombe_gives_the_published_limits():
    found = intervals.newcombe(56, 70, 48, 80)  # Newcombe 1998, 17:873-890, example (a)
    assert found == pytest.approx((0.0524, 0.3339), abs=6e-5)


@pytest.mark.parametrize(
    ("x", "n"),
    [
        (float("nan"), 10),
        (5, float("nan")),
        (float("inf"), float("inf")),
        (-1, 10),
        (11, 10),
        (0, -1),
        (0, 2e9),
    ],
)
def test_what_no_tally_can_give_is_refused(x, n):
    with pytest.raises(errors.InvalidCounts):
        intervals.wilson(x, n)


@given(shares, counts)
def test_the_share_lies_inside_and_more_confidence_is_wider(share, n):
    x = share * n
    narrow, wide = intervals.wilson(x, n), intervals.wilson(x, n, confidence=0.99)
    digits = 1e-12  # what subtraction near 0 and 1 leaves behind
    assert 0 <= wide.low <= narrow.low + digits <= x / n + 2 * digits
    assert x / n - 2 * digits <= narrow.high - digits <= wide.high <= 1


@given(shares, counts)
def test_doubling_all_counts_never_widens_an_interval(share, n):
    once, twice = intervals.wilson(share * n, n), intervals.wilson(2 * share * n, 2 * n)
    assert twice.half_width <= once.half_width + 1e-12


@given(shares, counts, shares, counts)
def test_a_change_read_backwards_is_mirrored(p1, n1, p0, n0):
    forth = intervals.newcombe(p1 * n1, n1, p0 * n0, n0)
    back = intervals.newcombe(p0 * n0, n0, p1 * n1, n1)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low), abs=1e-12)
    assert -1 <= forth.low <= forth.high <= 1
