from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import periods

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
BOSTON = ZoneInfo("America/New_York")
CAIRO = ZoneInfo("Africa/Cairo")


def at(*moment, zone=SAIGON):
    return datetime(*moment, tzinfo=zone)


@pytest.mark.parametrize(
    ("name", "starts", "ends", "cutoff"),
    [
        ("2026-Q3", (2026, 7, 1), (2026, 10, 1), (2026, 10, 16)),
        ("2026-Q4", (2026, 10, 1), (2027, 1, 1), (2027, 1, 16)),
        ("2026-09", (2026, 9, 1), (2026, 10, 1), (2026, 10, 16)),
        ("2026-12", (2026, 12, 1), (2027, 1, 1), (2027, 1, 16)),
        ("2011", (2011, 1, 1), (2012, 1, 1), (2012, 1, 16)),
    ],
)
def test_a_name_stands_for_local_midnights_and_a_cut_off(name, starts, ends, cutoff):
    period = periods.parse(name, SAIGON)
    assert period.name == name
    assert (period.starts_at, period.ends_at, period.cutoff_at) == (
        at(*starts),
        at(*ends),
        at(*cutoff),
    )
    assert period.starts_at.tzinfo is UTC


@pytest.mark.parametrize(
    "name", ["", "2026-Q5", "2026-Q0", "2026-13", "2026-00", "26-Q1", "2026-9", "2026-Q3 ", "٢٠٢٦",
             "1899", "3000-Q1"]
)  # fmt: skip
def test_what_is_no_period_is_refused(name):
    with pytest.raises(errors.NotAPeriod):
        periods.parse(name, SAIGON)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (at(2026, 6, 30, 23, 59, 59), False),
        (at(2026, 7, 1), True),
        (at(2026, 9, 30, 23, 59, 59, 999_999), True),
        (at(2026, 10, 1), False),
        (at(2026, 9, 30, 17, 0, zone=UTC), False),  # midnight in Saigon
    ],
)
def test_a_quarter_holds_its_start_and_not_its_end(moment, inside):
    assert periods.parse("2026-Q3", SAIGON).contains(moment) is inside


@pytest.mark.parametrize(("months", "name"), [(1, "2026-10"), (3, "2026-Q4"), (12, "2026")])
def test_a_moment_belongs_by_its_local_date(months, name):
    moment = at(2026, 9, 30, 17, 30, zone=UTC)
    assert periods.containing(moment, SAIGON, months=months).name == name


def test_a_quarter_of_summer_time_is_an_hour_off_in_utc():
    spring = periods.parse("2011-Q1", BOSTON)
    assert spring.ends_at - spring.starts_at == timedelta(days=90, hours=-1)


def test_where_clocks_skip_midnight_the_day_begins_after_the_gap():
    # 25 April 2025: 00:00 became 01:00
    first = periods.parse("2025-03", CAIRO, cutoff_days=24)
    assert first.cutoff_at == datetime(2025, 4, 24, 22, 0, tzinfo=UTC)


def test_four_quarters_roll():
    last = periods.parse("2026-Q2", SAIGON)
    names = [period.name for period in periods.rolling(last, 4)]
    assert names == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]


def test_the_public_record_has_an_edge():
    with pytest.raises(errors.NotAPeriod):
        periods.parse("1900-Q1", SAIGON).previous()
    with pytest.raises(errors.NotAPeriod):
        periods.parse("2999", SAIGON).following()


moments = st.integers(-2_000_000_000, 30_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
zones = st.sampled_from([SAIGON, BOSTON, CAIRO, UTC])


@given(moments, zones, st.sampled_from([1, 3, 12]), st.integers(0, 60))
def test_periods_tile_time_and_know_their_names(moment, zone, months, days):
    period = periods.containing(moment, zone, months=months, cutoff_days=days)
    assert period.contains(moment)
    assert periods.parse(period.name, zone, cutoff_days=days) == period
    row = [period.previous(), period, period.following()]
    for before, after in pairwise(row):
        assert before.ends_at == after.starts_at
        assert before.name < after.name
        assert before.following() == after
    assert not row[0].contains(moment)
    assert not row[2].contains(moment)
    assert period.cutoff_at >= period.ends_at
