"""Calendars as a clerk would check them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sla import openings, writing
from sla.calendars import Day, DayKind, WorkingCalendar
from sla.errors import (
    BadCalendar,
    BadWindow,
    CalendarEnds,
    NaiveTime,
    NoOpening,
    OutOfRange,
)
from sla.openings import Window
from tests.sla.examples import HOURS, OFFICE, at, office

HOUR = 3600


@pytest.mark.parametrize(
    ("start", "seconds", "due"),
    [
        # opening
        ("2026-03-02 07:29:59", 1, "2026-03-02 07:30:01"),
        ("2026-03-02 07:30:00", 1, "2026-03-02 07:30:01"),
        ("2026-03-02 07:30:01", 1, "2026-03-02 07:30:02"),
        # the lunch break
        ("2026-03-02 11:29:59", 1, "2026-03-02 11:30:00"),
        ("2026-03-02 11:29:59", 2, "2026-03-02 13:00:01"),
        ("2026-03-02 11:30:00", 1, "2026-03-02 13:00:01"),
        # closing time is closing time, never the next opening
        ("2026-03-02 16:59:59", 1, "2026-03-02 17:00:00"),
        ("2026-03-02 17:00:00", 1, "2026-03-03 07:30:01"),
        ("2026-03-02 17:00:01", 1, "2026-03-03 07:30:01"),
        ("2026-03-02 07:30:00", 8 * HOUR, "2026-03-02 17:00:00"),
        # midnight
        ("2026-03-02 23:59:59", 1, "2026-03-03 07:30:01"),
        ("2026-03-03 00:00:00", 1, "2026-03-03 07:30:01"),
        ("2026-03-03 00:00:01", 1, "2026-03-03 07:30:01"),
        # weekend, and the eve of Tết
        ("2026-03-06 16:00:00", 2 * HOUR, "2026-03-09 08:30:00"),
        ("2026-02-13 16:00:00", 1 * HOUR, "2026-02-13 17:00:00"),
        ("2026-02-13 16:00:00", 2 * HOUR, "2026-02-23 08:30:00"),
        # a Saturday worked for a Friday off
        ("2025-12-31 16:00:00", 2 * HOUR, "2026-01-05 08:30:00"),
        ("2026-01-09 16:00:00", 2 * HOUR, "2026-01-10 08:30:00"),
        # nothing asked
        ("2026-02-15 03:00:00", 0, "2026-02-15 03:00:00"),
    ],
)
def test_open_time_ends_at(start, seconds, due):
    assert OFFICE.after(at(start), seconds) == at(due)


def test_an_answer_is_on_the_clock_of_the_office():
    answer = OFFICE.after(datetime(2026, 3, 2, 2, tzinfo=UTC), 60)
    assert answer.isoformat() == "2026-03-02T09:01:00+07:00"


def test_a_fraction_of_a_second_is_kept():
    start = at("2026-03-02 11:29:59.750000")
    assert OFFICE.after(start, 1) == at("2026-03-02 13:00:00.750000")
    assert OFFICE.between(start, at("2026-03-02 13:00:00.500000")) == 0


def test_open_time_between_two_moments():
    assert OFFICE.between(at("2026-02-13 16:00"), at("2026-02-23 08:30")) == 2 * HOUR
    assert OFFICE.between(at("2026-02-23 08:30"), at("2026-02-13 16:00")) == 0


def test_a_year_has_the_working_days_it_has():
    start, end = at("2026-01-01 00:00"), at("2027-01-01 00:00")
    days = sum(OFFICE.opens_on(date(2026, 1, 1) + timedelta(days=n)) for n in range(365))
    assert OFFICE.between(start, end) == days * 8 * HOUR


@pytest.mark.parametrize(
    ("moment", "is_open", "opening"),
    [
        ("2026-03-02 07:29:59", False, "2026-03-02 07:30"),
        ("2026-03-02 07:30:00", True, "2026-03-02 07:30"),
        ("2026-03-02 11:30:00", False, "2026-03-02 13:00"),
        ("2026-03-02 17:00:00", False, "2026-03-03 07:30"),
        ("2026-02-13 17:00:00", False, "2026-02-23 07:30"),
    ],
)
def test_open_or_not(moment, is_open, opening):
    assert OFFICE.is_open(at(moment)) is is_open
    assert OFFICE.next_opening(at(moment)) == at(opening)


def test_hours_that_touch_are_one_and_may_come_in_any_order():
    shuffled = writing.windows([["13:00", "17:00"], ["07:30", "12:00"], ["12:00", "13:00"]], "week")
    assert shuffled == (Window(27_000, 61_200),)


def test_a_day_may_last_to_its_end():
    round_the_clock = office(week=((Window(0, 86_400),),) * 7, days={})
    start = at("2026-03-02 12:34:56")
    assert round_the_clock.after(start, 1_000_000) == start + timedelta(seconds=1_000_000)


@pytest.mark.parametrize("hours", [(2, 1), (1, 1), (-1, 5), (0, 86_401)])
def test_impossible_hours_are_refused(hours):
    with pytest.raises(BadWindow):
        office(week=((Window(*hours),),) * 7)


def test_overlapping_hours_are_refused():
    with pytest.raises(BadWindow):
        Day(DayKind.HALF_DAY, (Window(0, 100), Window(50, 200)))


def test_a_calendar_that_never_opens_is_refused():
    with pytest.raises(NoOpening):
        office(week=((),) * 7)
    with pytest.raises(NoOpening):
        office(week=((),) * 7, days={date(2026, 1, 1): Day(DayKind.HOLIDAY)})


def test_a_week_has_seven_days():
    with pytest.raises(BadCalendar):
        office(week=(HOURS,) * 6)


def test_a_half_day_says_its_hours():
    with pytest.raises(BadCalendar):
        Day(DayKind.HALF_DAY)


def test_a_calendar_may_open_on_named_days_only():
    day = date(2026, 3, 7)
    market = office(week=((),) * 7, days={day: Day(DayKind.SWAPPED_WORKING, HOURS)})
    assert market.day_seconds == 8 * HOUR
    assert market.after(at("2026-03-01 00:00"), HOUR) == at("2026-03-07 08:30")
    with pytest.raises(NoOpening):
        replace(market, known_until=None).after(at("2026-03-07 17:00"), 1)


def test_a_swapped_day_without_hours_has_those_of_the_longest_day():
    short = writing.windows([["07:30", "11:30"]], "week")
    calendar = office(week=(short, HOURS, short, short, short, (), ()))
    assert calendar.windows_on(date(2026, 1, 10)) == HOURS


@pytest.mark.parametrize(
    ("hours", "seconds"), [(None, 8 * HOUR), (7, 7 * HOUR), (Decimal("7.5"), 27_000)]
)
def test_a_working_day_is_its_longest_or_what_the_calendar_says(hours, seconds):
    short = writing.windows([["07:30", "11:30"]], "week")
    assert office(week=(HOURS,) * 5 + (short, ()), day_hours=hours).day_seconds == seconds


@pytest.mark.parametrize("hours", [0, -1, 25])
def test_a_working_day_has_between_nothing_and_a_day(hours):
    with pytest.raises(BadCalendar):
        office(day_hours=hours)


def test_what_lies_beyond_the_last_known_day_is_refused():
    last = at("2026-12-31 16:00")
    assert OFFICE.after(last, HOUR) == at("2026-12-31 17:00")
    assert OFFICE.between(last, at("2027-01-01 00:00")) == HOUR
    for question in (
        lambda: OFFICE.after(last, HOUR + 1),
        lambda: OFFICE.after(last, 10**12),
        lambda: OFFICE.after(at("2030-01-01 00:00"), 1),
        lambda: OFFICE.between(last, at("2027-01-01 00:00:01")),
        lambda: OFFICE.opens_on(date(2027, 1, 1)),
        lambda: OFFICE.open_day_after(date(2026, 12, 31)),
        lambda: OFFICE.open_day_after(date(2040, 12, 31)),
    ):
        with pytest.raises(CalendarEnds) as refused:
            question()
        assert refused.value.known_until == date(2026, 12, 31)


def test_no_answer_is_looked_for_beyond_the_year_2299():
    for_ever = office(known_until=None)
    with pytest.raises(OutOfRange):
        for_ever.after(at("2026-12-31 16:00"), 10**12)
    with pytest.raises(OutOfRange):
        for_ever.after(at("1899-12-31 16:00"), 1)


def test_a_time_without_offset_is_refused():
    with pytest.raises(NaiveTime):
        OFFICE.after(datetime(2026, 3, 2), 1)  # noqa: DTZ001 - naive on purpose


def clock(zone: str, *windows: list[str]) -> WorkingCalendar:
    return WorkingCalendar(ZoneInfo(zone), (writing.windows(list(windows), "week"),) * 7)


@pytest.mark.parametrize(
    ("zone", "day", "windows", "hours"),
    [
        # skipped: 02:00 to 03:00 is not there
        ("America/New_York", date(2026, 3, 8), [["00:00", "24:00"]], 23),
        ("America/New_York", date(2026, 3, 8), [["01:00", "02:30"]], 1),
        ("America/New_York", date(2026, 3, 8), [["02:30", "04:00"]], 1),
        ("America/New_York", date(2026, 3, 8), [["02:00", "03:00"]], 0),
        ("Europe/Berlin", date(2026, 3, 29), [["00:00", "24:00"]], 23),
        # repeated: 01:00 to 02:00 (02:00 to 03:00) is there twice
        ("America/New_York", date(2026, 11, 1), [["00:00", "24:00"]], 25),
        ("America/New_York", date(2026, 11, 1), [["00:30", "01:30"]], 1.5),
        ("America/New_York", date(2026, 11, 1), [["01:00", "02:00"]], 2),
        ("Europe/Berlin", date(2026, 10, 25), [["00:00", "24:00"]], 25),
        ("Europe/Berlin", date(2026, 10, 25), [["02:00", "03:00"]], 2),
        # at midnight, by half an hour, and a whole day that never was
        ("America/Sao_Paulo", date(2018, 11, 4), [["00:00", "24:00"]], 23),
        ("America/Sao_Paulo", date(2018, 2, 17), [["00:00", "24:00"]], 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), [["00:00", "24:00"]], 24.5),
        ("America/St_Johns", date(2010, 11, 6), [["00:00", "24:00"]], 24 + 59 / 60),
        ("Pacific/Apia", date(2011, 12, 30), [["00:00", "24:00"]], 0),
    ],
)
def test_an_hour_skipped_or_repeated_counts_as_the_real_time_it_is(zone, day, windows, hours):
    spans = openings.spans_of(day, writing.windows(windows, "week"), ZoneInfo(zone))
    assert sum(end - start for start, end in spans) == hours * HOUR * openings.SECOND


def test_the_night_the_clocks_change_has_its_real_length():
    night = clock("America/New_York", ["00:00", "24:00"])
    start = datetime(2026, 3, 7, 12, tzinfo=night.timezone)
    assert night.after(start, 24 * HOUR).isoformat() == "2026-03-08T13:00:00-04:00"


def test_a_written_calendar_may_use_the_short_form():
    short = {
        "timezone": "Asia/Ho_Chi_Minh",
        "week": {"mon": [["07:30", "11:30"], ["13:00", "17:00"]]},
        "off": ["2026-02-16", "2026-02-23"],
        "working": {"2026-02-14": [["07:30", "11:30:30"]], "2026-02-23": [["08:00", "24:00"]]},
        "day_hours": 7.5,
        "known_until": "2026-12-31",
    }
    calendar = WorkingCalendar.from_json(short)
    assert not calendar.opens_on(date(2026, 2, 16))
    assert calendar.windows_on(date(2026, 2, 14)) == (Window(27_000, 41_430),)
    assert calendar.windows_on(date(2026, 2, 23)) == (Window(28_800, 86_400),)  # worked wins
    assert calendar.day_seconds == 27_000
    assert WorkingCalendar.from_json(calendar.to_json()) == calendar


def test_names_and_acts_of_days_are_written_down():
    day = Day(DayKind.HOLIDAY, None, "Quốc khánh", "National Day", "45/2019/QH14")
    calendar = office(days={date(2026, 9, 2): day}, known_until=None)
    assert WorkingCalendar.from_json(calendar.to_json()).days == {date(2026, 9, 2): day}


WEEK = {"mon": [["08:00", "12:00"]]}


@pytest.mark.parametrize(
    ("field", "document"),
    [
        ("calendar", []),
        ("timezone", {"week": WEEK}),
        ("timezone", {"timezone": "Asia/Saigon_", "week": WEEK}),
        ("timezone", {"timezone": "../etc/passwd", "week": WEEK}),
        ("timezone", {"timezone": "", "week": WEEK}),
        ("week", {"timezone": "UTC", "week": []}),
        ("week", {"timezone": "UTC", "week": {"monday": []}}),
        ("week", {"timezone": "UTC", "week": {"mon": "08:00"}}),
        ("week", {"timezone": "UTC", "week": {"mon": [["08:00"]]}}),
        ("week", {"timezone": "UTC", "week": {"mon": [["08:00", "25:00"]]}}),
        ("week", {"timezone": "UTC", "week": {"mon": [["08:00", 12]]}}),
        ("off", {"timezone": "UTC", "week": WEEK, "off": {}}),
        ("off", {"timezone": "UTC", "week": WEEK, "off": ["2026-02-30"]}),
        ("off", {"timezone": "UTC", "week": WEEK, "off": ["20260201"]}),
        ("working", {"timezone": "UTC", "week": WEEK, "working": ["2026-02-01"]}),
        ("days", {"timezone": "UTC", "week": WEEK, "days": {"2026-02-01": {"kind": "feast"}}}),
        ("days", {"timezone": "UTC", "week": WEEK, "days": {"2026-02-01": {}}}),
        ("day_hours", {"timezone": "UTC", "week": WEEK, "day_hours": True}),
        ("day_hours", {"timezone": "UTC", "week": WEEK, "day_hours": "8"}),
        ("day_hours", {"timezone": "UTC", "week": WEEK, "day_hours": float("inf")}),
        ("known_until", {"timezone": "UTC", "week": WEEK, "known_until": 2026}),
    ],
)
def test_a_written_calendar_that_cannot_be_read_names_the_field(field, document):
    with pytest.raises(BadCalendar) as refused:
        WorkingCalendar.from_json(document)
    assert refused.value.field == field
