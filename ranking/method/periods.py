"""Years, quarters and months, half-open in the local zone: what is counted, and until when.

A rating of 1 October at 00:00 in Ho Chi Minh City belongs to the fourth quarter, though in UTC it
is still September. Counting ends at the cut-off, some days after the period.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from ranking import errors

Length = Literal[1, 3, 12]
"""Months: a month, a quarter, a year."""

_NAME = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_YEARS = range(1900, 3000)


@dataclass(frozen=True, slots=True)
class Period:
    """From `starts_at` to just before `ends_at`; all three moments are in UTC."""

    name: str
    """"2026-Q3", "2026-09" or "2026"; names of one length sort by time."""
    starts_at: datetime
    ends_at: datetime
    cutoff_at: datetime
    """What has not arrived by then is not counted."""
    timezone: tzinfo = field(repr=False)
    months: int = field(repr=False)
    cutoff_days: int = field(repr=False)

    def contains(self, at: datetime) -> bool:
        """Whether an aware moment belongs to this period; the end belongs to the next."""
        return self.starts_at <= at < self.ends_at

    def previous(self) -> "Period":
        """The one of equal length that ends where this begins. Raises `NotAPeriod` before 1900."""
        return self._moved(-1)

    def following(self) -> "Period":
        """The one of equal length that begins where this ends. Raises `NotAPeriod` after 2999."""
        return self._moved(1)

    def _moved(self, lengths: int) -> "Period":
        local = self.starts_at.astimezone(self.timezone)
        first = local.year * 12 + local.month - 1 + lengths * self.months
        return _period(first, self.months, self.timezone, self.cutoff_days)


def parse(name: str, timezone: tzinfo, *, cutoff_days: int = 15) -> Period:
    """The period of that name, in local midnights. Raises `NotAPeriod`."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise errors.NotAPeriod(name)
    year, quarter, month = match.groups()
    january = int(year) * 12
    if quarter:
        return _period(january + 3 * (int(quarter) - 1), 3, timezone, cutoff_days)
    if month:
        return _period(january + int(month) - 1, 1, timezone, cutoff_days)
    return _period(january, 12, timezone, cutoff_days)


def containing(
    at: datetime, timezone: tzinfo, *, months: Length = 3, cutoff_days: int = 15
) -> Period:
    """The quarter (or month, or year) that an aware moment belongs to, by the local date.

    Raises `NotAPeriod` outside the years 1900 to 2999.
    """
    local = at.astimezone(timezone)
    into = (local.month - 1) % months
    return _period(local.year * 12 + local.month - 1 - into, months, timezone, cutoff_days)


def rolling(last: Period, windows: int) -> tuple[Period, ...]:
    """So many periods in a row, oldest first, ending with `last`: the window where one is thin."""
    found = [last]
    while len(found) < windows:
        found.insert(0, found[0].previous())
    return tuple(found)


def _period(first: int, months: int, timezone: tzinfo, cutoff_days: int) -> Period:
    """`first` counts months from the year 0."""
    year, month = divmod(first, 12)
    name = {1: f"{year:04}-{month + 1:02}", 3: f"{year:04}-Q{month // 3 + 1}", 12: f"{year:04}"}
    if year not in _YEARS:
        raise errors.NotAPeriod(name[months])
    starts, ends = _midnight(first), _midnight(first + months)
    return Period(
        name=name[months],
        starts_at=_moment(starts, timezone),
        ends_at=_moment(ends, timezone),
        cutoff_at=_moment(ends + timedelta(days=cutoff_days), timezone),
        timezone=timezone,
        months=months,
        cutoff_days=cutoff_days,
    )


def _midnight(months: int) -> datetime:
    year, month = divmod(months, 12)
    return datetime(year, month + 1, 1)  # noqa: DTZ001 -- a date on the wall; _moment gives the zone


def _moment(local: datetime, timezone: tzinfo) -> datetime:
    """Where clocks skip midnight the day begins with the hour after the gap (fold 0)."""
    return local.replace(tzinfo=timezone).astimezone(UTC)


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def local_day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The moments a local day begins and ends, of 23 or 25 hours too."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)
