"""The published reference vectors, one test each, as far as the core of the method goes.

Intervals the method does not use (Wald, Agresti-Coull, Jeffreys ...) stand in the file for
comparison and are not looked at. Where the file is absent, the boundary tables beside these tests
hold the same numbers.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from ranking.method import (
    bands,
    case_mix,
    counting,
    intervals,
    punctuality,
    rank_sets,
    standings,
)
from tests.ranking import test_oracles_more

FILE = Path(__file__).parents[3] / "shared" / "oracles" / "stat_oracles.json"


def proportion_interval(given, expected, tol):
    found = intervals.wilson(given["x"], given["n"], confidence=given["conf"])
    assert found == (expected["wilson"] and pytest.approx(tuple(expected["wilson"]), abs=tol))


def difference_interval(given, expected, tol):
    counts = (given["x1"], given["n1"], given["x2"], given["n2"])
    found = intervals.newcombe(*counts, confidence=given["conf"])
    assert found == pytest.approx(tuple(expected["newcombe"]), abs=tol)


def precision(given, expected, tol):
    found = intervals.wilson(given["x"], given["n"]).half_width
    assert found == pytest.approx(expected["half_width"], abs=tol)


def critical_value(given, expected, tol):
    found = rank_sets.critical_value(given["p"], given["coverage"])
    assert found == pytest.approx(expected["c"], abs=tol)
    assert found * math.sqrt(2) == pytest.approx(expected["q_studentized_range"], abs=2 * tol)


def target_test(given, expected, tol):
    found = bands.tails([given["x"]], [given["n"]], given["target"])
    assert found.below[0] == pytest.approx(expected["p_below"], abs=tol)
    assert found.above[0] == pytest.approx(expected["p_above"], abs=tol)


def bh(given, expected, tol):
    threshold = bands.benjamini_hochberg(given["p"], given["q"])
    assert [threshold is not None and p <= threshold for p in given["p"]] == expected["reject"]
    if "p_threshold" in expected:
        assert threshold == pytest.approx(expected["p_threshold"], abs=tol)


def rank(given, expected, tol):
    assert tol == 0
    best_first = expected.get("competition", expected.get("competition_desc"))
    assert standings.competition(given["x"]) == best_first
    if "increasing_min" in expected:
        assert standings.competition([-x for x in given["x"]]) == expected["increasing_min"]


def _sets(given, values):
    y, s = np.array(given["x"]), np.array(given["se"])
    return rank_sets.bounds(y, s, values(s, given["coverage"]))


def _simultaneous_values(s, confidence):
    return np.full(len(s), rank_sets.critical_value(len(s), confidence))


def _contain(found, expected, *, equal, off_by):
    low, high = np.array(expected["L"]), np.array(expected["U"])
    assert np.all(found.low <= low)
    assert np.all(found.high >= high)
    assert np.sum(found.low == low) + np.sum(found.high == high) == equal
    assert max(np.max(low - found.low), np.max(found.high - high)) <= off_by


def rank_cs_simultaneous(given, expected, tol):
    assert standings.competition(given["x"]) == expected["rank"]
    _contain(_sets(given, _simultaneous_values), expected, equal=72, off_by=1)


def rank_cs_marginal(given, expected, tol):
    assert standings.competition(given["x"]) == expected["rank"]
    _contain(_sets(given, rank_sets.marginal_values), expected, equal=69, off_by=3)


def rank_cs_taubest(given, expected, tol):
    found = _sets(given, _simultaneous_values)
    named = {
        name for name, low in zip(given["names"], found.low, strict=True) if low <= given["tau"]
    }
    assert named == {*expected["cov95"], "United Kingdom"}


def holm(given, expected, tol):
    """The method uses neither; what Holm rejects, its false discovery rate must reject too."""
    threshold = bands.benjamini_hochberg(given["p"], given["alpha"])
    rejected = [p <= threshold for p in given["p"]]
    for name in ("bonferroni", "holm"):
        assert all(
            ours or not theirs for ours, theirs in zip(rejected, expected[name], strict=True)
        )


def clustering(given, expected, tol):
    """One resident, one voice: the heavy rater's 40 answers weigh as one resident's."""
    sizes, satisfied = given["cluster_sizes"], given["cluster_satisfied"]
    voices = [i for i, size in enumerate(sizes) for _ in range(size)]
    good = [
        place < some for size, some in zip(sizes, satisfied, strict=True) for place in range(size)
    ]
    [said] = _weighed(voices, good, [0] * len(voices)).values()
    assert said.n == expected["resident_n"]
    assert said.x / said.n == pytest.approx(expected["resident_mean_share"], abs=tol)
    # rho = 1, residents within themselves being of one mind: 1 + (m~ - 1) is m~ itself
    weeks = [punctuality.Cluster(m, y) for m, y in zip(sizes, satisfied, strict=True)]
    found = punctuality.design({"agency": weeks})
    assert found.rho == 1.0
    assert found.deff["agency"] == pytest.approx(expected["m_tilde"], abs=tol)
    cohort = punctuality.Punctuality(on_time=94, late_closed=6, open_overdue=0)
    effective = cohort.effective(found.deff["agency"])
    assert effective.n == pytest.approx(expected["n_kish"], abs=tol)
    assert effective.x / effective.n == pytest.approx(expected["p"], abs=tol)


def punctuality_(given, expected, tol):
    cohort = punctuality.Punctuality(
        on_time=given["decided_on_time"],
        late_closed=given["decided_late"],
        open_overdue=given["open_past_due"],
    )
    assert cohort.due == given["due_in_period"]
    assert cohort.share == pytest.approx(expected["due_cohort"], abs=tol)


def end_to_end(given, expected, tol):
    """From answers to the interval; the rates of strata and peers are given."""
    voices, strata, good = zip(*given["ratings"], strict=True)
    names = sorted(given["category_rate"])
    said = _weighed(voices, good, [names.index(stratum) for stratum in strata])
    cells = [
        case_mix.Cell("a", names[stratum], names[stratum], float(of.n), float(of.x))
        for (_, stratum), of in said.items()
    ]
    rates = {
        name: case_mix.Rate(30, rate, is_shrunken=False)
        for name, rate in given["category_rate"].items()
    }
    found = case_mix.adjusted(cells, rates, given["peer_rate"])
    assert found.n == pytest.approx(expected["n_star"], abs=tol)
    assert found.observed == pytest.approx(expected["O"], abs=tol)
    assert found.expected == pytest.approx(expected["E"], abs=tol)
    assert found.raw == pytest.approx(expected["share_unadjusted"], abs=tol)
    assert found.share == pytest.approx(expected["adj"], abs=tol)
    assert found.n * found.share == pytest.approx(expected["x_star"], abs=tol)
    wilson = intervals.wilson(found.n * found.share, found.n)
    assert wilson == pytest.approx(tuple(expected["wilson"]), abs=tol)


def _weighed(voices, good, strata):
    """The voices of one agency, by the product's own counting."""
    numbers = {voice: number for number, voice in enumerate(sorted(set(voices)))}
    column = np.array([numbers[voice] for voice in voices])
    overall = np.where(np.array(good, dtype=bool), 5, 1)
    blank = np.zeros_like(column)
    answers = counting.Columns(
        rating=blank, voice=column, agency=blank, stratum=np.array(strata), day=blank,
        month=blank, overall=overall, counter=blank,
    )  # fmt: skip
    return counting.weighed(answers, [answers.agency, answers.stratum])


CHECKS = {
    check.__name__.rstrip("_"): check
    for check in (
        proportion_interval, difference_interval, precision, critical_value, target_test, bh, rank,
        rank_cs_simultaneous, rank_cs_marginal, rank_cs_taubest, holm, clustering, punctuality_,
        end_to_end,
    )
}  # fmt: skip


def _vectors():
    if not FILE.exists():
        missing = pytest.mark.skip(reason="the reference vectors (../shared/oracles) are not here")
        return [pytest.param(None, marks=missing, id="absent")]
    every = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    return [pytest.param(v, id=v["id"]) for v in every if v["category"] in CHECKS]


@pytest.mark.parametrize("vector", _vectors())
def test_the_method_gives_the_published_figure(vector):
    CHECKS[vector["category"]](vector["input"], vector["expected"], vector["tol"])


@pytest.mark.skipif(not FILE.exists(), reason="the reference vectors are not here")
def test_every_vector_of_the_file_is_tested():
    every = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    assert {v["category"] for v in every} == CHECKS.keys() | test_oracles_more.CATEGORIES
