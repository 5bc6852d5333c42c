import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import rank_sets

tables = st.lists(
    st.tuples(st.floats(100, 20_000), st.floats(0.5, 1)), min_size=1, max_size=12
).map(lambda rows: ([n * share for n, share in rows], [n for n, _ in rows]))


@pytest.mark.parametrize(
    ("p", "c"),
    [
        (1, 0.0),
        (2, 1.959964),
        (3, 2.343701),
        (10, 3.163684),
        (168, 4.521767),
        (1000, 5.211114),
        (10_000, 5.993126),
    ],
)
def test_the_critical_value_is_the_studentised_range(p, c):
    assert rank_sets.critical_value(p, 0.95) == pytest.approx(c, abs=1e-6)


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.99, 0.9999])
@pytest.mark.parametrize("p", [2, 7, 300])
def test_every_confidence_has_a_value_that_grows_with_the_table(p, confidence):
    assert (
        0
        < rank_sets.critical_value(p, confidence)
        < rank_sets.critical_value(p + 1, confidence)
        < rank_sets.critical_value(p + 1, (1 + confidence) / 2)
    )


def test_two_agencies_apart_have_a_place_each():
    sets = rank_sets.simultaneous([1681, 170], [1800, 200])
    assert sets.low.tolist() == [1, 2]
    assert sets.high.tolist() == [1, 2]


def test_a_single_agency_is_first():
    for sets in (rank_sets.simultaneous([5], [9]), rank_sets.marginal([5], [9])):
        assert (sets.low.tolist(), sets.high.tolist()) == ([1], [1])


def test_an_empty_table_has_no_sets():
    assert rank_sets.simultaneous([], []).low.tolist() == []
    assert rank_sets.marginal([], []).low.tolist() == []


def test_thirty_of_thirty_is_not_certain():
    sets = rank_sets.simultaneous([30, 115, 112], [30, 120, 120])
    assert sets.low.tolist() == [1, 1, 1]
    assert sets.high.tolist() == [3, 3, 3]


@pytest.mark.parametrize("p", [2, 5, 151])
@pytest.mark.parametrize("function", [rank_sets.simultaneous, rank_sets.marginal])
def test_equal_counts_may_hold_every_place(function, p):
    sets = function([180] * p, [200] * p)
    assert set(sets.low.tolist()) == {1}
    assert set(sets.high.tolist()) == {p}


@pytest.mark.parametrize(("others", "c"), [(2, 2.21), (5, 2.51), (9, 2.69), (20, 2.91)])
def test_the_marginal_value_for_equal_errors_is_dunnetts(others, c):
    # Dunnett 1964, Biometrics 20:482-491, two-sided 5 %, infinite degrees of freedom
    values = rank_sets.marginal_values(np.full(others + 1, 0.03))
    assert values == pytest.approx(np.full(others + 1, c), abs=0.006)


def test_two_agencies_need_the_same_value_alone_and_together():
    assert rank_sets.marginal_values(np.array([0.01, 0.07])) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize(
    ("sizes", "too_large"),
    [
        (lambda rng: rng.lognormal(6, 1, 155) + 100, 0.005),
        (lambda rng: rng.uniform(100, 20_000, 155), 0.05),  # few are far smaller than the rest
    ],
)
def test_interpolation_errs_little_and_on_the_cautious_side(sizes, too_large, monkeypatch):
    n = sizes(np.random.default_rng(1))
    s = rank_sets.scale((n * 0.9).tolist(), n.tolist()).s
    close = rank_sets.marginal_values(s)
    monkeypatch.setattr(rank_sets, "_EXACT_UP_TO", 155)
    off = close - rank_sets.marginal_values(s)
    assert off.min() >= -0.002
    assert off.max() <= too_large


def test_a_table_larger_than_a_block_is_compared_as_a_whole(monkeypatch):
    rng = np.random.default_rng(2)
    n = rng.integers(100, 3000, 40)
    x = (n * rng.beta(40, 4, 40)).tolist()
    whole = rank_sets.simultaneous(x, n.tolist())
    monkeypatch.setattr(rank_sets, "_CELLS", 120)
    blocks = rank_sets.simultaneous(x, n.tolist())
    assert whole.low.tolist() == blocks.low.tolist()
    assert whole.high.tolist() == blocks.high.tolist()


def test_nan_is_refused():
    with pytest.raises(errors.InvalidCounts):
        rank_sets.simultaneous([float("nan")], [100])


def _inside(inner, outer):
    return bool(np.all(inner.low >= outer.low) and np.all(inner.high <= outer.high))


@given(tables)
def test_marginal_sets_lie_inside_simultaneous_ones_and_these_inside_more_confident_ones(table):
    x, n = table
    together = rank_sets.simultaneous(x, n)
    assert _inside(rank_sets.marginal(x, n), together)
    assert _inside(together, rank_sets.simultaneous(x, n, 0.99))


@given(tables)
def test_doubling_all_counts_never_widens_a_set(table):
    x, n = table
    twice = rank_sets.simultaneous([2 * v for v in x], [2 * v for v in n])
    assert _inside(twice, rank_sets.simultaneous(x, n))


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_input_is_irrelevant(table, random):
    x, n = table
    order = list(range(len(x)))
    random.shuffle(order)
    for function in (rank_sets.simultaneous, rank_sets.marginal):
        straight = function(x, n)
        mixed = function([x[i] for i in order], [n[i] for i in order])
        assert mixed.low.tolist() == straight.low[order].tolist()
        assert mixed.high.tolist() == straight.high[order].tolist()
        assert mixed.critical.tolist() == straight.critical[order].tolist()
