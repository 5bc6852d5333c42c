"""How a day's answers spread over devices: who answered for too many, and the figures kept."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import limits, spread
from ranking.method.spread import Given

CROWDS = st.lists(st.integers(1, 30), min_size=1, max_size=40)


def day(sources: Sequence[int]) -> list[Given]:
    """Answers of a day: so many residents from each device, each from one."""
    people = [device for device, count in enumerate(sources) for _ in range(count)]
    return [
        Given(number, f"resident {number}".encode(), device) for number, device in enumerate(people)
    ]


@pytest.mark.parametrize(
    ("sources", "held"),
    [
        ([1] * 40, 0),
        ([4] + [1] * 20, 0),
        ([5] + [1] * 5, 5),
        ([5] + [1] * 45, 0),
        ([6] + [1] * 45, 6),
        ([6, 7] + [1] * 30, 13),
        ([9], 0),
        ([6] * 20, 120),
    ],
)
def test_the_answers_of_devices_that_answered_for_too_many_are_held(sources: list[int], held: int):
    found = spread.crowd(day(sources))
    assert (len(found.ratings) if found else 0) == held


def test_one_resident_with_many_dossiers_is_one_however_often_they_answer():
    answers = [Given(number, b"one", 1) for number in range(50)] + day([0, 0] + [1] * 20)
    assert spread.crowd(answers) is None
    assert spread.counts(answers)[1] == 1


def test_twenty_equally_busy_devices_are_effectively_twenty():
    found = spread.concentration({5: 20})
    assert found is not None
    assert found.effective_number == pytest.approx(20)
    assert (found.total, found.top_share, found.hhi) == (100, 0.05, 0.05)
    assert spread.concentration({}) is None


@given(CROWDS)
def test_all_that_is_kept_says_as_much_as_what_is_forgotten(sources: list[int]):
    kept = spread.concentration(spread.histogram(spread.counts(day(sources))))
    assert kept is not None
    assert kept.total == sum(sources)
    assert 1 - 1e-9 <= kept.effective_number <= len(sources) + 1e-9
    assert kept.top_share == max(sources) / sum(sources)
    assert math.isclose(kept.hhi, sum((n / sum(sources)) ** 2 for n in sources))


@given(CROWDS)
def test_only_devices_for_five_or_more_are_ever_held_and_wholly(sources: list[int]):
    answers = day(sources)
    found = spread.crowd(reversed(answers))
    assert found == spread.crowd(answers)
    if found:
        held = {answers[rating].source for rating in found.ratings}
        assert min(sources[device] for device in held) >= limits.OWN.crowd_on_one
        assert len(found.ratings) == sum(sources[device] for device in held) == found.residents


@given(CROWDS, st.integers(1, 40))
def test_honest_neighbours_on_their_own_devices_never_bring_anybody_under_suspicion(
    sources: list[int], more: int
):
    if spread.crowd(day(sources)) is None and sum(sources) >= limits.OWN.crowd_residents:
        assert spread.crowd(day([*sources, *[1] * more])) is None


@pytest.mark.parametrize(
    ("sources", "busiest"),
    [([], ()), ([4, 4, 1], ()), ([5, 1], (0, 1, 2, 3, 4)), ([5, 6], (5, 6, 7, 8, 9, 10))],
)
def test_the_busiest_device_of_a_day_is_told_only_of_five_residents_or_more(
    sources: list[int], busiest: tuple[int, ...]
):
    assert spread.busiest(day(sources)) == busiest


def test_of_two_devices_as_busy_it_is_the_one_that_answered_first_whatever_their_numbers():
    answers = day([6, 6])
    renamed = [Given(one.rating, one.resident, -one.source) for one in answers]
    assert spread.busiest(reversed(answers)) == spread.busiest(renamed) == (0, 1, 2, 3, 4, 5)


@given(st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=8))
def test_no_device_gave_more_on_crowded_days_than_the_busiest_of_each_day(days: list[list[int]]):
    """Whichever of the four devices it was, though nobody knows which is which on another day."""
    left_out = sum(len(spread.busiest(day(sources))) for sources in days)
    crowded = limits.OWN.crowd_on_one
    for device in range(4):
        assert left_out >= sum(sources[device] for sources in days if sources[device] >= crowded)
