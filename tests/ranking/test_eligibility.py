import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import eligibility
from ranking.config import Config
from ranking.eligibility import Eligibility, Reason, Status

CONFIG = Config()
RANKED = Eligibility(Status.RANKED)


def listed(reason):
    return Eligibility(Status.LISTED_NOT_RANKED, reason)


SUPPRESSED = Eligibility(Status.SUPPRESSED, Reason.TOO_FEW_ANSWERS)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, Eligibility(Status.NO_ANSWERS)),
        (0.5, SUPPRESSED),
        (29.99, SUPPRESSED),
        (30, listed(Reason.TOO_FEW_ANSWERS)),
        (99.99, listed(Reason.TOO_FEW_ANSWERS)),
        (100, RANKED),
    ],
)
def test_the_floors_decide(n, expected):
    assert eligibility.status(n, config=CONFIG) == expected


@pytest.mark.parametrize(
    ("response_rate", "expected"),
    [(None, RANKED), (0.10, RANKED), (0.0999, listed(Reason.LOW_RESPONSE))],
)
def test_too_low_a_response_is_listed_but_not_ranked(response_rate, expected):
    assert eligibility.status(100, config=CONFIG, response_rate=response_rate) == expected


def test_of_several_reasons_the_first_is_printed():
    reasons = (Reason.NEW_AGENCY, Reason.UNDER_INVESTIGATION)
    assert eligibility.status(100, config=CONFIG, reasons=reasons) == listed(
        Reason.UNDER_INVESTIGATION
    )
    assert eligibility.status(99, config=CONFIG, reasons=reasons) == listed(Reason.TOO_FEW_ANSWERS)


def test_an_open_reason_never_brings_a_small_agency_into_view():
    assert eligibility.status(29, config=CONFIG, reasons=(Reason.NEW_AGENCY,)) == SUPPRESSED


@pytest.mark.parametrize(("n", "pooled"), [(4.9, False), (5, True), (29, True), (30, False)])
def test_five_to_twenty_nine_are_pooled_into_the_parents_line(n, pooled):
    assert eligibility.is_pooled(n, config=CONFIG) is pooled


@given(st.floats(0, 500), st.floats(0, 1), st.sets(st.sampled_from(Reason)))
def test_whoever_has_answers_and_is_not_ranked_has_a_reason(n, response_rate, reasons):
    found = eligibility.status(n, config=CONFIG, response_rate=response_rate, reasons=reasons)
    assert (found.reason is None) == (found.status in {Status.RANKED, Status.NO_ANSWERS})
