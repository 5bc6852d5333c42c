"""Small numbers are pulled to their group, by how much the group's members really differ."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import beta_binomial, shrinkage
from ranking.method.shrinkage import Prior

ABILITIES = Prior(78.661 / 303.536, 303.536)


@pytest.mark.parametrize(
    ("x", "n", "shrunken"), [(300, 1000, 0.290), (4, 10, 0.264), (2930, 8173, 0.355)]
)
def test_the_fewer_answers_the_nearer_to_the_group(x, n, shrunken):
    assert ABILITIES.shrunken(x, n) == pytest.approx(shrunken, abs=6e-4)


def test_as_a_key_it_would_pay_silence():
    group = Prior(40 / 44, 44)
    assert group.shrunken(4, 5) == pytest.approx(0.898, abs=5e-4)


def test_reliability_is_the_part_that_is_the_agencys_own():
    assert Prior(0.9, 44).reliability(44) == 0.5
    assert Prior(0.9, 44).reliability(0) == 0
    assert Prior(0.9, math.inf).reliability(1000) == 0
    assert Prior(0.9, 0).reliability(1) == 1


def test_where_no_difference_was_found_everybody_gets_the_mean():
    alike = shrinkage.moments([90, 90, 90], [100, 100, 100])
    assert alike is not None
    assert not alike.finds_differences
    assert alike.shrunken(10, 100) == 0.9
    assert beta_binomial.interval(alike, 10, 100) == (0.9, 0.9)
    assert beta_binomial.likelihood([90, 90, 90], [100, 100, 100]) == alike


@pytest.mark.parametrize(
    ("x", "n"),
    [([5], [10]), ([0, 0], [10, 20]), ([10, 20], [10, 20]), ([1, 0, 1], [1, 1, 1])],
)
def test_difference_cannot_be_found_in_too_little(x, n):
    found = shrinkage.moments(x, n)
    assert found == Prior(sum(x) / sum(n), math.inf)


def test_full_disagreement_leaves_every_value_its_own():
    found = shrinkage.moments([0, 10], [10, 10])
    assert found == Prior(0.5, 0)
    assert found.shrunken(3, 10) == 0.3
    assert found.shrunken(0, 0) == 0.5
    assert beta_binomial.likelihood([0, 10], [10, 10]) == found
    with pytest.raises(shrinkage.NoModel):
        beta_binomial.interval(found, 0, 10)


def test_no_answers_no_group():
    assert shrinkage.moments([], []) is None
    assert shrinkage.moments([0], [0]) is None
    assert beta_binomial.likelihood([0, 0], [0, 0]) is None


def test_moments_and_likelihood_on_a_small_table():
    x, n = [9, 18, 14, 12], [20, 20, 20, 20]
    by_hand = shrinkage.moments(x, n)
    # mu = 53/80, S = sum 20(p - mu)2; rho = (S/(mu(1-mu)) - 3)/(80 - 20 - 3)
    mu = 53 / 80
    scatter = sum(20 * (some / 20 - mu) ** 2 for some in x)
    rho = (scatter / (mu * (1 - mu)) - 3) / 57
    assert by_hand.mean == pytest.approx(mu)
    assert by_hand.strength == pytest.approx(1 / rho - 1)
    fitted = beta_binomial.likelihood(x, n)
    best = log_likelihood(fitted, x, n)
    for factor in (0.99, 1.01):
        assert log_likelihood(Prior(fitted.mean, fitted.strength * factor), x, n) < best
        assert log_likelihood(Prior(fitted.mean * factor, fitted.strength), x, n) < best
    in_haste = log_likelihood(beta_binomial.likelihood(x, n, rounds=1), x, n)
    assert best >= in_haste > log_likelihood(by_hand, x, n)


def log_likelihood(prior: Prior, x: list[int], n: list[int]) -> float:
    def beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    return sum(
        beta(some + prior.alpha, size - some + prior.beta) - beta(prior.alpha, prior.beta)
        for some, size in zip(x, n, strict=True)
    )


def test_a_likelihood_that_rises_for_ever_means_no_difference():
    # The large agency at the mean hides from the likelihood what the moments still see.
    x, n = [500, 45, 55, 47, 53, 41], [1000, 100, 100, 100, 100, 100]
    assert shrinkage.moments(x, n).strength < math.inf
    assert beta_binomial.likelihood(x, n).strength == math.inf


def test_credible_interval_and_posterior_error():
    assert beta_binomial.interval(ABILITIES, 1001, 3889) == pytest.approx((0.244, 0.271), abs=1e-3)
    below = beta_binomial.probability_below(0.3, alpha=3850, beta=8818)
    assert below == pytest.approx(0.169, abs=5e-4)


def test_james_stein_pulls_to_the_mean_and_not_past_it():
    assert shrinkage.james_stein([1, 2, 3, 4], variance=2.5) == pytest.approx(
        [1.75, 2.25, 2.75, 3.25]
    )
    assert shrinkage.james_stein([1, 2, 3, 4], variance=100) == (2.5,) * 4
    assert shrinkage.james_stein([2, 2, 2, 2], variance=1) == (2,) * 4


@pytest.mark.parametrize(
    "refused",
    [
        lambda: shrinkage.james_stein([1, 2, 3], variance=1),
        lambda: shrinkage.james_stein([1, 2, 3, 4], variance=-1),
        lambda: shrinkage.james_stein([1, 2, 3, 4], variance=math.nan),
    ],
)
def test_what_the_model_is_not_defined_for_is_refused(refused):
    with pytest.raises(shrinkage.NoModel):
        refused()


@pytest.mark.parametrize("bad", [(11, 10), (-1, 10), (math.nan, 10), (1, math.inf)])
def test_impossible_counts_are_refused(bad):
    for refused in (ABILITIES.shrunken, lambda x, n: shrinkage.moments([x], [n])):
        with pytest.raises(errors.InvalidCounts):
            refused(*bad)


counts = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(counts, min_size=1, max_size=10), st.randoms())
def test_the_same_counts_in_any_order_give_the_same_bytes(rows, random):
    shuffled = [*rows, (0, 0)]
    random.shuffle(shuffled)
    for fit in (shrinkage.moments, beta_binomial.likelihood):
        once = fit([x for x, _ in rows], [n for _, n in rows])
        assert once == fit([x for x, _ in shuffled], [n for _, n in shuffled])
        assert 0 <= once.mean <= 1
        assert once.strength >= 0


@given(counts, st.floats(0.01, 0.99), st.floats(0, 1e5))
def test_a_shrunken_value_lies_between_its_own_and_the_groups(count, mean, strength):
    x, n = count
    low, high = sorted((x / n, mean))
    assert low - 1e-12 <= Prior(mean, strength).shrunken(x, n) <= high + 1e-12
