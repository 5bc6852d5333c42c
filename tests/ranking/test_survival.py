"""Time to decision counts the cases that are still open."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import survival
from ranking.method.survival import Spell


def decided(*ages: float) -> list[Spell]:
    return [Spell(age, "decided") for age in ages]


def still_open(*ages: float) -> list[Spell]:
    return [Spell(age, None) for age in ages]


def test_a_median_over_closed_cases_alone_runs_low():
    closed = decided(2, 3, 5, 5, 8, 10, 12)
    steps = survival.curve(closed + still_open(20, 20, 20), end="decided")
    assert survival.reached(steps, 0.5) == 8  # S(8) is one half, by the guard
    assert survival.reached(survival.curve(closed, end="decided"), 0.5) == 5
    assert survival.reached(steps, 0.9) is None


def test_the_trial_of_freireich():
    remission = decided(6, 6, 6, 7, 10, 13, 16, 22, 23)
    remission += still_open(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    steps = survival.curve(remission, end="decided")
    assert [round(step.survival, 3) for step in steps] == [
        0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448,
    ]  # fmt: skip
    assert [step.at_risk for step in steps] == [21, 17, 15, 12, 11, 7, 6]
    assert steps[0].standard_error == pytest.approx(0.07636035483212124)
    assert survival.reached(steps, 0.5) == 23


def test_the_last_decision_of_all_has_no_standard_error():
    first, last = survival.curve(decided(1, 2), end="decided")
    assert (first.survival, first.standard_error) == (0.5, pytest.approx(math.sqrt(0.125)))
    assert (last.survival, last.standard_error) == (0, None)


def test_after_an_emptied_risk_set_the_curve_stays_at_zero():
    late = [Spell(9, "decided", entered=5), Spell(8, "decided", entered=5)]
    steps = survival.curve([*decided(1), *late], end="decided")
    assert [(step.at, step.survival, step.standard_error) for step in steps] == [
        (1, 0, None),
        (8, 0, None),
        (9, 0, None),
    ]


def test_an_old_case_joins_at_the_age_it_then_had():
    cases = [*decided(2, 6), Spell(6, "decided", entered=4), Spell(8, None, entered=2)]
    steps = survival.curve(cases, end="decided")
    # At age 2 the case that joined at 2 is not yet at risk; at 6 both late ones are.
    assert [(step.at, step.at_risk, step.ended) for step in steps] == [(2, 2, 1), (6, 3, 2)]


def test_a_case_decided_at_once_counts_but_a_late_one_of_no_length_does_not():
    steps = survival.curve([*decided(0, 4), Spell(3, "decided", entered=3)], end="decided")
    assert [(step.at, step.at_risk) for step in steps] == [(0, 2), (4, 1)]


def test_no_cases_no_curve():
    assert survival.curve([], end="decided") == ()
    assert survival.reached((), 0.5) is None
    assert survival.incidence([]) == {}


def test_withdrawal_competes_with_decision():
    cases = [*decided(1, 3), Spell(2, "withdrawn"), *still_open(4)]
    shares = survival.incidence(cases)
    assert shares == {
        "decided": ((1, 0.25), (3, pytest.approx(0.5))),
        "withdrawn": ((2, pytest.approx(0.25)),),
    }
    # 1 - KM pretends that the withdrawn would have been decided later: 0.625 instead of 0.5.
    assert 1 - survival.curve(cases, end="decided")[-1].survival == pytest.approx(0.625)


@pytest.mark.parametrize(
    ("entered", "left"), [(-1, 2), (3, 2), (math.nan, 2), (0, math.nan), (0, math.inf)]
)
def test_an_impossible_spell_is_refused(entered, left):
    with pytest.raises(survival.BadSpell):
        Spell(left, "decided", entered)


spells = st.builds(
    lambda entered, length, end: Spell(entered + length, end, entered),
    st.integers(0, 5),
    st.integers(0, 10),
    st.sampled_from(["decided", "withdrawn", "transferred", None]),
)


@given(st.lists(spells, max_size=30), st.randoms())
def test_the_order_of_cases_is_irrelevant(cases, random):
    shuffled = list(cases)
    random.shuffle(shuffled)
    assert survival.curve(shuffled, end="decided") == survival.curve(cases, end="decided")
    assert survival.incidence(shuffled) == survival.incidence(cases)


@given(st.lists(spells, max_size=30))
def test_ends_of_every_kind_and_the_open_make_up_the_whole(cases):
    shares = survival.incidence(cases)
    any_end = survival.curve(
        [Spell(case.left, case.end and "ended", case.entered) for case in cases], end="ended"
    )
    undecided = any_end[-1].survival if any_end else 1
    assert sum(steps[-1][1] for steps in shares.values()) + undecided == pytest.approx(1)


@given(st.lists(spells, max_size=30))
def test_the_curve_only_falls_and_never_says_less_than_competing_ends_allow(cases):
    steps = survival.curve(cases, end="decided")
    falling = [1.0, *(step.survival for step in steps)]
    assert all(later <= earlier for earlier, later in itertools.pairwise(falling))
    for step, (at, share) in zip(steps, survival.incidence(cases).get("decided", ()), strict=True):
        assert step.at == at
        assert 1 - step.survival >= share - 1e-9
