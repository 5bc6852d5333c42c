"""The method against SciPy, and against itself written out plainly in fractions.

The published vectors fix single points; here are tables nobody chose. What is compared with is as
slow and as short as it can be, and shares no line with what it checks.
"""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.method import bands, case_mix, composite, rank_sets, survival
from ranking.method.bands import Band
from ranking.method.case_mix import Cell
from ranking.method.survival import Spell

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TABLES = st.lists(COUNTS, min_size=2, max_size=12)
SPELLS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 12), st.sampled_from(["decided", "gone", None])),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize("p", [2, 3, 7, 30])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_the_critical_value_is_the_studentised_range_of_infinitely_many(p: int, confidence: float):
    expected = scipy.stats.studentized_range.ppf(confidence, p, np.inf) / math.sqrt(2)
    assert rank_sets.critical_value(p, confidence) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(TABLES)
def test_rank_sets_are_those_of_every_pair_compared_by_itself(table: list[tuple[int, int]]):
    x, n = zip(*table, strict=True)
    found = rank_sets.simultaneous(x, n)
    y = [math.asin(math.sqrt((some + 3 / 8) / (of + 3 / 4))) for some, of in table]
    for j, own in enumerate(n):
        sure = [
            (y[k] - y[j]) / math.sqrt(1 / (4 * own + 2) + 1 / (4 * of + 2))
            for k, of in enumerate(n)
            if k != j
        ]
        c = found.critical[j]
        assert found.low[j] == 1 + sum(t > c for t in sure)
        assert found.high[j] == len(table) - sum(-t > c for t in sure)


@settings(max_examples=50, deadline=None)
@given(TABLES, st.sampled_from([0.5, 0.8, 0.9]), st.sampled_from([0.01, 0.05, 0.2]))
def test_bands_are_exact_binomial_tests_by_benjamini_and_hochberg(
    table: list[tuple[int, int]], target: float, q: float
):
    x, n = zip(*table, strict=True)
    tails = bands.tails(x, n, target)
    below = scipy.stats.binom.cdf(x, n, target)
    above = scipy.stats.binom.sf(np.array(x) - 1, n, target)
    assert tails.below == pytest.approx(below, rel=1e-8, abs=1e-100)
    assert tails.above == pytest.approx(above, rel=1e-8, abs=1e-100)
    p_values = tails.p_values.tolist()
    threshold = bands.benjamini_hochberg(p_values, q)
    for p, adjusted in zip(
        p_values, scipy.stats.false_discovery_control(p_values, method="bh"), strict=True
    ):
        if not math.isclose(adjusted, q, rel_tol=1e-9):
            is_told = bands.band(p, threshold, is_below=True) is not Band.UNDETERMINED
            assert is_told == (adjusted < q)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=6))
def test_the_mix_is_taken_out_as_by_hand(table: list[list[tuple[int, int]]]):
    cells = [
        Cell(f"A{i}", f"s{j}", f"s{j}", n, x)
        for i, own in enumerate(table)
        for j, (x, n) in enumerate(own)
    ]
    found = case_mix.standardise(cells, small=0)
    columns = list(zip(*table, strict=True))
    rates = [Fraction(sum(x for x, _ in of), sum(n for _, n in of)) for of in columns]
    everything = list(itertools.chain(*table))
    mean = Fraction(sum(x for x, _ in everything), sum(n for _, n in everything))
    for i, own in enumerate(table):
        n, observed = sum(n for _, n in own), sum(x for x, _ in own)
        expected = sum(n * rate for (_, n), rate in zip(own, rates, strict=True))
        share = min(Fraction(1), max(Fraction(0), mean + (observed - expected) / n))
        assert found.agencies[f"A{i}"].expected == pytest.approx(float(expected), abs=1e-9)
        assert found.agencies[f"A{i}"].share == pytest.approx(float(share), abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(SPELLS)
def test_without_late_entries_the_curve_is_scipys(drawn: list[tuple[int, int, str | None]]):
    spells = [Spell(left=left, end=end) for _, left, end in drawn]
    steps = survival.curve(spells, end="decided")
    ended = [of.left for of in spells if of.end == "decided"]
    if not ended:
        assert steps == ()
        return
    censored = [of.left for of in spells if of.end != "decided"]
    curve = scipy.stats.ecdf(scipy.stats.CensoredData(uncensored=ended, right=censored)).sf
    for step in steps:
        assert step.survival == pytest.approx(float(curve.evaluate(step.at)), abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(SPELLS)
def test_with_late_entries_the_curves_are_the_products_written_out(
    drawn: list[tuple[int, int, str | None]],
):
    spells = [Spell(left=max(left, of), end=end, entered=of) for of, left, end in drawn]
    steps = survival.curve(spells, end="decided")
    shares = survival.incidence(spells)
    undecided = still = Fraction(1)
    gone: dict[str, Fraction] = {"decided": Fraction(0), "gone": Fraction(0)}
    told = iter(steps)
    for age in range(22):
        there = [of for of in spells if (not of.entered or of.entered < age) and of.left >= age]
        ends = [of.end for of in there if of.left == age and of.end is not None]
        if not ends:
            continue
        for kind in gone:
            gone[kind] += still * Fraction(ends.count(kind), len(there))
        still *= 1 - Fraction(len(ends), len(there))
        if "decided" in ends:
            undecided *= 1 - Fraction(ends.count("decided"), len(there))
            step = next(told)
            assert (step.at, step.at_risk) == (age, len(there))
            assert step.survival == pytest.approx(float(undecided), abs=1e-12)
    assert next(told, None) is None
    for kind, of in shares.items():
        assert of[-1][1] == pytest.approx(float(gone[kind]), abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 100).map(Fraction), min_size=3, max_size=3), min_size=2, max_size=6
    ),
    st.lists(st.integers(1, 30).map(Fraction), min_size=3, max_size=3),
)
def test_a_place_is_robust_if_it_holds_at_every_corner_of_the_weights(
    table: list[list[Fraction]], weights: list[Fraction]
):
    found = composite.weight_robust_ranges(table, weights)
    corners = list(itertools.product(*[(w * Fraction(3, 4), w * Fraction(5, 4)) for w in weights]))

    def beats(one: list[Fraction], other: list[Fraction]) -> bool:
        return all(
            sum(w * (a - b) for w, a, b in zip(corner, one, other, strict=True)) > 0
            for corner in corners
        )

    for own, (low, high) in zip(table, found, strict=True):
        assert low == 1 + sum(beats(other, own) for other in table)
        assert high == len(table) - sum(beats(own, other) for other in table)
