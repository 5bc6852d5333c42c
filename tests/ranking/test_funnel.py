"""Unusual among peers: limits that widen for the small, and allow for real differences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import funnel


def test_without_overdispersion_plain_and_adjusted_z_are_equal():
    found = funnel.shares([90, 180, 270], [100, 200, 300])
    assert (found.centre, found.phi, found.tau2) == (pytest.approx(0.9), pytest.approx(0), 0)
    assert all(point.z == point.adjusted_z == pytest.approx(0, abs=1e-9) for point in found.points)


def test_real_differences_between_agencies_shrink_every_z():
    found = funnel.ratios([100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220])
    assert found.centre == 1
    assert found.phi == pytest.approx(2.327178257594119)
    assert found.tau2 == pytest.approx(0.0034397801541862735)
    assert found.points[1].z == pytest.approx(3.328886939315058)
    assert found.points[1].adjusted_z == pytest.approx(2.088309550327793)


def test_shares_use_the_angular_scale():
    found = funnel.shares(
        [950, 930, 880, 990, 700, 1450, 60, 400], [1000, 1000, 1000, 1100, 800, 1600, 75, 430]
    )
    assert found.centre == pytest.approx(0.9079229122055674)
    assert found.tau2 == pytest.approx(0.001630900899633126)
    assert found.points[6].adjusted_z == pytest.approx(-2.2048046501150718)


def test_tau_lets_through_what_chance_alone_would_flag():
    random = np.random.default_rng(1)
    true = random.beta(40, 4, size=300)
    n = random.integers(200, 3000, size=300)
    found = funnel.shares(random.binomial(n, true).tolist(), n.tolist())
    plain = np.mean([abs(point.z) > funnel.WARNING for point in found.points])
    adjusted = np.mean([abs(point.adjusted_z) > funnel.WARNING for point in found.points])
    assert plain > 0.4
    assert adjusted < 0.15


def test_an_agency_without_answers_has_no_point():
    assert funnel.shares([0, 9], [0, 10]).points[0] is None
    assert funnel.ratios([3], [0]) == funnel.Funnel(1.0, None, 0.0, (None,))
    assert funnel.shares([0], [0]) == funnel.Funnel(None, None, 0.0, (None,))


def test_a_lone_agency_has_no_peers_to_differ_from():
    assert funnel.ratios([30], [10]).tau2 == 0


@pytest.mark.parametrize(
    ("expected", "confidence", "low", "high"),
    [
        (15, 0.95, 0.5596924, 1.649348),
        (30, 0.95, 0.6746958, 1.427562),
        (20, 0.998, 0.4479107, 1.902094),
    ],
)
def test_limits_of_counts(expected, confidence, low, high):
    limits = funnel.count_limits(expected, confidence=confidence)
    assert limits == pytest.approx((low, high), abs=1e-5)


@pytest.mark.parametrize(
    ("observed", "expected", "low", "high"),
    [(9, 835.883561, 0.004923, 0.020439), (0, 1, 0, 3.688879)],
)
def test_exact_interval_of_observed_over_expected(observed, expected, low, high):
    assert funnel.ratio_interval(observed, expected) == pytest.approx((low, high), abs=2e-6)


@pytest.mark.parametrize(
    ("n", "z", "low", "high"),
    [(4, funnel.WARNING, 41.923356, 100), (4, funnel.ALARM, 19.594903, 100), (1, 3.090232, 0, 100)],
)
def test_normal_limits_are_those_others_print(n, z, low, high):
    limits = funnel.normal_limits(0.80642448, n, z=z)
    assert [100 * limit for limit in limits] == pytest.approx([low, high], abs=1e-4)


def test_an_agency_on_its_limit_has_exactly_that_z():
    low, high = funnel.share_limits(0.9, 400, z=funnel.WARNING)
    scale = 2 * math.sqrt(400)
    for limit, z in ((low, -funnel.WARNING), (high, funnel.WARNING)):
        away = math.asin(math.sqrt(limit)) - math.asin(math.sqrt(0.9))
        assert away * scale == pytest.approx(z)


@given(st.floats(0, 1), st.integers(1, 5000), st.floats(0, 0.1))
def test_limits_are_shares_narrow_with_size_and_widen_with_tau(centre, n, tau2):
    low, high = funnel.share_limits(centre, n, z=funnel.WARNING, tau2=tau2)
    assert 0 <= low <= high <= 1
    larger = funnel.share_limits(centre, 2 * n, z=funnel.WARNING, tau2=tau2)
    assert low <= larger[0] <= larger[1] <= high
    plain = funnel.share_limits(centre, n, z=funnel.WARNING)
    assert low <= plain[0] <= plain[1] <= high


@pytest.mark.parametrize(
    "refused",
    [
        lambda: funnel.ratios([1, math.nan], [1, 1]),
        lambda: funnel.ratios([1], [-1]),
        lambda: funnel.share_limits(1.1, 10, z=2),
        lambda: funnel.share_limits(0.5, 0, z=2),
        lambda: funnel.normal_limits(math.nan, 10, z=2),
        lambda: funnel.ratio_interval(-1, 10),
        lambda: funnel.count_limits(0, confidence=0.95),
    ],
)
def test_numbers_outside_their_range_are_refused(refused):
    with pytest.raises(funnel.BadFunnel):
        refused()


def test_more_satisfied_than_asked_is_refused():
    with pytest.raises(errors.InvalidCounts):
        funnel.shares([11], [10])


counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(counts, min_size=1, max_size=12), st.randoms())
def test_the_order_of_agencies_is_irrelevant(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    once = funnel.shares([x for x, _ in rows], [n for _, n in rows])
    again = funnel.shares([x for x, _ in shuffled], [n for _, n in shuffled])
    assert (once.centre, once.phi, once.tau2) == (again.centre, again.phi, again.tau2)
    assert dict(zip(rows, once.points, strict=True)) == dict(
        zip(shuffled, again.points, strict=True)
    )
    assert all(abs(point.adjusted_z) <= abs(point.z) for point in once.points)
