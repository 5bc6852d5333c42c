import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from ranking.counts.gathered import Earlier
from ranking.counts.tallies import Effective
from ranking.method import elementary, intervals, rank_sets
from tests.web import editions
from web.board import pages, tables

DIGITS = 2e-14
angles = st.floats(0, math.pi / 2)


def _one(function, x):
    return elementary.one(function, x)


@given(st.floats(-700, 709))
def test_the_exponential_is_that_of_the_library(x):
    assert _one(elementary.exp, x) == pytest.approx(math.exp(x), rel=DIGITS)


@given(st.floats(min_value=5e-324, allow_infinity=False, exclude_min=False))
def test_the_logarithm_is_that_of_the_library(x):
    assert _one(elementary.log, x) == pytest.approx(math.log(x), rel=DIGITS)


@given(st.floats(-0.999, 1e9))
def test_the_logarithm_of_one_and_a_little_keeps_its_digits(x):
    assert _one(elementary.log1p, x) == pytest.approx(math.log1p(x), rel=DIGITS)


@given(st.floats(0, 1), angles)
def test_angles_and_sines_are_those_of_the_library(x, angle):
    assert _one(elementary.arcsin, x) == pytest.approx(math.asin(x), rel=DIGITS)
    assert _one(elementary.sin, angle) == pytest.approx(math.sin(angle), rel=DIGITS)


@given(st.floats(-20, 20), st.floats(0, 37))
def test_the_normal_distribution_is_that_of_the_library(z, far):
    assert _one(elementary.normal_cdf, z) == pytest.approx(special.ndtr(z), abs=1e-15)
    assert _one(elementary.normal_tail, far) == pytest.approx(stats.norm.sf(far), rel=1e-12)


@pytest.mark.parametrize(
    ("function", "x", "y"),
    [
        (elementary.exp, 0.0, 1.0),
        (elementary.exp, -1e9, 0.0),
        (elementary.log, 1.0, 0.0),
        (elementary.arcsin, 0.0, 0.0),
        (elementary.arcsin, 1.0, math.pi / 2),
        (elementary.normal_cdf, 0.0, 0.5),
        (elementary.normal_cdf, 9.0, 1.0),
        (elementary.normal_tail, 0.0, 0.5),
        (elementary.normal_tail, 1e9, 0.0),
    ],
)
def test_the_ends_are_exact(function, x, y):
    assert _one(function, x) == y


@given(st.floats(0, 1), st.integers(0, 40))
def test_a_power_is_repeated_multiplication(base, exponent):
    found = elementary.power(np.array([[base], [1.0]]), np.array([exponent]))
    assert found.tolist() == [[pytest.approx(base**exponent, rel=DIGITS)], [1.0]]


def test_the_z_of_the_method_is_exact():
    assert intervals.normal_quantile(0.95) == pytest.approx(1.959963984540054, abs=1e-14)


def _city() -> tuple[Any, ...]:
    """Two hundred agencies of all sizes, in two groups of which one is interpolated."""
    chance = random.Random(7)
    found = []
    for i in range(200):
        n = chance.choice([chance.randint(100, 400), chance.randint(100, 20_000)])
        bad = int(n * chance.betavariate(4, 40))
        before = chance.randint(30, 3000)
        found.append(
            editions.gathered(
                f"A{i:03}",
                levels=(bad, 0, 0, 0, n - bad),
                due=(chance.randint(50, 2000), chance.randint(0, 60), chance.randint(0, 60)),
                group="ab"[i % 10 == 0],
                before=Earlier(counts=Effective(before, before - before * bad // n)),
            )
        )
    return tuple(found)


class _Elsewhere:
    """Elementary functions of another machine: each value a little beside ours."""

    NUMPY = ("exp", "log", "log1p", "expm1", "arcsin", "sin", "power", "hypot", "dot")
    MATH = ("exp", "log", "log1p", "expm1", "asin", "sin", "erfc", "erf", "lgamma", "hypot", "pow")

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._chance = np.random.default_rng(1)
        for module, names in ((np, self.NUMPY), (math, self.MATH), (special, ("ndtr", "betainc"))):
            for name in names:
                monkeypatch.setattr(module, name, self._beside(getattr(module, name)))

    def _beside(self, function):
        def found(*args, **options):
            value = function(*args, **options)
            return value * (1 + self._chance.choice([-4, 4], size=np.shape(value)) * 2.0**-52)

        return found


@pytest.mark.parametrize(
    ("files", "agencies"), [(tables.files, _city()), (pages.files, editions.CITY)]
)
def test_a_machine_with_other_elementary_functions_writes_the_same_bytes(
    files, agencies, monkeypatch
):
    here = files(editions.make_edition(agencies))
    for cached in (
        elementary._normal_table,
        intervals.normal_quantile,
        rank_sets.critical_value,
    ):
        cached.cache_clear()
    _Elsewhere(monkeypatch)
    there = files(editions.make_edition(agencies))
    assert [name for name in here if here[name] != there[name]] == []
