"""Amounts of time, and which commitment binds whom."""

from datetime import date
from decimal import Decimal

import pytest

from sla import commitments
from sla.commitments import Commitment, Rule, Unit, Within
from sla.errors import BadAmount, BadRule, BadUnit, NotComparable, TooLong

DAY = 8 * 3600
ON = date(2026, 3, 2)


def commitment(number, agency=None, level=None, service=None, since=date(2026, 1, 1)):
    return Commitment(number, agency, level, service, Within(5, Unit.WORKING_DAY), None, since)


def binding(*candidates, agency="q1", level="ward", service="birth", on=ON):
    found = commitments.binding(candidates, agency=agency, level=level, service=service, on=on)
    return found and found.id


FROM_GENERAL_TO_SPECIAL = [
    commitment(1),
    commitment(2, level="ward"),
    commitment(3, service="birth"),
    commitment(4, level="ward", service="birth"),
    commitment(5, agency="q1"),
    commitment(6, agency="q1", service="birth"),
]


@pytest.mark.parametrize("count", range(7))
def test_the_most_specific_commitment_binds(count):
    told = FROM_GENERAL_TO_SPECIAL[:count]
    assert binding(*told) == (count or None)
    assert binding(*reversed(told)) == (count or None)


def test_what_is_said_to_others_does_not_bind():
    others = [
        commitment(1, agency="q2"),
        commitment(2, level="city"),
        commitment(3, service="death"),
        commitment(4, agency="q1", service="death"),
    ]
    assert binding(*others) is None
    assert binding(*FROM_GENERAL_TO_SPECIAL, agency="q9", level=None, service=None) == 1


def test_the_latest_version_in_force_binds():
    old = commitment(1, agency="q1", since=date(2025, 1, 1))
    new = commitment(2, agency="q1", since=ON)
    future = commitment(3, agency="q1", since=date(2026, 3, 3))
    same_day = commitment(4, agency="q1", since=ON)
    assert binding(old, new, future) == 2
    assert binding(same_day, old, new) == 4
    assert binding(old, new, on=date(2026, 3, 1)) == 1
    assert binding(old, on=date(2024, 12, 31)) is None


@pytest.mark.parametrize(
    ("unit", "rule"),
    [
        ("working_minute", "elapsed"),
        ("working_hour", "elapsed"),
        ("working_day", "elapsed"),
        ("calendar_day", "civil"),
        ("month", "civil"),
        ("immediate", "civil"),
    ],
)
def test_each_unit_has_its_usual_rule(unit, rule):
    assert Within(1, Unit(unit)).rule is Rule(rule)
    assert Within.from_json({"amount": 1, "unit": unit}) == Within(1, Unit(unit), Rule(rule))


@pytest.mark.parametrize(
    ("unit", "rule"),
    [
        (Unit.WORKING_MINUTE, Rule.CIVIL),
        (Unit.WORKING_HOUR, Rule.CIVIL),
        (Unit.CALENDAR_DAY, Rule.ELAPSED),
        (Unit.MONTH, Rule.ELAPSED),
    ],
)
def test_a_rule_that_means_nothing_for_a_unit_is_refused(unit, rule):
    with pytest.raises(BadRule):
        Within(1, unit, rule)


@pytest.mark.parametrize("amount", [-1, Decimal("NaN"), Decimal("Infinity")])
def test_an_impossible_amount_is_refused(amount):
    with pytest.raises(BadAmount):
        Within(amount, Unit.WORKING_HOUR)


def test_half_a_day_can_be_worked_but_not_counted():
    assert Within(Decimal("0.5"), Unit.WORKING_DAY).seconds(DAY) == DAY // 2
    with pytest.raises(BadAmount):
        Within(Decimal("0.5"), Unit.CALENDAR_DAY)


def test_a_whole_number_is_one_however_it_is_written():
    assert Within(Decimal("5.0"), Unit.MONTH) == Within(5, Unit.MONTH)


@pytest.mark.parametrize(
    "within",
    [
        Within(5, Unit.WORKING_DAY, Rule.CIVIL),
        Within(Decimal("2.5"), Unit.WORKING_HOUR),
        Within(0, Unit.IMMEDIATE),
    ],
)
def test_an_amount_survives_being_written_down(within):
    assert Within.from_json(within.to_json()) == within


@pytest.mark.parametrize(
    ("document", "refusal"),
    [
        (None, BadAmount),
        ({}, BadAmount),
        ({"amount": True, "unit": "month"}, BadAmount),
        ({"amount": "5", "unit": "month"}, BadAmount),
        ({"amount": float("inf"), "unit": "working_day"}, BadAmount),
        ({"amount": 1}, BadUnit),
        ({"amount": 1, "unit": "year"}, BadUnit),
        ({"amount": 1, "unit": ["month"]}, BadUnit),
        ({"amount": 1, "unit": "working_day", "rule": "fast"}, BadRule),
        ({"amount": 1, "unit": "working_day", "rule": {}}, BadRule),
    ],
)
def test_an_amount_that_cannot_be_read_is_refused(document, refusal):
    with pytest.raises(refusal):
        Within.from_json(document)


@pytest.mark.parametrize(
    ("promised", "law", "longer"),
    [
        (Within(8, Unit.WORKING_HOUR), Within(1, Unit.WORKING_DAY), False),
        (Within(481, Unit.WORKING_MINUTE), Within(1, Unit.WORKING_DAY), True),
        (Within(3, Unit.WORKING_DAY, Rule.CIVIL), Within(3, Unit.WORKING_DAY), False),
        (Within(4, Unit.WORKING_DAY), Within(3, Unit.WORKING_DAY, Rule.CIVIL), True),
        (Within(1, Unit.MONTH), Within(30, Unit.CALENDAR_DAY), False),
        (Within(31, Unit.CALENDAR_DAY), Within(1, Unit.MONTH), True),
        (Within(0, Unit.IMMEDIATE), Within(1, Unit.CALENDAR_DAY), False),
        (Within(1, Unit.WORKING_HOUR), Within(0, Unit.IMMEDIATE), True),
    ],
)
def test_a_commitment_may_not_be_longer_than_the_law(promised, law, longer):
    assert commitments.exceeds(promised, law, day_seconds=DAY) is longer
    if longer:
        with pytest.raises(TooLong):
            commitments.check_may_promise(promised, law, day_seconds=DAY)
    else:
        commitments.check_may_promise(promised, law, day_seconds=DAY)


def test_working_time_is_not_compared_with_calendar_time():
    with pytest.raises(NotComparable):
        commitments.exceeds(
            Within(10, Unit.WORKING_DAY), Within(15, Unit.CALENDAR_DAY), day_seconds=DAY
        )
