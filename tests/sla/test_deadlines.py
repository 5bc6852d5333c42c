"""When things are due, as a clerk would check it and as laws."""

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import deadlines, openings, writing
from sla.calendars import Day, DayKind, WorkingCalendar
from sla.commitments import RULES, Rule, Unit, Within
from sla.errors import BadAmount, BadPause, CalendarEnds, OutOfRange
from tests import strategies
from tests.sla import oracle
from tests.sla.examples import HOURS, OFFICE, at, office

laws = settings(max_examples=50, deadline=None)
DATA = Path(__file__).parents[3] / "shared" / "data" / "vn_calendar"


def within(amount, unit, rule=None):
    return Within(amount, Unit(unit), None if rule is None else Rule(rule))


def due(start, amount, unit, rule=None, *, calendar=OFFICE, cut_off=None, pauses=()):
    return deadlines.due_at(
        at(start),
        within(amount, unit, rule),
        calendar,
        cut_off=cut_off,
        pauses=[(at(a), at(b)) for a, b in pauses],
    )


@pytest.mark.parametrize(
    ("start", "amount", "unit", "rule", "expected"),
    [
        ("2026-03-02 16:00", 90, "working_minute", None, "2026-03-03 08:00"),
        ("2026-03-02 16:00", 8, "working_hour", None, "2026-03-03 16:00"),
        ("2026-03-02 07:30", 1, "working_day", None, "2026-03-02 17:00"),
        ("2026-03-02 16:00", 1, "working_day", "elapsed", "2026-03-03 16:00"),
        ("2026-03-02 16:00", Decimal("0.5"), "working_day", None, "2026-03-03 10:30"),
        ("2026-03-02 07:30", 1, "working_day", "civil", "2026-03-03 17:00"),
        ("2026-03-02 23:59", 1, "working_day", "civil", "2026-03-03 17:00"),
        ("2026-02-13 08:00", 1, "working_day", "civil", "2026-02-23 17:00"),  # the eve of Tết
        ("2026-01-09 08:00", 1, "working_day", "civil", "2026-01-10 17:00"),  # worked in lieu
        ("2026-03-02 08:00", 3, "calendar_day", None, "2026-03-05 17:00"),
        ("2026-03-02 08:00", 5, "calendar_day", None, "2026-03-09 17:00"),  # Saturday to Monday
        ("2026-03-01 08:00", 1, "calendar_day", None, "2026-03-02 17:00"),  # received on Sunday
        ("2026-02-11 08:00", 3, "calendar_day", None, "2026-02-23 17:00"),
        ("2026-01-30 08:00", 1, "month", None, "2026-03-02 17:00"),  # 28 February, a Saturday
        ("2026-01-15 08:00", 2, "month", None, "2026-03-16 17:00"),
        # today's work: received after closing, it is tomorrow's
        ("2026-03-02 17:00", 0, "working_day", "civil", "2026-03-02 17:00"),
        ("2026-03-02 17:00:01", 0, "working_day", "civil", "2026-03-03 17:00"),
        ("2026-03-02 09:00", 0, "immediate", None, "2026-03-02 17:00"),
        ("2026-03-07 09:00", 0, "immediate", None, "2026-03-09 17:00"),
        ("2026-03-07 09:00", 0, "calendar_day", None, "2026-03-09 17:00"),
        ("2026-03-07 09:00", 0, "working_hour", None, "2026-03-07 09:00"),
    ],
)
def test_a_deadline_is(start, amount, unit, rule, expected):
    assert due(start, amount, unit, rule) == at(expected)


def test_the_29th_of_february_is_there_every_four_years():
    long_known = office(days={}, known_until=None)
    assert due("2024-01-29 08:00", 1, "month", calendar=long_known) == at("2024-02-29 17:00")
    assert due("2024-01-31 08:00", 1, "month", calendar=long_known) == at("2024-02-29 17:00")
    assert due("2024-02-29 08:00", 12, "month", calendar=long_known) == at("2025-02-28 17:00")
    assert due("2024-02-28 08:00", 1, "calendar_day", calendar=long_known) == at("2024-02-29 17:00")
    assert due("2026-12-15 08:00", 1, "month", calendar=long_known) == at("2027-01-15 17:00")


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        ("2026-03-02 14:59:59", "elapsed", "2026-03-03 14:59:59"),
        ("2026-03-02 15:00:00", "elapsed", "2026-03-03 15:00"),
        ("2026-03-02 15:00:01", "elapsed", "2026-03-03 17:00"),
        ("2026-03-03 00:00:00", "elapsed", "2026-03-03 17:00"),
        ("2026-03-07 09:00:00", "elapsed", "2026-03-09 17:00"),
        ("2026-02-13 15:30:00", "elapsed", "2026-02-23 17:00"),
        ("2026-03-02 14:59:59", "civil", "2026-03-03 17:00"),
        ("2026-03-02 15:00:00", "civil", "2026-03-03 17:00"),
        ("2026-03-02 15:00:01", "civil", "2026-03-04 17:00"),
        ("2026-03-07 09:00:00", "civil", "2026-03-10 17:00"),
    ],
)
def test_after_the_cut_off_it_is_the_next_open_day(start, rule, expected):
    assert due(start, 1, "working_day", rule, cut_off=time(15)) == at(expected)


def test_after_the_cut_off_nothing_is_due_at_the_next_opening():
    assert due("2026-03-02 15:01", 0, "working_day", cut_off=time(15)) == at("2026-03-03 07:30")


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("2026-03-02 10:00", "2026-03-02 11:00")], "2026-03-03 09:00"),
        ([("2026-03-02 11:00", "2026-03-02 13:30")], "2026-03-03 09:00"),
        ([("2026-03-02 11:30", "2026-03-02 13:00")], "2026-03-03 08:00"),  # lunch adds nothing
        ([("2026-03-02 10:00", "2026-03-02 10:00")], "2026-03-03 08:00"),
        ([("2026-03-02 07:00", "2026-03-02 08:00")], "2026-03-03 08:00"),  # before receipt
        ([("2026-03-02 07:00", "2026-03-02 09:00")], "2026-03-03 09:00"),
        ([("2026-03-03 08:00", "2026-03-03 09:00")], "2026-03-03 08:00"),  # at the deadline
        ([("2026-03-03 07:59:59", "2026-03-03 09:00")], "2026-03-03 09:00:01"),
        (
            [("2026-03-02 10:00", "2026-03-02 11:00"), ("2026-03-02 10:30", "2026-03-02 11:15")],
            "2026-03-03 09:15",
        ),
        (
            [("2026-03-03 08:30", "2026-03-03 09:00"), ("2026-03-02 09:00", "2026-03-02 10:00")],
            "2026-03-03 09:30",
        ),
        ([("2026-03-02 10:00", "2026-03-09 10:00")], "2026-03-10 08:00"),
        ([("2030-03-02 10:00", "2031-03-09 10:00")], "2026-03-03 08:00"),  # unknown, irrelevant
    ],
)
def test_a_pause_moves_the_deadline_by_working_time_only(pauses, expected):
    start = "2026-03-02 08:00"
    assert due(start, 1, "working_day", "elapsed", pauses=pauses) == at(expected)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], "2026-03-05 17:00"),
        ([("2026-03-03 09:00", "2026-03-03 16:00")], "2026-03-05 17:00"),
        ([("2026-03-03 23:59", "2026-03-04 00:01")], "2026-03-06 17:00"),
        ([("2026-03-03 09:00", "2026-03-05 09:00")], "2026-03-09 17:00"),  # Saturday to Monday
        ([("2026-03-05 16:59:59", "2026-03-06 09:00")], "2026-03-06 17:00"),
        ([("2026-03-05 17:00:00", "2026-03-06 09:00")], "2026-03-05 17:00"),
        ([("2026-02-20 09:00", "2026-02-27 09:00")], "2026-03-05 17:00"),  # before receipt
        ([("2026-02-20 09:00", "2026-03-03 09:00")], "2026-03-06 17:00"),  # from the receipt on
        (
            [("2026-03-06 09:00", "2026-03-07 09:00"), ("2026-03-03 09:00", "2026-03-04 09:00")],
            "2026-03-09 17:00",
        ),
        (
            [("2026-03-03 09:00", "2026-03-05 09:00"), ("2026-03-04 09:00", "2026-03-06 09:00")],
            "2026-03-09 17:00",
        ),
    ],
)
def test_a_pause_moves_a_civil_deadline_by_local_days(pauses, expected):
    assert due("2026-03-02 08:00", 3, "calendar_day", pauses=pauses) == at(expected)


def test_nothing_to_count_is_due_at_once_even_in_a_pause():
    pauses = [("2026-03-02 09:00", "2026-03-03 09:00")]
    assert due("2026-03-02 10:00", 0, "working_day", pauses=pauses) == at("2026-03-02 10:00")


def test_a_pause_may_land_counted_working_days_on_a_day_off():
    pauses = [("2026-03-03 09:00", "2026-03-05 09:00")]
    assert due("2026-03-02 08:00", 3, "working_day", "civil", pauses=pauses) == at(
        "2026-03-09 17:00"
    )


def test_a_pause_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadPause):
        due("2026-03-02 08:00", 1, "month", pauses=[("2026-03-03 09:00", "2026-03-02 09:00")])


def test_elapsed_time_leaves_out_pauses_and_starts_after_the_cut_off():
    start, end = at("2026-03-02 16:00"), at("2026-03-03 16:00")
    pauses = [
        (at("2026-03-02 15:00"), at("2026-03-02 16:30")),
        (at("2026-03-03 15:00"), at("2026-03-04 16:30")),
        (at("2026-03-03 15:30"), at("2026-03-03 15:45")),
    ]
    assert deadlines.elapsed(start, end, OFFICE) == 8 * 3600
    assert deadlines.elapsed(start, end, OFFICE, pauses) == 6.5 * 3600
    assert deadlines.elapsed(start, end, OFFICE, cut_off=time(15)) == 7 * 3600
    assert deadlines.elapsed(end, start, OFFICE) == 0
    assert deadlines.elapsed(start, at("2026-03-02 16:30"), OFFICE, cut_off=time(15)) == 0


def test_a_date_told_from_outside_moves_by_the_open_time_paused():
    told = at("2026-03-06 17:00")
    pause = (at("2026-03-05 16:00"), at("2026-03-06 08:30"))
    late = (at("2026-03-10 16:00"), at("2026-03-12 08:30"))
    assert deadlines.moved(told, OFFICE, []) == told
    assert deadlines.moved(told, OFFICE, [late, pause]) == at("2026-03-09 09:30")
    sunday = at("2026-03-08 23:59")
    assert deadlines.moved(sunday, OFFICE, [late]) == sunday


@pytest.mark.parametrize("amount", [120_000, 10**12])
@pytest.mark.parametrize("unit", ["month", "calendar_day", "working_day"])
def test_a_deadline_beyond_what_is_known_is_refused(amount, unit):
    for_ever = office(known_until=None)
    with pytest.raises(CalendarEnds):
        due("2026-03-02 08:00", amount, unit, "civil")
    with pytest.raises(OutOfRange):
        due("2026-03-02 08:00", amount, unit, "civil", calendar=for_ever)


def test_half_a_second_of_work_is_not_an_amount():
    with pytest.raises(BadAmount):
        due("2026-03-02 08:00", Decimal("0.001"), "working_minute")


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("America/New_York", "2026-03-07T22:00:00-05:00", "2026-03-08T23:00:00-04:00"),
        ("America/New_York", "2026-10-31T22:00:00-04:00", "2026-11-01T21:00:00-05:00"),
        ("Europe/Berlin", "2026-03-28T22:00:00+01:00", "2026-03-29T23:00:00+02:00"),
        ("Europe/Berlin", "2026-10-24T22:00:00+02:00", "2026-10-25T21:00:00+01:00"),
    ],
)
def test_twenty_four_hours_are_so_on_the_night_the_clocks_change(zone, start, expected):
    calendar = WorkingCalendar(ZoneInfo(zone), (writing.windows([["00:00", "24:00"]], "week"),) * 7)
    hours = within(24, "working_hour")
    found = deadlines.due_at(datetime.fromisoformat(start), hours, calendar)
    assert found.isoformat() == expected
    whole_day = deadlines.due_at(datetime.fromisoformat(start), within(1, "calendar_day"), calendar)
    assert (whole_day.hour, whole_day.minute) == (0, 0)


def test_the_same_moment_gives_the_same_deadline():
    local = at("2026-03-02 16:00")
    for unit in Unit:
        asked = Within(1, unit)
        assert deadlines.due_at(local, asked, OFFICE) == deadlines.due_at(
            local.astimezone(UTC), asked, OFFICE
        )


def kinds(start, amount, unit, rule=None, **more):
    pauses = [(at(a), at(b)) for a, b in more.pop("pauses", ())]
    found = deadlines.due(at(start), within(amount, unit, rule), OFFICE, pauses=pauses, **more)
    return [step.kind for step in found.steps], found


def test_the_steps_of_a_deadline_in_open_time():
    names, found = kinds("2026-02-13 06:00", 16, "working_hour")
    assert names == [
        "before_opening", "opened", "lunch", "opened", "night", "holiday", "night",
        "opened", "lunch", "opened", "due",
    ]  # fmt: skip
    assert [step.counted_seconds for step in found.steps if step.counted_seconds] == [14_400] * 4
    holiday = found.steps[5]
    assert holiday.name_vi == "Tết Nguyên đán"
    assert (holiday.start, holiday.end) == (at("2026-02-14 00:00"), at("2026-02-23 00:00"))


def test_the_steps_tell_of_cut_off_pause_and_swapped_days():
    names, _ = kinds(
        "2026-01-08 15:30", 12, "working_hour", cut_off=time(15),
        pauses=[("2026-01-09 09:00", "2026-01-09 10:00")],
    )  # fmt: skip
    assert names == [
        "cut_off", "opened", "pause", "opened", "lunch", "opened", "night",
        "swap_day", "lunch", "swap_day", "due",
    ]  # fmt: skip
    names, _ = kinds("2025-12-31 16:30", 1, "working_hour")
    assert names == [
        "opened",
        "night",
        "holiday",
        "swapped_off",
        "weekend",
        "night",
        "opened",
        "due",
    ]


def test_the_steps_of_nothing_are_the_deadline():
    assert kinds("2026-03-02 08:00", 0, "working_hour")[0] == ["due"]


def test_the_steps_of_a_deadline_in_days():
    names, found = kinds("2026-02-12 09:00", 2, "working_day", "civil")
    assert names == ["receipt_day", "counted_day", "holiday", "counted_day", "due"]
    assert [step.counted_days for step in found.steps] == [0, 1, 0, 1, 0]
    names, _ = kinds(
        "2026-03-02 18:00", 2, "calendar_day", cut_off=time(15),
        pauses=[("2026-03-04 09:00", "2026-03-06 09:00")],
    )  # fmt: skip
    assert names == ["cut_off", "receipt_day", "counted_day", "pause", "weekend", "last_day", "due"]


def test_a_weekday_without_hours_is_a_closed_day():
    calendar = office(week=(HOURS, (), HOURS, HOURS, HOURS, (), ()))
    found = deadlines.due(at("2026-03-02 16:30"), within(1, "working_hour"), calendar)
    assert [step.kind for step in found.steps] == [
        "opened", "night", "closed_day", "night", "opened", "due",
    ]  # fmt: skip


# Compared in UTC: Python compares times of one zone by the clock, where an hour may come twice.
def due_at(*question, **more):
    return deadlines.due_at(*question, **more).astimezone(UTC)


@st.composite
def questions(draw, *, minutes=15, step=1):
    around = draw(strategies.dates())
    calendar = draw(strategies.calendars(around=around, minutes=minutes))
    unit = draw(st.sampled_from(Unit))
    rule = draw(st.sampled_from(RULES[unit]))
    amount = draw(st.integers(0, 200 if unit is Unit.WORKING_MINUTE else 8))
    moments = strategies.moments(around=around, step=step)
    start = draw(moments)
    pauses = [
        tuple(sorted(pair)) for pair in draw(st.lists(st.tuples(moments, moments), max_size=4))
    ]
    cut_off = draw(st.none() | st.sampled_from([time(9), time(12), time(15, 30)]))
    return start, Within(amount, unit, rule), replace(calendar, day_hours=8), cut_off, pauses


@laws
@given(questions())
def test_the_steps_are_without_gap_and_sum_to_the_amount(question):
    start, asked, calendar, cut_off, pauses = question
    found = deadlines.due(start, asked, calendar, cut_off=cut_off, pauses=pauses)
    due = due_at(start, asked, calendar, cut_off=cut_off, pauses=pauses)
    spans = [(step.start.astimezone(UTC), step.end.astimezone(UTC)) for step in found.steps]
    assert found.steps[-1].kind == "due"
    assert (spans[0][0], spans[-1]) == (start, (due, due))
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert all(begin < end for begin, end in spans[:-1])
    seconds = sum(step.counted_seconds for step in found.steps)
    if asked.rule is Rule.ELAPSED:
        assert seconds == asked.seconds(calendar.day_seconds)
    elif asked.unit is not Unit.MONTH:
        assert sum(step.counted_days for step in found.steps) == asked.amount


@laws
@given(questions())
def test_nothing_is_due_before_it_is_received(question):
    start, asked, calendar, cut_off, pauses = question
    assert due_at(start, asked, calendar, cut_off=cut_off, pauses=pauses) >= start


@laws
@given(questions(), st.lists(strategies.moments(around=date(2026, 3, 8)), max_size=3))
def test_a_pause_of_no_length_changes_nothing(question, marks):
    start, asked, calendar, cut_off, pauses = question
    empty = [(mark, mark) for mark in marks]
    assert due_at(start, asked, calendar, cut_off=cut_off, pauses=pauses + empty) == due_at(
        start, asked, calendar, cut_off=cut_off, pauses=pauses
    )


@laws
@given(questions())
def test_a_pause_never_brings_a_deadline_nearer(question):
    start, asked, calendar, cut_off, pauses = question
    plain = due_at(start, asked, calendar, cut_off=cut_off)
    assert due_at(start, asked, calendar, cut_off=cut_off, pauses=pauses) >= plain


@laws
@given(questions(), st.randoms())
def test_the_order_in_which_pauses_are_told_is_irrelevant(question, random):
    start, asked, calendar, cut_off, pauses = question
    shuffled = random.sample(pauses, len(pauses))
    assert due_at(start, asked, calendar, cut_off=cut_off, pauses=shuffled) == due_at(
        start, asked, calendar, cut_off=cut_off, pauses=pauses
    )


@laws
@given(questions(step=60), st.integers(0, 900))
def test_open_time_outside_pauses_agrees_with_the_clock_on_the_wall(question, amount):
    start, _, calendar, _, pauses = question
    asked = Within(amount, Unit.WORKING_MINUTE)
    expected = oracle.after(start, amount, calendar, tuple(pauses))
    found = due_at(start, asked, calendar, pauses=pauses)
    assert found == expected
    assert deadlines.elapsed(start, found, calendar, pauses) == amount * 60


@laws
@given(questions())
def test_a_civil_deadline_is_the_closing_time_of_an_open_day(question):
    start, asked, calendar, cut_off, pauses = question
    asked = Within(asked.amount, Unit.WORKING_DAY, Rule.CIVIL)
    found = due_at(start, asked, calendar, cut_off=cut_off, pauses=pauses)
    assert calendar.is_open(found - timedelta(microseconds=1))
    last_moment = calendar.local(openings.micros(found) - 1)
    closes = max(end for _, end in calendar.spans_on(last_moment.date()))
    assert closes == openings.micros(found)


@pytest.mark.skipif(not DATA.exists(), reason="the reference calendar is not at hand")
def test_published_sums_of_working_days():
    rows = csv.DictReader((DATA / "days.csv").read_text(encoding="utf-8").splitlines())
    days = {
        date.fromisoformat(row["date"]): Day(DayKind(row["kind"]), name_vi=row["name_vi"])
        for row in rows
    }
    calendar = office(days=days)
    reference = json.loads((DATA / "reference.json").read_text(encoding="utf-8"))
    for case in reference["add_working_days"]:
        found = due(f"{case['start']} 09:00", case["working_days"], "working_day", "civil",
                    calendar=calendar)  # fmt: skip
        assert found == at(f"{case['due']} 17:00"), case
    for year, facts in reference["years"].items():
        first, last = date(int(year), 1, 1), date(int(year), 12, 31)
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        assert sum(map(calendar.opens_on, every)) == facts["working_days"]
