"""What a running period may come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import forecast, survival
from ranking.method.forecast import ANSWERED, FEWEST, Pending
from ranking.method.survival import Spell

ages = st.floats(0, 60, allow_nan=False).map(lambda value: round(value, 2))
spells = st.lists(
    st.builds(Spell, left=ages, end=st.sampled_from([ANSWERED, None, forecast.OTHERWISE])),
    min_size=FEWEST,
    max_size=60,
)
pending = st.lists(
    st.tuples(ages, st.floats(0.01, 30)).map(lambda of: Pending(of[0], of[0] + of[1])), max_size=20
)


def test_a_clerks_example() -> None:
    """Twenty answered after 1 to 20 days. Open for 10 days, due at 15: five of the ten left."""
    known = [Spell(float(day), ANSWERED) for day in range(1, 21)]
    found = forecast.forecast(3, 1, [Pending(10, 15)], known)
    assert found.now == 0.75
    assert found.expected == pytest.approx((3 + 0.5) / 5)
    assert (found.low, found.high) == (3 / 5, 4 / 5)


def test_what_is_settled_needs_no_curve() -> None:
    found = forecast.forecast(3, 1, [], [])
    assert found.expected == found.low == found.high == 0.75


def test_too_few_answers_give_no_forecast() -> None:
    known = [Spell(1.0, ANSWERED)] * (FEWEST - 1)
    assert forecast.forecast(1, 0, [Pending(0, 2)], known).expected is None
    assert forecast.forecast(0, 0, [], known).now is None


@given(st.integers(0, 30), st.integers(0, 30), pending, spells)
def test_the_range_holds_what_is_expected_and_is_within_what_is_possible(
    met: int, late: int, open_: list[Pending], known: list[Spell]
) -> None:
    found = forecast.forecast(met, late, open_, known)
    if found.expected is None or found.low is None or found.high is None:
        return
    total = met + late + len(open_)
    guard = 1e-9
    assert met / total - guard <= found.low <= found.expected + guard
    assert found.expected - guard <= found.high <= (met + len(open_)) / total + guard


@given(spells, ages, st.floats(0.01, 10), st.floats(0, 10))
def test_more_time_left_is_never_less_chance(
    known: list[Spell], age: float, due: float, more: float
) -> None:
    steps = survival.curve(known, end=ANSWERED)
    soon = forecast.chance(steps, Pending(age, age + due))
    later = forecast.chance(steps, Pending(age, age + due + more))
    assert 0 <= soon <= later + 1e-12 <= 1 + 1e-9
