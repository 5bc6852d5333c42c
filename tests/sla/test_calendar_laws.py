"""What is true of every calendar."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import deadlines
from sla.calendars import Day, DayKind, WorkingCalendar
from sla.commitments import Unit, Within
from tests import strategies
from tests.sla import oracle

AMOUNTS = st.integers(0, 5 * 86_400)


# Compared in UTC: Python compares times of one zone by the clock, where an hour may come twice.
def after(calendar, start, amount):
    return calendar.after(start, amount).astimezone(UTC)


def due_at(*question):
    return deadlines.due_at(*question).astimezone(UTC)


laws = settings(max_examples=50, deadline=None)


@st.composite
def situations(draw: st.DrawFn) -> tuple[WorkingCalendar, datetime]:
    around = draw(strategies.dates())
    calendar = draw(strategies.calendars(around=around))
    return calendar, draw(strategies.moments(around=around))


@laws
@given(situations(), AMOUNTS, AMOUNTS)
def test_amounts_add_up(situation, first, second):
    calendar, start = situation
    assert after(calendar, after(calendar, start, first), second) == after(
        calendar, start, first + second
    )


@laws
@given(situations(), AMOUNTS)
def test_the_open_time_until_a_deadline_is_its_amount(situation, amount):
    calendar, start = situation
    assert calendar.between(start, after(calendar, start, amount)) == amount


@laws
@given(situations(), AMOUNTS, AMOUNTS)
def test_more_time_never_ends_sooner(situation, first, second):
    calendar, start = situation
    low, high = sorted((first, second))
    assert after(calendar, start, low) <= after(calendar, start, high)


@laws
@given(situations(), AMOUNTS, st.integers(0, 86_400))
def test_a_later_start_never_ends_sooner(situation, amount, later):
    calendar, start = situation
    assert after(calendar, start, amount) <= after(
        calendar, start + timedelta(seconds=later), amount or 1
    )


@laws
@given(situations(), AMOUNTS, st.integers(0, 10), st.sampled_from(Unit))
def test_a_holiday_never_brings_a_deadline_nearer(situation, amount, day, unit):
    calendar, start = situation
    closed = start.astimezone(calendar.timezone).date() + timedelta(days=day)
    stricter = replace(calendar, days={**calendar.days, closed: Day(DayKind.HOLIDAY)})
    stricter = replace(stricter, day_hours=8)
    assert after(calendar, start, amount) <= after(stricter, start, amount)
    within = Within(amount % 20, unit)
    assert due_at(start, within, replace(calendar, day_hours=8)) <= due_at(start, within, stricter)


@laws
@given(situations(), st.integers(0, 2_000))
def test_it_agrees_with_looking_at_the_clock_every_minute(situation, amount):
    calendar, start = situation
    start = start.replace(second=0)
    assert after(calendar, start, amount * 60) == oracle.after(start, amount, calendar)
    end = start + timedelta(minutes=amount)
    assert calendar.between(start, end) == oracle.between(start, end, calendar) * 60
    assert calendar.is_open(start) == oracle.is_open(start, calendar)
    opening = calendar.next_opening(start).astimezone(UTC)
    assert oracle.is_open(opening, calendar)
    assert oracle.between(start, opening, calendar) == 0


@laws
@given(situations(), AMOUNTS)
def test_the_answer_does_not_depend_on_the_zone_of_the_question(situation, amount):
    calendar, start = situation
    local = start.astimezone(calendar.timezone)
    assert after(calendar, local, amount) == after(calendar, start, amount)


@laws
@given(situations(), AMOUNTS, st.sampled_from(["UTC", "America/New_York", "Asia/Tokyo"]))
def test_the_answer_does_not_depend_on_the_zone_of_the_machine(situation, amount, machine):
    calendar, start = situation
    here = calendar.after(start, amount).isoformat()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", machine)
        time.tzset()
        there = WorkingCalendar.from_json(calendar.to_json()).after(start, amount).isoformat()
    time.tzset()
    assert here == there


@laws
@given(situations())
def test_a_calendar_survives_being_written_down(situation):
    calendar, _ = situation
    calendar = replace(calendar, known_until=date(2031, 1, 1), day_hours=8)
    again = WorkingCalendar.from_json(calendar.to_json())
    assert again == calendar
    assert hash(again) == hash(calendar)


@laws
@given(situations(), st.integers(1, 40))
def test_the_nth_open_day_is_found_as_by_walking(situation, count):
    calendar, start = situation
    day, left = start.date(), count
    while left:
        day += timedelta(days=1)
        left -= calendar.opens_on(day)
    assert calendar.open_day_after(start.date(), count) == day
