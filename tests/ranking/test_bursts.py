"""A burst is far more than is usual at that agency; a busy agency's busy day is none."""

from ranking.method import bursts, limits
from ranking.method.bursts import Series
from ranking.method.limits import Looks


def series(*last: int, usual: int = 2, agency: int = 1) -> Series:
    return Series(agency, 5, (*[usual] * limits.OWN_LOOKS.burst_days, *last))


def test_forty_fives_where_two_are_usual_are_a_burst():
    [found] = bursts.bursts([series(2, 40, 1)])
    assert (found.day, found.count, found.usual) == (limits.OWN_LOOKS.burst_days + 1, 40, 2)
    assert found.tail < 1e-6
    assert found.cusum > 10


def test_a_busy_day_of_a_busy_agency_is_none():
    assert bursts.bursts([series(55, usual=40)]) == []


def test_few_answers_are_no_burst_however_rare():
    assert bursts.bursts([series(9, usual=0)]) == []
    assert len(bursts.bursts([series(12, usual=0)])) == 1


def test_uneven_days_before_allow_uneven_days_now():
    uneven = Series(1, 5, (*[0, 0, 0, 0, 15, 0] * 20, 15))
    assert bursts.bursts([uneven]) == []


def test_without_a_known_past_nothing_is_said():
    assert bursts.bursts([Series(1, 5, (90, 90))]) == []


def test_what_a_burst_is_follows_from_the_thresholds():
    days = [series(2, 14, 1)]
    [found] = bursts.bursts(days)
    assert found.count == 14
    for stricter in (
        Looks(burst_answers=15),
        Looks(burst_sum=12),
        Looks(burst_risk=1e-12),
        Looks(burst_days=92),
    ):
        assert bursts.bursts(days, stricter) == []
