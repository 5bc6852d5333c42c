"""Moments inside opening hours, between which the demo city works."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from numpy.random import Generator

from ranking.method import periods
from ranking.method.periods import Period
from sla import openings
from sla.calendars import WorkingCalendar
from sla.charter import Agency

ENDED = 4
"""Quarters that are over, beside the current one."""

OPEN_DAYS = 62
"""Open days of a whole quarter, about."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time a demo covers: four quarters that are over, and the current one up to `now`.

    `days` are the open days of each quarter, as the moments at which they begin.
    """

    quarters: tuple[Period, ...]
    days: tuple[tuple[int, ...], ...]
    now: datetime
    calendar: WorkingCalendar

    @property
    def last_ended(self) -> Period:
        return self.quarters[-2]

    def days_ago(self, count: int) -> int:
        """The beginning of the open day so many open days before the latest; 0 is the latest."""
        return [day for quarter in self.days for day in quarter][-1 - count]

    def arrivals(self, rng: Generator, volume: float, *, since: datetime) -> list[datetime]:
        """When residents come to a counter, in order; `volume` a quarter, growing up to it."""
        found: list[datetime] = []
        for number, days in enumerate(self.days):
            growth = 0.6 + 0.4 * number / ENDED
            count = int(rng.poisson(volume * growth * len(days) / OPEN_DAYS))
            where = rng.integers(0, max(1, len(days)), count).tolist()
            seconds = rng.integers(0, self.calendar.day_seconds, count).tolist()
            found += [
                self.within(days[day], second) for day, second in zip(where, seconds, strict=True)
            ]
        return sorted(at for at in found if since <= at <= self.now)

    def within(self, day: int, seconds: int) -> datetime:
        """So many seconds of opening hours into an open day."""
        after = self.calendar.reach(day, (seconds + 1) * openings.SECOND)
        return moment(after - openings.SECOND)


def span(now: datetime, calendar: WorkingCalendar) -> Span:
    """The time up to `now`, on the calendar's clock."""
    current = periods.containing(now, calendar.timezone)
    quarters = periods.rolling(current, ENDED + 1)
    days = tuple(_open_days(quarter, now, calendar) for quarter in quarters)
    return Span(quarters, days, now, calendar)


def opening(agency: Agency) -> datetime:
    """From when an agency exists: always, where no day is known."""
    return datetime.combine(agency.opens_on or date.min, time(), UTC)


def _open_days(quarter: Period, now: datetime, calendar: WorkingCalendar) -> tuple[int, ...]:
    first = quarter.starts_at.astimezone(calendar.timezone).date()
    last = min(quarter.ends_at - timedelta(seconds=1), now).astimezone(calendar.timezone).date()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(_begin(day, calendar) for day in days if calendar.opens_on(day))


def _begin(day: date, calendar: WorkingCalendar) -> int:
    return openings.midnight(day, calendar.timezone)


def moment(micros: int) -> datetime:
    """A moment as calendars count it, in UTC."""
    return datetime.fromtimestamp(micros // openings.SECOND, UTC)


def between(calendar: WorkingCalendar, start: datetime, end: datetime, part: float) -> datetime:
    """The moment at which `part` of the open time from start to end has passed; whole seconds."""
    begin = openings.micros(start)
    total = calendar.open_time(begin, openings.micros(end))
    amount = int(total * part) // openings.SECOND * openings.SECOND
    return moment(calendar.reach(begin, amount))


def later(calendar: WorkingCalendar, start: datetime, hours: float) -> datetime:
    """So many open hours after a moment, at least one second."""
    seconds = max(1, int(hours * 3600))
    return moment(calendar.reach(openings.micros(start), seconds * openings.SECOND))
