"""The published reference vectors of the deeper statistics, one test each."""

import json
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ranking.method import (
    anomalies,
    beta_binomial,
    case_mix,
    composite,
    funnel,
    movement,
    nonresponse,
    shrinkage,
    survival,
)
from ranking.method.case_mix import Cell
from ranking.method.movement import Periods
from ranking.method.survival import Spell

FILE = Path(__file__).parents[3] / "shared" / "oracles" / "stat_oracles.json"
Input = dict[str, Any]
Figures = dict[str, Any]


def _move(given: Input) -> Figures:
    periods = Periods(**{name: given[name] for name in ("x_new", "n_new", "x_old", "n_old")})
    found, _ = movement.movements({"a": periods})
    moved = found["a"]
    assert moved is not None
    arrow = moved.arrow or "none"
    return {
        "z": moved.z,
        "p_two_sided": moved.p_value,
        "newcombe": list(moved.interval),
        "arrow": "up (if it survives BH across agencies)" if arrow == "up" else arrow,
    }


def _rolling(given: Input) -> Figures:
    x, n, window = given["quarter_x"], given["quarter_n"], given["window"]
    old = sum(x[:window]) / sum(n[:window])
    new = sum(x[-window:]) / sum(n[-window:])
    return {
        "old": old,
        "new": new,
        "diff": new - old,
        "z_correct": movement.z_score(Periods(x[-1], n[-1], x[0], n[0])),
        "z_if_windows_treated_as_independent": movement.z_score(
            Periods(sum(x[-window:]), sum(n[-window:]), sum(x[:window]), sum(n[:window]))
        ),
    }


def _kidney(given: Input) -> Figures:
    crude = {name: sum(given[name]["x"]) / sum(given[name]["n"]) for name in "AB"}
    direct = {
        name: case_mix.direct(given[name]["x"], given[name]["n"], given["standard"])
        for name in "AB"
    }
    return {
        "crude_A": crude["A"],
        "crude_B": crude["B"],
        "direct_A": direct["A"],
        "direct_B": direct["B"],
        "order_reverses": crude["A"] < crude["B"] and direct["A"] > direct["B"],
    }


def _two_agencies(given: Input) -> Figures:
    cells = [
        Cell(agency, category, category, n, x)
        for agency in "AB"
        for category, n, x in zip(
            given["categories"], given[agency]["n"], given[agency]["x"], strict=True
        )
    ]
    found = case_mix.standardise(cells)
    both = [found.agencies["A"], found.agencies["B"]]
    return {
        "cat_rate": [found.rates[name].share for name in given["categories"]],
        "overall": found.mean,
        "expected": [one.expected for one in both],
        "adj_additive": [one.share for one in both],
        "ratio": [one.observed / one.expected for one in both],
        "direct_equal_weights": [
            case_mix.direct(given[name]["x"], given[name]["n"], [1, 1]) for name in "AB"
        ],
        "crude": [one.raw for one in both],
    }


def _phe_isr(given: Input) -> Figures:
    expected = given["expected"]
    exact = [funnel.ratio_interval(o, expected) for o in given["observed"]]
    return {
        "ratio": [o / expected for o in given["observed"]],
        "byar95_ratio": [_byar(o, expected) if o >= 10 else None for o in given["observed"]],
        "exact95_ratio": [
            list(interval) if o < 10 else None
            for o, interval in zip(given["observed"], exact, strict=True)
        ],
    }


def _byar(observed: float, expected: float) -> list[float]:
    """Byar's approximation (Breslow & Day 1987), which publishers print; ours is the exact one."""

    def side(count: float, sign: int) -> float:
        z = sign * funnel.WARNING
        return count * (1 - 1 / (9 * count) + z / (3 * math.sqrt(count))) ** 3 / expected

    return [side(observed, -1), side(observed + 1, 1)]


def _posterior_means(given: Input) -> list[float]:
    size = given["alpha"] + given["beta"]
    prior = shrinkage.Prior(given["alpha"] / size, size)
    return [prior.shrunken(x, n) for x, n in zip(given["x"], given["n"], strict=True)]


def _posterior_intervals(given: Input) -> Figures:
    size = given["alpha"] + given["beta"]
    prior = shrinkage.Prior(given["alpha"] / size, size)
    return {
        "ci95": [
            list(beta_binomial.interval(prior, x, n))
            for x, n in zip(given["x"], given["n"], strict=True)
        ]
    }


def _posterior_error(given: Input) -> Figures:
    threshold, alpha, beta = given["threshold"], given["alpha1"], given["beta1"]
    return {"pbeta": beta_binomial.probability_below(threshold, alpha=alpha, beta=beta)}


def _rat_likelihood(given: Input) -> Figures:
    prior = beta_binomial.likelihood(given["x"], given["n"])
    assert prior is not None
    return {"alpha": prior.alpha, "beta": prior.beta, "post_mean_4_14": prior.shrunken(4, 14)}


def _rat_moments(given: Input) -> Figures:
    prior = shrinkage.moments(given["x"], given["n"])
    assert prior is not None
    return {
        "mu": prior.mean,
        "rho": 1 / (prior.strength + 1),
        "M": prior.strength,
        "alpha": prior.alpha,
        "beta": prior.beta,
    }


def _efron_morris(given: Input) -> Figures:
    raw = [hits / given["at_bats"] for hits in given["hits"]]
    mean = sum(raw) / len(raw)
    shrunken = shrinkage.james_stein(raw, variance=mean * (1 - mean) / given["at_bats"])

    def missed(guess: list[float]) -> float:
        return sum((a - b) ** 2 for a, b in zip(guess, given["season"], strict=True))

    return {
        "mean": mean,
        "c": (shrunken[0] - mean) / (raw[0] - mean),
        "js": list(shrunken),
        "js_published_3dp": list(shrunken),
        "sse_raw": missed(raw),
        "sse_js": missed(list(shrunken)),
    }


def _funnel_counts(given: Input) -> Figures:
    usual = [funnel.count_limits(e, confidence=0.95) for e in given["expected"]]
    wide = [funnel.count_limits(e, confidence=0.998) for e in given["expected"]]
    return {
        "LCL95": [low for low, _ in usual],
        "UCL95": [high for _, high in usual],
        "LCL998": [low for low, _ in wide],
        "UCL998": [high for _, high in wide],
    }


def _funnel_share(given: Input) -> Figures:
    centre, n = given["baseline_pct"] / 100, given["n"]
    two = funnel.normal_limits(centre, n, z=funnel.WARNING)
    three = funnel.normal_limits(centre, n, z=funnel.ALARM)
    names = ("lower2s", "upper2s", "lower3s", "upper3s")
    return dict(zip(names, (100 * limit for limit in (*two, *three)), strict=True))


def _overdispersion(found: funnel.Funnel) -> Figures:
    points = [point for point in found.points if point]
    return {
        "centre": found.centre,
        "z": [point.z for point in points],
        "phi": found.phi,
        "tau2": found.tau2,
        "z_adj": [point.adjusted_z for point in points],
    }


def _post_stratified(given: Input) -> Figures:
    keys = ("closed_by_cell", "rated_by_cell", "satisfied_by_cell")
    rows = list(zip(*(given[key] for key in keys), strict=True))
    cells = [nonresponse.Cell(f"outcome {i}", True, "online", *row) for i, row in enumerate(rows)]
    found = nonresponse.post_stratify(cells)
    response = nonresponse.Response(sum(row[0] for row in rows), sum(row[1] for row in rows))
    assert found is not None
    return {
        "raw": sum(row[2] for row in rows) / response.rated,
        "weighted": found.share,
        "n_eff_kish": found.effective_n,
        "response_rate": float(response.rate or 0),
    }


def _kish(given: Input) -> Figures:
    size = nonresponse.effective_size(given["w"])
    assert size is not None
    return {"n_eff": size, "deff": len(given["w"]) / size}


def _freireich(given: Input) -> Figures:
    steps = _km(given)
    at_10 = [step for step in steps if step.at <= 10][-1]
    return {
        "at": [step.at for step in steps],
        "S": [step.survival for step in steps],
        "greenwood_se": [step.standard_error for step in steps],
        "median": survival.reached(steps, 0.5),
        "published_3dp": [step.survival for step in steps],
        "S_10": at_10.survival,
        "se_S10": at_10.standard_error,
    }


def _open_cases(given: Input) -> Figures:
    steps = _km(given)
    closed = [Spell(t, "decided") for t, e in zip(given["time"], given["event"], strict=True) if e]
    return {
        "median_km": survival.reached(steps, 0.5),
        "median_closed_only": survival.reached(survival.curve(closed, end="decided"), 0.5),
        "S_at": [[step.at, step.survival] for step in steps] + [[20, steps[-1].survival]],
    }


def _km(given: Input) -> tuple[survival.Step, ...]:
    seen = zip(given["time"], given["event"], strict=True)
    return survival.curve((Spell(t, "decided" if e else None) for t, e in seen), end="decided")


def _cusum(given: Input) -> Figures:
    x, target, k = given["x"], given["target"], given["k"]
    up = anomalies.cusum(x, reference=target + k)
    down = anomalies.cusum([-value for value in x], reference=k - target)
    return {"c_plus": up, "c_minus": down, "S_hi": up, **_alarm(up, given["h"])}


def _cusum_poisson(given: Input) -> Figures:
    k = anomalies.poisson_reference(given["lambda0"], given["lambda1"])
    path = anomalies.cusum(given["x"], reference=k)
    return {"k": k, "S": path, **_alarm(path, given["h"])}


def _alarm(path: tuple[float, ...], threshold: float) -> Figures:
    first = anomalies.first_alarm(path, threshold=threshold)
    return {"first_alarm_index_1based": None if first is None else first + 1}


def _burst(given: Input) -> Figures:
    def tails(dispersion: float) -> list[float]:
        return [
            anomalies.burst_tail(count, mean=given["lam"], dispersion=dispersion)
            for count in given["count"]
        ]

    return {"p_ge": tails(1), "nb_p_ge_disp2": tails(2)}


def _concentration(given: Input) -> Figures:
    found = anomalies.concentration([round(10 * share) for share in given["shares"]])
    assert found is not None
    return {
        "hhi": found.hhi,
        "entropy_nats": found.entropy,
        "effective_number": found.effective_number,
        "inv_hhi": found.inverse_hhi,
    }


def _fragility(given: Input) -> Figures:
    target, cases = given["target"], given["cases"]
    return {
        "fake_fives_needed": [anomalies.fives_needed(x, n, target=target) for x, n in cases],
        "fake_ones_to_fall_below": [anomalies.ones_to_lose(x, n, target=target) for x, n in cases],
    }


def _composite(given: Input) -> Figures:
    rows = zip(given["points"], given["max"], strict=True)
    groups = [
        composite.GroupScore(str(i), None if some is None else Fraction(some), Fraction(most))
        for i, (some, most) in enumerate(rows)
    ]
    least = Fraction(str(given["min_weight_present"]))
    found = composite.total(groups, least_weight=least)
    assert found.score is not None
    return {
        "score_renormalised": float(found.score),
        "weight_present": float(found.weight_present),
        "naive_zero": float(found.score * found.weight_present),
    }


def _pile_up(given: Input) -> Figures:
    [found] = anomalies.last_day_pile_ups([given["closed_last3_days_before_deadline"]])
    assert found is not None
    return {"share": found[0], "p_ge": found[1]}


OURS: dict[str, Callable[[Input], Figures]] = {
    "move_188_180": _move,
    "move_950_900": _move,
    "rolling_window_move": _rolling,
    "kidney_stones_direct": _kidney,
    "two_agencies_indirect": _two_agencies,
    "phe_isr": _phe_isr,
    "eb_robinson": lambda given: {"mean_3dp": _posterior_means(given)},
    "eb_robinson_ci": _posterior_intervals,
    "eb_aaron_pep": _posterior_error,
    "eb_ebbr": lambda given: {"mean": _posterior_means(given)},
    "eb_rat_mle": _rat_likelihood,
    "eb_rat_moments": _rat_moments,
    "efron_morris": _efron_morris,
    "funnel_poisson": _funnel_counts,
    **{f"phe_funnel_prop_{n}": _funnel_share for n in range(1, 5)},
    "overdispersion_6": lambda g: _overdispersion(funnel.ratios(g["observed"], g["expected"])),
    "overdispersion_prop_8": lambda g: _overdispersion(funnel.shares(g["x"], g["n"])),
    "manski": lambda given: {
        "bounds": [
            list(nonresponse.worst_case(share, rate))
            for share, rate in zip(given["share"], given["response_rate"], strict=True)
        ]
    },
    "poststrat": _post_stratified,
    "kish": _kish,
    "km_freireich_6mp": _freireich,
    "km_freireich_placebo": _freireich,
    "km_open_cases": _open_cases,
    "cusum_montgomery": _cusum,
    "cusum_nist": _cusum,
    "cusum_poisson": _cusum_poisson,
    "poisson_burst": _burst,
    "concentration": _concentration,
    "fragility_to_target": _fragility,
    "composite_766_missing": _composite,
    "deadline_pileup": _pile_up,
}
CATEGORIES = frozenset(
    [
        "movement",
        "standardisation",
        "eb_posterior",
        "eb_beta_binomial",
        "james_stein",
        "funnel",
        "overdispersion",
        "nonresponse",
        "weights",
        "kaplan_meier",
        "cusum",
        "burst",
        "concentration",
        "fragility",
        "composite",
        "gaming",
    ]
)
# Figures of the naive way (unweighted moments) and a step on the way, which nothing of ours gives.
NOT_OURS = {
    "eb_rat_moments": {"naive_mean_of_rates", "naive_sd_of_rates", "naive_alpha", "naive_beta"},
    "overdispersion_6": {"winsor_limits"},
}


def _vectors() -> Iterator[dict[str, Any]]:
    if FILE.exists():
        for vector in json.loads(FILE.read_text(encoding="utf-8"))["vectors"]:
            if vector["category"] in CATEGORIES:
                yield vector


VECTORS = list(_vectors())
needs_file = pytest.mark.skipif(not VECTORS, reason="the shared reference vectors are not here")


@needs_file
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_published_vector_is_met_within_its_tolerance(vector: dict[str, Any]):
    figures = OURS[vector["id"]](vector["input"])
    expected = {
        name: value
        for name, value in vector["expected"].items()
        if name not in NOT_OURS.get(vector["id"], set())
    }
    assert expected
    for name, value in expected.items():
        assert _near(figures[name], value, vector["tol"]), (name, figures[name], value)


@needs_file
def test_every_vector_of_these_categories_is_checked():
    assert {vector["id"] for vector in VECTORS} == set(OURS)


def _near(ours: Any, theirs: Any, tolerance: float) -> bool:
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(
            _near(a, b, tolerance) for a, b in zip(ours, theirs, strict=True)
        )
    if isinstance(theirs, str | bool) or theirs is None:
        return ours == theirs
    return ours is not None and abs(ours - theirs) <= tolerance
