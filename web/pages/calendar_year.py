"""A year of a calendar as twelve small months, and its days that differ."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from babel.dates import get_day_names, get_month_names

from sla.calendars import Day, WorkingCalendar

NORMAL, CLOSED, UNKNOWN, UNCONFIRMED = "open", "closed", "unknown", "unconfirmed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One date; `look` is a kind of day, or whether its weekday is open, closed, or unknown yet."""

    day: date
    look: str
    special: Day | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its name, and weeks of seven places, None where the week is of another month."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]


def months(calendar: WorkingCalendar, year: int, language: str) -> tuple[Month, ...]:
    """The twelve months, weeks from Monday."""
    names = get_month_names("wide", "stand-alone", locale=language)
    weeks = Calendar().monthdatescalendar
    return tuple(
        Month(
            str(names[month]),
            tuple(
                tuple(_cell(calendar, day) if day.month == month else None for day in week)
                for week in weeks(year, month)
            ),
        )
        for month in range(1, 13)
    )


def weekdays(language: str) -> tuple[tuple[str, str], ...]:
    """Short and long names of the days of the week, Monday first."""
    short, wide = (
        get_day_names(width, "stand-alone", locale=language) for width in ("short", "wide")
    )
    return tuple((str(short[day]), str(wide[day])) for day in range(7))


def _cell(calendar: WorkingCalendar, day: date) -> Cell:
    special = calendar.days.get(day)
    return Cell(day, look_of(calendar, day), special)


def look_of(calendar: WorkingCalendar, day: date) -> str:
    """How a date is drawn: what was decided or proposed of it, else what its weekday is."""
    special = calendar.days.get(day)
    if special is not None:
        return special.kind.value if special.is_confirmed else UNCONFIRMED
    if calendar.known_until is not None and day > calendar.known_until:
        return UNKNOWN
    return NORMAL if calendar.week[day.weekday()] else CLOSED


def special_days(calendar: WorkingCalendar, year: int) -> tuple[tuple[date, Day], ...]:
    """The dates of a year that differ, in order."""
    return tuple((day, special) for day, special in calendar.days.items() if day.year == year)


def years(calendar: WorkingCalendar, today: date) -> tuple[int, ...]:
    """The years worth a look: those with days that differ, this one and the next."""
    return tuple(sorted({day.year for day in calendar.days} | {today.year, today.year + 1}))
