import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import punctuality
from ranking.method.punctuality import Cluster, Punctuality

cases = st.floats(0, 10_000)
cohorts = st.builds(Punctuality, on_time=cases, late_closed=cases, open_overdue=cases)
weeks = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(
        lambda pair: Cluster(max(pair), min(pair))
    ),
    max_size=6,
)


def test_open_cases_count_as_late():
    cohort = Punctuality(on_time=700, late_closed=100, open_overdue=200, withdrawn=30)
    assert cohort.due == 1000
    assert cohort.share == 0.7


def test_where_nothing_fell_due_there_is_no_share():
    cohort = Punctuality(on_time=0, late_closed=0, open_overdue=0, withdrawn=3)
    assert cohort.share is None
    assert cohort.refusal_share is None
    assert cohort.interval() is None
    assert cohort.effective() == (0, 0)


def test_refused_cases_are_in_and_their_share_is_known():
    cohort = Punctuality(on_time=70, late_closed=10, open_overdue=20, refused=5)
    assert cohort.refusal_share == 0.05


def test_a_design_effect_widens_the_interval_and_keeps_the_share():
    cohort = Punctuality(on_time=180, late_closed=20, open_overdue=0)
    assert cohort.effective(2.0) == (100, 90)
    plain, clustered = cohort.interval(), cohort.interval(deff=2.0)
    assert clustered.half_width == pytest.approx(0.0595682622)
    assert clustered.half_width > plain.half_width


@pytest.mark.parametrize(
    "parts",
    [
        {"on_time": -1},
        {"late_closed": float("nan")},
        {"open_overdue": float("inf")},
        {"withdrawn": -0.5},
        {"refused": 11},
    ],
)
def test_parts_that_cannot_be_are_refused(parts):
    whole = {"on_time": 8, "late_closed": 1, "open_overdue": 1} | parts
    with pytest.raises(errors.InvalidCohort):
        Punctuality(**whole)


def test_weeks_that_share_their_fate_say_less():
    # by hand: MSB = 10 (0.5^2 + 0.5^2) / 1 = 5, MSW = 0, so rho = 1 and deff = 10
    found = punctuality.design({"A": [Cluster(10, 10), Cluster(10, 0)]})
    assert found.rho == 1.0
    assert found.deff == {"A": 10.0}


def test_weeks_as_alike_as_chance_cost_nothing():
    # by hand: MSB = 0, MSW = 20 * 0.25 / 18; negative rho is clipped
    found = punctuality.design({"A": [Cluster(10, 5), Cluster(10, 5)], "B": []})
    assert found.rho == 0.0
    assert found.deff == {"A": 1.0, "B": 1.0}


def test_the_correlation_in_between_is_that_of_the_formula():
    # MSB = 2 * 10 * 0.2^2 = 0.8, MSW = (10 * 0.21 + 10 * 0.21) / 18, m0 = 20 - 10 = 10
    msb, msw = 0.8, 4.2 / 18
    found = punctuality.design({"A": [Cluster(10, 7), Cluster(10, 3)]})
    rho = (msb - msw) / (msb + 9 * msw)
    assert found.rho == pytest.approx(rho)
    assert found.deff["A"] == pytest.approx(1 + 9 * rho)


@pytest.mark.parametrize(
    "clusters",
    [
        {},
        {"A": [Cluster(5, 5)], "B": [Cluster(9, 1)]},  # a week each
        {"A": [Cluster(1, 1), Cluster(1, 0)]},  # a case each
        {"A": [Cluster(5, 5), Cluster(5, 5)]},  # all on time
        {"A": [Cluster(0, 0), Cluster(5, 5)]},
    ],
)
def test_where_nothing_can_be_estimated_cases_count_as_independent(clusters):
    assert punctuality.design(clusters).rho == 0.0


def test_a_week_with_more_on_time_than_due_is_refused():
    with pytest.raises(errors.InvalidCohort):
        punctuality.design({"A": [Cluster(5, 6)]})


@given(cohorts, st.floats(0, 100))
def test_an_open_case_that_moves_past_the_cut_off_never_raises_punctuality(cohort, more):
    later = Punctuality(
        on_time=cohort.on_time,
        late_closed=cohort.late_closed,
        open_overdue=cohort.open_overdue + more,
    )
    assert (later.share or 0.0) <= (cohort.share or 0.0)


@given(cohorts, st.floats(1, 50))
def test_effective_counts_are_counts(cohort, deff):
    n, x = cohort.effective(deff)
    assert 0 <= x <= n <= cohort.due


@given(st.dictionaries(st.sampled_from("ABC"), weeks))
def test_a_design_effect_never_invents_cases(clusters):
    found = punctuality.design(clusters)
    assert 0 <= found.rho <= 1
    assert found.deff.keys() == clusters.keys()
    for agency, of in clusters.items():
        assert 1 <= found.deff[agency] <= max([1, *(cluster.due for cluster in of)]) + 1e-9
