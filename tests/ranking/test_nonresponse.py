"""The silent are counted, bounded and, as far as they can be, represented."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import nonresponse
from ranking.method.nonresponse import BadResponse, Cell, Response


def cell(
    closed: int, rated: int, satisfied: int, *, on_time: bool = True, channel: str = "online"
) -> Cell:
    return Cell("granted", on_time, channel, closed, rated, satisfied)


def refused(closed: int, rated: int, satisfied: int, *, channel: str = "online") -> Cell:
    return Cell("refused", True, channel, closed, rated, satisfied)


def test_bounced_invitations_stay_in_the_denominator():
    assert Response(closed=1000, rated=140, missing=50, bounced=30, reused=2).rate == Fraction(
        14, 100
    )


def test_no_closed_case_no_rate():
    assert Response(0, 0).rate is None


@pytest.mark.parametrize("counts", [(10, 11), (10, -1), (-1, -1), (10, 5, 11)])
def test_more_answers_than_residents_are_refused(counts):
    with pytest.raises(BadResponse):
        Response(*counts)


@pytest.mark.parametrize(
    ("share", "rate", "low", "high"),
    [(0.98, 0.05, 0.049, 0.999), (0.9, 0.6, 0.54, 0.94), (0.9, 1, 0.9, 0.9), (0.9, 0, 0, 1)],
)
def test_worst_case(share, rate, low, high):
    assert nonresponse.worst_case(share, rate) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(("share", "rate"), [(1.1, 0.5), (0.5, -0.1), (math.nan, 1), (1, math.nan)])
def test_worst_case_needs_shares(share, rate):
    with pytest.raises(BadResponse):
        nonresponse.worst_case(share, rate)


@pytest.mark.parametrize(
    ("rated_with", "gap", "is_flagged"),
    [(90, Fraction(1, 10), False), (91, Fraction(11, 100), True), (69, Fraction(-11, 100), True)],
)
def test_a_gap_is_flagged_above_ten_points(rated_with, gap, is_flagged):
    found = nonresponse.bias_meter(rated_with=rated_with, rated=100, closed_with=800, closed=1000)
    assert found == nonresponse.Gap(gap, is_flagged)


def test_no_answers_no_gap():
    assert nonresponse.bias_meter(rated_with=0, rated=0, closed_with=8, closed=10) is None


@pytest.mark.parametrize("counts", [(5, 4, 8, 10), (-1, 4, 8, 10), (3, 4, 2, 10), (0, 4, 7, 10)])
def test_raters_are_among_the_closed_cases(counts):
    names = ("rated_with", "rated", "closed_with", "closed")
    with pytest.raises(BadResponse):
        nonresponse.bias_meter(**dict(zip(names, counts, strict=True)))


def test_post_stratification_weighs_each_kind_of_case_by_its_number():
    found = nonresponse.post_stratify([cell(800, 80, 76), refused(200, 60, 30)])
    assert found.share == 0.86
    assert found.effective_n == pytest.approx(115.38461538461539)
    assert found.unheard == 0


def test_a_small_cell_joins_the_one_with_the_same_timeliness():
    cells = [
        cell(100, 19, 0, channel="phone"),
        cell(400, 40, 40, channel="online"),
        cell(300, 30, 30, on_time=False, channel="phone"),
        refused(100, 50, 50, channel="phone"),
    ]
    joined = [cell(500, 59, 40), cells[2], cells[3]]
    assert nonresponse.post_stratify(cells) == nonresponse.post_stratify(joined)


def test_twenty_answers_are_enough():
    alone = [cell(100, 20, 0, channel="phone"), cell(400, 40, 40)]
    assert nonresponse.post_stratify(alone).share == 0.8


def test_an_outcome_nobody_rated_is_counted_as_unheard():
    found = nonresponse.post_stratify([cell(100, 50, 40), refused(30, 0, 0)])
    assert (found.share, found.unheard) == (0.8, 30)


def test_a_lone_small_outcome_keeps_its_voice():
    found = nonresponse.post_stratify([cell(100, 50, 50), refused(20, 10, 0)])
    assert found.share == pytest.approx(100 / 120)


def test_a_weight_is_capped_at_five_times_the_median():
    found = nonresponse.post_stratify([cell(100, 100, 100), refused(1000, 50, 0)])
    # Of 150 answers the median weighs 1, so the refused weigh 5, not 20.
    assert found.share == pytest.approx(100 / 350)


def test_where_the_median_falls_between_two_cells_it_is_their_mean():
    found = nonresponse.post_stratify([cell(50, 50, 50), refused(1000, 50, 0)])
    # Weights 1 and 20: median 10.5, ceiling 52.5, so nothing is cut.
    assert found.share == pytest.approx(50 / 1050)


def test_silence_gives_no_share():
    assert nonresponse.post_stratify([]) is None
    assert nonresponse.post_stratify([cell(10, 0, 0)]) is None


@pytest.mark.parametrize("counts", [(1, 2, 0), (2, 1, 2), (1, 1, -1)])
def test_impossible_cells_are_refused(counts):
    with pytest.raises(BadResponse):
        cell(*counts)


@pytest.mark.parametrize(
    ("weights", "size"),
    [([1, 1, 1, 2], 25 / 7), ([1, 1, 1], 3), ([0.1] * 3, 3), ([], None), ([0, 0], None)],
)
def test_unequal_weights_are_worth_fewer_answers(weights, size):
    assert nonresponse.effective_size(weights) == size


@pytest.mark.parametrize("bad", [-1, math.nan, math.inf])
def test_impossible_weights_are_refused(bad):
    with pytest.raises(BadResponse):
        nonresponse.effective_size([1, bad])


cells = st.lists(
    st.builds(
        lambda outcome, on_time, channel, satisfied, other, silent: Cell(
            outcome, on_time, channel, satisfied + other + silent, satisfied + other, satisfied
        ),
        st.sampled_from(["granted", "refused"]),
        st.booleans(),
        st.sampled_from(["online", "desk", "post"]),
        *[st.integers(0, 60)] * 3,
    ),
    max_size=10,
)


@given(cells, st.randoms())
def test_the_order_of_cells_is_irrelevant(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert nonresponse.post_stratify(shuffled) == nonresponse.post_stratify(rows)


@given(cells)
def test_weighting_never_adds_answers(rows):
    found = nonresponse.post_stratify(rows)
    answers = sum(row.rated for row in rows)
    assert (found is None) == (answers == 0)
    if found:
        assert 0 <= found.share <= 1
        assert 0 < found.effective_n <= answers * (1 + 1e-12)


@given(st.integers(1, 5), cells)
def test_where_every_kind_answered_alike_weighting_changes_nothing(times, rows):
    alike = [
        Cell(r.outcome, r.on_time, r.channel, times * r.rated, r.rated, r.satisfied)
        for r in rows
        if r.rated
    ]
    found = nonresponse.post_stratify(alike)
    if found:
        answers = sum(row.rated for row in alike)
        assert found.effective_n == answers
        assert found.share == pytest.approx(sum(row.satisfied for row in alike) / answers)
