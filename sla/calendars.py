"""When an office is open: hours of the week, days that differ, and how far ahead that is known.

A `WorkingCalendar` is a value: never edited, replaced by a later version. Every question is a
bisection over open time summed once, so five years cost no more than a day.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sla import openings, writing
from sla.errors import BadCalendar, CalendarEnds, NoOpening, OutOfRange
from sla.openings import DAY_SECONDS, SECOND, Block, Span, Windows

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BLOCK_DAYS = 366
_MOST_DAYS = 366 * (openings.LAST_YEAR - openings.FIRST_YEAR + 1)
_BLOCK = _BLOCK_DAYS * DAY_SECONDS * SECOND
_SpansOf = dict[date, list[Span]]
_DatesOf = dict[int, list[int]]


class DayKind(StrEnum):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday"
    COMPENSATORY_OFF = "compensatory_off"
    SWAPPED_OFF = "swapped_off"
    SWAPPED_WORKING = "swapped_working"
    LOCAL_CLOSURE = "local_closure"
    HALF_DAY = "half_day"


@dataclass(frozen=True, slots=True)
class Day:
    """One date that differs. `act` names the decision behind it, `source` where it can be read.

    `windows` left out: closed all day; a swapped working day then has the hours of the longest day
    of the week. A half day always says its hours (`BadCalendar`). Not `is_confirmed`: it was only
    proposed. Only a decision changes the hours, so such a day has those of its weekday until then.
    """

    kind: DayKind
    windows: Windows | None = None
    name_vi: str = ""
    name_en: str = ""
    act: str = ""
    source: str = ""
    is_confirmed: bool = True

    def __post_init__(self) -> None:
        if self.windows is not None:
            object.__setattr__(self, "windows", openings.in_order(self.windows))
        elif self.kind is DayKind.HALF_DAY:
            raise BadCalendar("days")


@dataclass(frozen=True)
class WorkingCalendar:
    """Opening hours of one office.

    `week` has seven entries, Monday first. Everything after the local date `known_until` is unknown
    and refused with `CalendarEnds`; `None` says the calendar is complete. `day_hours` is what "one
    working day" means in open time; left out, the longest regular day of the week.
    `NoOpening` when it never opens, `BadWindow` for impossible hours.
    """

    timezone: ZoneInfo
    week: tuple[Windows, ...]
    days: Mapping[date, Day] = field(default_factory=dict)
    known_until: date | None = None
    day_hours: Decimal | int | None = None
    _blocks: dict[int, Block] = field(default_factory=dict, init=False, repr=False, compare=False)
    _spans: _SpansOf = field(default_factory=dict, init=False, repr=False, compare=False)
    _dates: _DatesOf = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != len(WEEKDAYS):
            raise BadCalendar("week")
        object.__setattr__(self, "week", tuple(map(openings.in_order, self.week)))
        object.__setattr__(self, "days", dict(sorted(self.days.items())))
        if not any(self.week) and not any(self._special_windows()):
            raise NoOpening
        if self.day_hours is not None and not 0 < self.day_seconds <= DAY_SECONDS:
            raise BadCalendar("day_hours")

    def __hash__(self) -> int:
        return hash((self.timezone.key, self.week, tuple(self.days), self.known_until))

    @cached_property
    def day_seconds(self) -> int:
        """The open time that counts as one working day, in seconds."""
        if self.day_hours is not None:
            return int(self.day_hours * 3600)
        regular = self.week if any(self.week) else self._special_windows()
        return max(map(openings.length, regular))

    def _special_windows(self) -> list[Windows]:
        return [day.windows or () for day in self.days.values() if day.is_confirmed]

    def decided_on(self, day: date) -> Day | None:
        """What was decided about a local date; None: nothing, or it was only proposed."""
        special = self.days.get(day)
        return special if special is not None and special.is_confirmed else None

    def windows_on(self, day: date) -> Windows:
        """The opening hours of a local date; `CalendarEnds` after the last known one."""
        if self.known_until is not None and day > self.known_until:
            raise CalendarEnds(self.known_until)
        special = self.decided_on(day)
        if special is None:
            return self.week[day.weekday()]
        if special.windows is None and special.kind is DayKind.SWAPPED_WORKING:
            return max(self.week, key=openings.length)
        return special.windows or ()

    def spans_on(self, day: date) -> list[Span]:
        """The open time of a local date as moments (`sla.openings`)."""
        if day not in self._spans:
            self._spans[day] = openings.spans_of(day, self.windows_on(day), self.timezone)
        return self._spans[day]

    def opens_on(self, day: date) -> bool:
        """Whether there is any open time on this local date."""
        return bool(self.spans_on(day))

    def after(self, start: datetime, amount_seconds: int) -> datetime:
        """The first moment at which that much open time has passed since `start`.

        Closing time, never the next opening; `start` itself for 0. In the calendar's zone.
        """
        return self.local(self.reach(openings.micros(start), amount_seconds * SECOND))

    def between(self, start: datetime, end: datetime) -> int:
        """Open time from `start` to `end` in whole seconds; 0 when `end` is not after `start`."""
        return self.open_time(openings.micros(start), openings.micros(end)) // SECOND

    def is_open(self, at: datetime) -> bool:
        """Whether the office is open at that moment; at closing time it is not."""
        moment = openings.micros(at)
        return self.open_time(moment, moment + 1) == 1

    def next_opening(self, at: datetime) -> datetime:
        """`at` when open then, otherwise the next moment at which it opens."""
        return self.local(self.reach(openings.micros(at), 1) - 1)

    def local(self, moment: int) -> datetime:
        """A moment on the office's clock."""
        return openings.local(moment, self.timezone)

    def reach(self, start: int, amount: int) -> int:
        """As `after`, in moments and microseconds."""
        if amount == 0:
            return start
        index = start // _BLOCK
        block = self._blocks.get(index) or self._block(index)
        amount += block.until(start)
        while amount > block.passed[-1]:
            if amount > openings.LATEST - start:
                raise self.no_answer()
            amount -= block.passed[-1]
            index += 1
            block = self._block(index)
        return block.reach(amount)

    def open_time(self, start: int, end: int) -> int:
        """As `between`, in moments and microseconds."""
        if end <= start:
            return 0
        if self.known_until is not None and end > self._known_end:
            raise CalendarEnds(self.known_until)
        first, last = start // _BLOCK, (end - 1) // _BLOCK
        if first == last:
            block = self._blocks.get(first) or self._block(first)
            return block.until(end) - block.until(start)
        passed = sum(self._block(index).passed[-1] for index in range(first, last))
        return passed + self._block(last).until(end) - self._block(first).until(start)

    def open_day_after(self, day: date, count: int = 1) -> date:
        """The `count`-th open local date after `day`; count is at least 1."""
        ordinal = day.toordinal()
        index = ordinal // _BLOCK_DAYS
        dates = self._open_dates(index)
        position = bisect_right(dates, ordinal) + count - 1
        while position >= len(dates):
            if position > _MOST_DAYS:
                raise self.no_answer()
            position -= len(dates)
            index += 1
            dates = self._open_dates(index)
        return date.fromordinal(dates[position])

    def open_day_from(self, day: date) -> date:
        """`day` itself when open, otherwise the next open local date."""
        return self.open_day_after(day - timedelta(days=1))

    def no_answer(self) -> CalendarEnds | NoOpening | OutOfRange:
        """Why a search that ran off the end found nothing."""
        if self.known_until is not None:
            return CalendarEnds(self.known_until)
        return OutOfRange() if any(self.week) else NoOpening()

    @cached_property
    def _known_end(self) -> int:
        if self.known_until is None:
            return openings.LATEST
        return openings.midnight(self.known_until + timedelta(days=1), self.timezone)

    def _block(self, index: int) -> Block:
        block = self._blocks.get(index)
        if block is None:
            block = self._blocks[index] = self._summed(index * _BLOCK)
        return block

    def _summed(self, start: int) -> Block:
        end = start + _BLOCK
        if start >= self._known_end:
            raise self.no_answer()
        first = date.fromordinal(openings.ordinal(start) - 2)
        days = (first + timedelta(days=n) for n in range(_BLOCK_DAYS + 4))
        spans = (span for day in days if self._knows(day) for span in self.spans_on(day))
        return Block.of((max(a, start), min(b, end)) for a, b in spans if a < end and b > start)

    def _open_dates(self, index: int) -> list[int]:
        dates = self._dates.get(index)
        if dates is None:
            first = index * _BLOCK_DAYS
            if not self._knows(date.fromordinal(first)):
                raise self.no_answer()
            days = map(date.fromordinal, range(first, first + _BLOCK_DAYS))
            dates = [day.toordinal() for day in days if self._knows(day) and self.opens_on(day)]
            self._dates[index] = dates
        return dates

    def _knows(self, day: date) -> bool:
        if self.known_until is None:
            return day.year <= openings.LAST_YEAR
        return day <= self.known_until

    def to_json(self) -> dict[str, Any]:
        """A plain document from which `from_json` makes an equal calendar."""
        document: dict[str, Any] = {
            "timezone": self.timezone.key,
            "week": {
                name: writing.hours(windows)
                for name, windows in zip(WEEKDAYS, self.week, strict=True)
                if windows
            },
            "days": {day.isoformat(): _written(special) for day, special in self.days.items()},
        }
        if self.day_hours is not None:
            hours = Decimal(self.day_hours)
            document["day_hours"] = int(hours) if hours == int(hours) else float(hours)
        if self.known_until is not None:
            document["known_until"] = self.known_until.isoformat()
        return document

    @classmethod
    def from_json(cls, document: object) -> "WorkingCalendar":
        """Read `to_json`'s document, or the shorter one with `off` and `working`.

        A date both off and working is worked. `BadCalendar` names the field that cannot be read.
        """
        parts = writing.mapping(document, "calendar")
        week = writing.mapping(parts.get("week", {}), "week")
        if not set(week) <= set(WEEKDAYS):
            raise BadCalendar("week")
        return cls(
            timezone=writing.zone(parts.get("timezone"), "timezone"),
            week=tuple(writing.windows(week.get(name, []), "week") for name in WEEKDAYS),
            days=_days(parts),
            known_until=writing.optional(writing.day, parts.get("known_until"), "known_until"),
            day_hours=writing.optional(writing.decimal, parts.get("day_hours"), "day_hours"),
        )


def _days(parts: Mapping[str, Any]) -> dict[date, Day]:
    days = {
        writing.day(written, "off"): Day(DayKind.HOLIDAY)
        for written in writing.sequence(parts.get("off", []), "off")
    }
    for written, hours in writing.mapping(parts.get("working", {}), "working").items():
        worked = Day(DayKind.SWAPPED_WORKING, writing.windows(hours, "working"))
        days[writing.day(written, "working")] = worked
    for written, special in writing.mapping(parts.get("days", {}), "days").items():
        days[writing.day(written, "days")] = _read(writing.mapping(special, "days"))
    return days


def _read(special: Mapping[str, Any]) -> Day:
    try:
        kind = DayKind(writing.text(special.get("kind"), "days"))
    except ValueError:
        raise BadCalendar("days") from None
    windows = special.get("windows")
    confirmed = special.get("confirmed", True)
    if not isinstance(confirmed, bool):
        raise BadCalendar("days")
    hours = None if windows is None else writing.windows(windows, "days")
    name_vi, name_en, act, source = (writing.text(special.get(n, ""), "days") for n in _NAMES)
    return Day(kind, hours, name_vi, name_en, act, source, confirmed)


_NAMES = ("name_vi", "name_en", "act", "source")


def _written(special: Day) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": special.kind.value}
    document |= {name: value for name in _NAMES if (value := getattr(special, name))}
    if not special.is_confirmed:
        document["confirmed"] = False
    if special.windows is not None:
        document["windows"] = writing.hours(special.windows)
    return document
