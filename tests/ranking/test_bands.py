import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from ranking import errors
from ranking.method import bands, beta
from ranking.method.bands import Band


@pytest.mark.parametrize(
    ("x", "n", "below", "above"),
    [
        (85, 100, 0.07257296526488066, 0.9601094728889167),
        (96, 100, 0.9921635128788155, 0.023711082663476803),
        (42.5, 50.0, 0.16999959438832682, 0.9147304550928159),
        (100, 100, 1.0, 2.6561398887587523e-05),
        (0, 12, 9.999999999999974e-13, 1.0),
        (0, 0, 1.0, 1.0),
    ],
)
def test_the_tails_are_the_binomial_ones(x, n, below, above):
    found = bands.tails([x], [n], 0.9)
    assert found.below[0] == pytest.approx(below, abs=1e-10)
    assert found.above[0] == pytest.approx(above, abs=1e-10)


def test_p_is_twice_the_smaller_tail_and_at_most_one():
    assert bands.p_value(85, 100, 0.9) == pytest.approx(2 * 0.07257296526488066)
    assert bands.p_value(90, 100, 0.9) == 1.0


def test_no_answers_give_no_p():
    assert bands.p_value(0, 0, 0.9) is None


def test_nan_is_refused():
    with pytest.raises(errors.InvalidCounts):
        bands.p_value(float("nan"), 10, 0.9)


@pytest.mark.parametrize(
    ("p_values", "threshold"),
    [
        ([0.01, 0.04, 0.03, 0.05, 0.2], 0.01),
        ([0.02, 0.02, 0.02, 0.02, 0.02, 0.9], 0.02),
        ([0.04, 0.001, 0.045, 0.05], 0.05),  # the largest decides for all below it
        ([0.2, 0.5, 0.9], None),
        ([], None),
        ([0.05], 0.05),
    ],
)
def test_benjamini_and_hochberg_reject_up_to_a_threshold(p_values, threshold):
    assert bands.benjamini_hochberg(p_values, 0.05) == threshold


@pytest.mark.parametrize(("n", "q"), [(4, 0.125), (5, 0.0625), (6, 0.03125), (7, 0.015625)])
def test_a_tail_on_the_line_passes_it_whatever_its_last_digits(n, q):
    p = bands.p_value(0, n, 0.5)  # twice one half to the n: q itself
    assert bands.benjamini_hochberg([p], q) == p
    assert bands.benjamini_hochberg([p], q * (1 - 1e-9)) is None


@pytest.mark.parametrize(
    ("p", "threshold", "is_below", "band"),
    [
        (0.01, 0.01, True, Band.BELOW),
        (0.01, 0.01, False, Band.ABOVE),
        (0.02, 0.01, True, Band.UNDETERMINED),
        (0.0, None, True, Band.UNDETERMINED),
    ],
)
def test_a_band_needs_a_p_up_to_the_threshold(p, threshold, is_below, band):
    assert bands.band(p, threshold, is_below=is_below) is band


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0.01, 0.2))
def test_what_bonferroni_rejects_benjamini_and_hochberg_reject(p_values, q):
    threshold = bands.benjamini_hochberg(p_values, q)
    certain = [p for p in p_values if p <= q / len(p_values)]
    assert not certain or threshold >= max(certain)


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=30), st.floats(0, 1))
def test_agencies_at_the_target_never_add_a_below(sizes, share):
    counts = [(share * n, n) for n in sizes]
    more = counts + [(90.0, 100)] * 1000

    def below(table):
        tails = bands.tails([x for x, _ in table], [n for _, n in table], 0.9)
        threshold = bands.benjamini_hochberg(tails.p_values.tolist(), 0.05)
        return sum(
            bands.band(p, threshold, is_below=low < high) is Band.BELOW
            for p, low, high in zip(tails.p_values, tails.below, tails.above, strict=True)
        )

    assert below(more) <= below(counts)


@given(
    st.lists(st.tuples(st.floats(1e-9, 1e8), st.floats(1e-9, 1e8)), min_size=1, max_size=20),
    st.floats(0.001, 0.999),
)
def test_the_incomplete_beta_function_agrees_with_scipy(pairs, x):
    a, b = np.array(pairs).T
    assert beta.regularised(a, b, x) == pytest.approx(special.betainc(a, b, x), abs=1e-9)


def test_the_incomplete_beta_function_holds_near_the_mean_of_a_billion():
    n = np.array([1e3, 1e5, 1e7, 1e9])
    x = 0.9 * n - np.sqrt(n) / 5
    found = beta.regularised(n - x, x + 1, 0.1)
    assert found == pytest.approx(special.betainc(n - x, x + 1, 0.1), abs=1e-10)
