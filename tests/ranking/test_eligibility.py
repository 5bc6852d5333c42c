import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.figures import assembly
from ranking.method import eligibility
from ranking.method.config import Config
from ranking.method.eligibility import Eligibility, Reason, Status
from tests.web import editions

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


@pytest.mark.parametrize(
    ("held", "n", "is_doubtful"), [(0, 0, False), (0, 100, False), (10, 90, False), (11, 90, True)]
)
def test_more_than_a_tenth_under_review_leaves_no_place(held: int, n: int, *, is_doubtful: bool):
    assert eligibility.is_under_investigation(held, n) is is_doubtful


def test_an_agency_under_review_is_listed_with_its_reason():
    agency = editions.gathered("A", levels=(0, 0, 0, 100, 800), held=101)
    line = assembly.assemble([agency], Config(), ()).agencies[0].satisfaction
    assert (line.score.status, line.score.reason) == (
        Status.LISTED_NOT_RANKED,
        Reason.UNDER_INVESTIGATION,
    )
    assert line.score.share is not None
    assert line.score.band is None
    assert line.quarantine is not None
    assert line.quarantine.held == 101
