"""The arrow stands for a change of one's own share, beyond chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import movement
from ranking.method.movement import Arrow, Periods


def only(periods: Periods, **options: float) -> movement.Movement | None:
    found, _ = movement.movements({"a": periods}, **options)
    return found["a"]


@pytest.mark.parametrize(
    ("x_new", "x_old", "n", "z", "p", "low", "high", "arrow"),
    [
        (188, 180, 200, 1.474419561548969, 0.14036866077, -0.014192111685, 0.09552878135, None),
        (950, 900, 1000, 4.244763599780084, 2.188239934e-5, 0.027052228675, 0.073387866330, "up"),
        (900, 950, 1000, -4.244763599780084, 2.188239934e-5, -0.0733878663, -0.027052229, "down"),
    ],
)
def test_a_change_is_tested_and_its_interval_printed(*, x_new, x_old, n, z, p, low, high, arrow):
    moved = only(Periods(x_new, n, x_old, n))
    assert moved is not None
    assert moved.change == pytest.approx((x_new - x_old) / n)
    assert moved.z == pytest.approx(z, abs=1e-12)
    assert moved.p_value == pytest.approx(p, abs=1e-10)
    assert tuple(moved.interval) == pytest.approx((low, high), abs=1e-9)
    assert moved.arrow == arrow


@pytest.mark.parametrize(("n_new", "n_old", "is_tested"), [(30, 30, True), (29, 30, False)])
def test_both_periods_need_thirty_residents(n_new, n_old, is_tested):
    assert (only(Periods(n_new, n_new, 0, n_old)) is not None) == is_tested
    assert (only(Periods(0, n_old, n_new, n_new)) is not None) == is_tested


def test_a_period_without_answers_has_no_movement():
    assert movement.z_score(Periods(0, 0, 90, 100)) is None
    assert only(Periods(90, 100, 0, 0)) is None


def test_full_agreement_in_both_periods_is_no_movement():
    moved = only(Periods(200, 200, 100, 100), q=1.0)
    assert moved is not None
    assert (moved.z, moved.p_value, moved.arrow) == (0.0, 1.0, None)


def test_an_arrow_must_survive_the_test_of_all_agencies_together():
    lucky = Periods(190, 200, 178, 200)
    alone, threshold = movement.movements({"lucky": lucky})
    assert alone["lucky"].arrow is Arrow.UP
    assert threshold == alone["lucky"].p_value
    still = {f"still {i}": Periods(180, 200, 180, 200) for i in range(40)}
    among, none = movement.movements({"lucky": lucky, **still})
    assert none is None
    assert among["lucky"].arrow is None


def test_only_what_is_at_most_the_threshold_moves():
    found, threshold = movement.movements(
        {
            "up": Periods(950, 1000, 900, 1000),
            "still": Periods(900, 1000, 901, 1000),
            "few": Periods(1, 5, 5, 5),
        }
    )
    assert list(found) == ["up", "still", "few"]
    assert found["few"] is None
    assert (found["up"].arrow, found["still"].arrow) == (Arrow.UP, None)
    assert threshold == found["up"].p_value


@pytest.mark.parametrize("bad", [(11, 10, 0, 10), (1, 10, -1, 10), (float("nan"), 10, 1, 10)])
def test_impossible_counts_are_refused(bad):
    with pytest.raises(errors.InvalidCounts):
        Periods(*bad)


counts = st.integers(30, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_a_change_reversed_is_the_same_change_the_other_way(new, old):
    there, back = only(Periods(*new, *old)), only(Periods(*old, *new))
    assert there.change == -back.change
    assert there.z == pytest.approx(-back.z, abs=1e-9)
    assert there.interval.low == pytest.approx(-back.interval.high, abs=1e-12)
    assert there.interval.low <= there.change <= there.interval.high
    opposite = {None: None, Arrow.UP: Arrow.DOWN, Arrow.DOWN: Arrow.UP}
    assert there.arrow == opposite[back.arrow]


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=8), st.randoms())
def test_the_order_of_agencies_is_irrelevant(rows, random):
    agencies = {str(i): Periods(*new, *old) for i, (new, old) in enumerate(rows)}
    shuffled = list(agencies.items())
    random.shuffle(shuffled)
    assert movement.movements(dict(shuffled)) == movement.movements(agencies)
