"""What agencies promise: an amount of time, how it is counted, and whom it binds since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sla.errors import BadAmount, BadRule, BadUnit, NotComparable, TooLong


class Unit(StrEnum):
    """In what a time limit is expressed. IMMEDIATE: within the day of receipt; its amount is 0."""

    WORKING_MINUTE = "working_minute"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    IMMEDIATE = "immediate"


class Rule(StrEnum):
    """How it is counted: open time as it passes, or whole days (Civil Code, articles 147-148)."""

    ELAPSED = "elapsed"
    CIVIL = "civil"


# The first is the default. An hour is no day to count; a calendar day has no length in open time.
RULES = {
    Unit.WORKING_MINUTE: (Rule.ELAPSED,),
    Unit.WORKING_HOUR: (Rule.ELAPSED,),
    Unit.WORKING_DAY: (Rule.ELAPSED, Rule.CIVIL),
    Unit.CALENDAR_DAY: (Rule.CIVIL,),
    Unit.MONTH: (Rule.CIVIL,),
    Unit.IMMEDIATE: (Rule.CIVIL,),
}
_SECONDS = {Unit.WORKING_MINUTE: 60, Unit.WORKING_HOUR: 3600, Unit.IMMEDIATE: 0}


@dataclass(frozen=True, slots=True)
class Within:
    """An amount of time and the rule it is counted by; `rule` left out is the unit's default.

    Half a working day can be counted as open time, and only so. `BadAmount` for what is negative,
    not finite, or a fraction of a counted day or of a second; `BadRule` when unit and rule do not
    go together.
    """

    amount: int | Decimal
    unit: Unit
    rule: Rule | None = None

    def __post_init__(self) -> None:
        rules = RULES[self.unit]
        object.__setattr__(self, "rule", rules[0] if self.rule is None else self.rule)
        if self.rule not in rules:
            raise BadRule(self.unit, self.rule)
        amount = Decimal(0 if self.unit is Unit.IMMEDIATE else self.amount)
        if not amount.is_finite() or amount < 0:
            raise BadAmount(self.amount)
        if amount == amount.to_integral_value():
            object.__setattr__(self, "amount", int(amount))
        elif self.rule is Rule.CIVIL:
            raise BadAmount(self.amount)

    def seconds(self, day_seconds: int) -> int:
        """The open time it stands for, a working day being `day_seconds`; elapsed rule only."""
        seconds = self.amount * _SECONDS.get(self.unit, day_seconds)
        if seconds != int(seconds):
            raise BadAmount(self.amount)
        return int(seconds)

    def to_json(self) -> dict[str, Any]:
        """`from_json` makes an equal value of it."""
        amount = self.amount if isinstance(self.amount, int) else float(self.amount)
        return {"amount": amount, "unit": self.unit.value, "rule": str(self.rule)}

    @classmethod
    def from_json(cls, document: object) -> "Within":
        """`{"amount": 5, "unit": "working_day", "rule"?: "civil"}`; `BadWithin` when it is not."""
        if not isinstance(document, dict):
            raise BadAmount(None)
        amount, unit, rule = (document.get(name) for name in ("amount", "unit", "rule"))
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            raise BadAmount(amount)
        if unit not in list(Unit):
            raise BadUnit(unit)
        if rule is not None and rule not in list(Rule):
            raise BadRule(unit, rule)
        return cls(Decimal(str(amount)), Unit(unit), None if rule is None else Rule(rule))


@dataclass(frozen=True, slots=True)
class Commitment:
    """One version of a promise to everybody, in force from `effective_on` by the act named.

    `agency`, `level` and `service` are codes; None means every one. `calendar` is the code of the
    counter's own calendar; None: the agency's. A withdrawn version promises nothing from its day
    on: what is more general binds again.
    """

    id: int
    agency: str | None
    level: str | None
    service: str | None
    within: Within
    cut_off: time | None
    effective_on: date
    text_vi: str = ""
    text_en: str = ""
    act: str = ""
    calendar: str | None = None
    is_withdrawn: bool = False


def binding(
    commitments: Iterable[Commitment],
    *,
    agency: str,
    level: str | None,
    service: str | None,
    on: date,
) -> Commitment | None:
    """The commitment that binds a service of an agency on a day; None when none was promised.

    The most specific first: agency and service, agency, level and service, service, level, all.
    Among equals the latest in force on that day, then the one recorded last; where that one says
    that it is withdrawn, the next less specific.
    """
    return in_force(in_turn(commitments, agency=agency, level=level, service=service), on=on)


def in_turn(
    commitments: Iterable[Commitment], *, agency: str, level: str | None, service: str | None
) -> tuple[Commitment, ...]:
    """Those that could ever bind a service of an agency, as `in_force` asks them: each before
    whatever it takes the place of.
    """
    fitting = (
        one
        for one in commitments
        if one.agency in {None, agency}
        and one.level in {None, level}
        and one.service in {None, service}
    )
    order = sorted(fitting, key=lambda one: (_weight(one), one.effective_on, one.id), reverse=True)
    return tuple(order)


def in_force(in_turn: Iterable[Commitment], *, on: date) -> Commitment | None:
    """The one among them that binds on a day; None when none does."""
    over = None
    for one in in_turn:
        if one.effective_on <= on and _weight(one) != over:
            if not one.is_withdrawn:
                return one
            over = _weight(one)
    return None


def _weight(one: Commitment) -> int:
    if one.agency is not None:
        return 5 if one.service is not None else 4
    if one.service is not None:
        return 3 if one.level is not None else 2
    return 1 if one.level is not None else 0


def check_may_promise(within: Within, statutory: Within, *, day_seconds: int) -> None:
    """An agency may promise less time than the law allows, never more.

    Working time is compared as open time, calendar time in days. `TooLong` when it is longer,
    `NotComparable` when one is working time and the other calendar time.
    """
    if exceeds(within, statutory, day_seconds=day_seconds):
        promised, measure = _size(within, day_seconds)
        raise TooLong(promised, _size(statutory, day_seconds)[0], measure)


def exceeds(within: Within, statutory: Within, *, day_seconds: int) -> bool:
    """Whether `within` is longer than the law allows. `NotComparable` as `check_may_promise`.

    At once is shorter than anything else.
    """
    if Unit.IMMEDIATE in {within.unit, statutory.unit}:
        return within.unit is not Unit.IMMEDIATE
    promised, measure = _size(within, day_seconds)
    allowed, statutory_measure = _size(statutory, day_seconds)
    if measure != statutory_measure:
        raise NotComparable(within.unit, statutory.unit)
    return promised > allowed


def _size(within: Within, day_seconds: int) -> tuple[int | Decimal, str]:
    match within.unit:
        case Unit.CALENDAR_DAY:
            return within.amount, "day"
        case Unit.MONTH:
            return within.amount * 30, "day"  # Civil Code art. 146: a month is thirty days
        case _:
            return within.amount * _SECONDS.get(within.unit, day_seconds), "working_second"
