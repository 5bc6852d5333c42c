"""The way through the feedback form, and the drawing of its receipt, as laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.drawing import qr
from web.pages import steps

NAMES = st.sampled_from(list(steps.BY_NAME))
ANSWERS = st.dictionaries(st.sampled_from([*steps.FIELDS, "seen"]), st.text(min_size=1))


@given(NAMES, ANSWERS)
def test_a_page_carries_every_answer_it_does_not_ask_for(name: str, answers: dict[str, str]):
    step = steps.BY_NAME[name]
    # Another agency offers other services; who chose the service first has no agency yet.
    changed = {"service"} if name == "agency" and "agency" in answers else set()
    kept = {*answers} - {*step.fields} - changed
    assert steps.carried(answers, step) == {field: answers[field] for field in kept}


@given(st.dictionaries(st.sampled_from(steps.FIELDS), st.just("!")), NAMES)
def test_nobody_passes_a_page_with_something_to_mend(faults: dict[str, str], target: str):
    stop = steps.stopped_at(faults, target)
    passed = steps.STEPS[: steps.number_of(target) - 1]
    wrong = [step for step in passed if {*step.fields} & {*faults}]
    assert stop == (wrong[0] if wrong else None)


ON_THE_WAY = [step.name for step in steps.STEPS if step.name not in steps.ASIDE]


@pytest.mark.parametrize("name", ON_THE_WAY[:-1])
def test_the_page_before_the_page_after_is_this_one(name: str):
    assert steps.before(steps.after(name, was_checked=False)) == name


def test_pages_beside_the_way_lead_back_to_it_and_count_as_the_page_they_belong_to():
    assert {steps.after(name, was_checked=False) for name in steps.ASIDE} == {"check"}
    assert [steps.before(name) for name in ("title", "reach")] == ["check", "contact"]
    told = [steps.told(step.name)[0] for step in steps.STEPS]
    assert told == [1, 2, 3, 3, 4, 5, 5, 6]


def test_who_had_checked_returns_there_but_for_another_office():
    assert steps.after("details", was_checked=True) == "check"
    assert steps.after("agency", was_checked=True) == "service"


def test_a_qr_code_has_its_quiet_zone_and_its_three_corners():
    drawn = qr.drawn("https://hailong.example/vi/track")
    modules = drawn.path.count("M")
    assert f"M{qr.QUIET} {qr.QUIET}h1v1h-1z" in drawn.path
    assert not any(f"M{edge} " in drawn.path for edge in range(qr.QUIET))
    assert 0.3 < modules / (drawn.size - 2 * qr.QUIET) ** 2 < 0.7
