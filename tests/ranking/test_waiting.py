"""Waiting times from a life table are those of the curve over single cases."""

from hypothesis import given
from hypothesis import strategies as st

from ranking.counts import waiting
from ranking.counts.waiting import DECIDED, TRANSFERRED, WITHDRAWN, Spells
from ranking.method import survival

SPELLS = st.lists(
    st.builds(
        lambda entered, length, end, cases: Spells(entered, entered + length, end, cases),
        st.integers(0, 5),
        st.integers(0, 12),
        st.sampled_from([DECIDED, DECIDED, WITHDRAWN, TRANSFERRED, None]),
        st.integers(1, 3),
    ),
    max_size=15,
)


def test_open_cases_count_for_as_long_as_they_were_seen():
    closed = [Spells(0, day, DECIDED, 1) for day in (1, 2, 3, 5, 5, 8, 9)]
    found = waiting.waiting(waiting.life_table([*closed, Spells(0, 10, None, 3)]))
    assert found is not None
    assert (found.median_days, found.p90_days) == (5, None)


def test_nothing_that_ended_is_no_waiting_time():
    assert waiting.waiting(waiting.life_table([Spells(0, 10, None, 3)])) is None


@given(SPELLS)
def test_the_table_and_the_curve_agree(spells: list[Spells]):
    found = waiting.waiting(waiting.life_table(spells))
    single = [
        survival.Spell(of.left, of.end, of.entered)
        for of in spells
        for _ in range(of.cases)
        if of.entered < of.left
    ]
    curve = survival.curve(single, end=DECIDED)
    median = survival.reached(curve, 0.5)
    assert (found.median_days if found else None) == median
    incidence = survival.incidence(single)
    for kind in (WITHDRAWN, TRANSFERRED):
        last = incidence[kind][-1][1] if kind in incidence else 0
        shown = float(getattr(found, kind)) if found else 0
        assert abs(last - shown) < 1e-9
