"""Open time of one calendar for many moments at once: what `WorkingCalendar` says one by one.

Arrays of moments in, arrays of moments out, by bisection. Only over a stretch of days; what leads
out of it is `BEYOND`, and has to be asked of the calendar itself.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from sla import openings
from sla.calendars import WorkingCalendar

Moments = npt.NDArray[np.int64]

BEYOND = np.int64(np.iinfo(np.int64).max)
"""Later than any moment: not known here."""


class OpenHours:
    """The calendar from one local day to another, at most until it ends.

    `low` and `high` bound the moments that may be asked about.
    """

    def __init__(self, calendar: WorkingCalendar, first: date, last: date) -> None:
        if calendar.known_until is not None:
            last = min(last, calendar.known_until)
        days = list(_days(first, last))
        spans = openings.joined(span for day in days for span in calendar.spans_on(day))
        lengths = [end - start for start, end in spans]
        self._starts = np.array([start for start, _ in spans], dtype=np.int64)
        self._passed = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
        edges = [openings.midnight(day, calendar.timezone) for day in (*days, last + _DAY)]
        self._midnights = np.array(edges, dtype=np.int64)
        self._first = first.toordinal()
        self.low, self.high = edges[0], edges[-1]

    def covers(self, moments: Moments) -> npt.NDArray[np.bool_]:
        """Whether they may be asked about."""
        known: npt.NDArray[np.bool_] = (moments >= self.low) & (moments < self.high)
        return known

    def days(self, moments: Moments) -> Moments:
        """The ordinals of their local dates."""
        return np.searchsorted(self._midnights, moments, side="right") - 1 + self._first

    def between(self, starts: Moments, ends: Moments) -> Moments:
        """Open time; 0 where the end is not after the start."""
        return np.where(ends > starts, self._until(ends) - self._until(starts), 0)

    def reach(self, starts: Moments, amounts: Moments) -> Moments:
        """The first moments at which so much open time has passed; the start itself for 0."""
        wanted = self._until(starts) + amounts
        places = np.searchsorted(self._passed, wanted, side="left") - 1
        within = np.clip(places, 0, len(self._starts) - 1)
        found = self._starts[within] + wanted - self._passed[within]
        found = np.where(wanted > self._passed[-1], BEYOND, found)
        return np.where(amounts == 0, starts, found)

    def reach_around(
        self, starts: Moments, amounts: Moments, pauses: tuple[Moments, Moments]
    ) -> Moments:
        """As `reach`, outside one pause each; a pause of no length is none."""
        begins, ends = pauses
        due = self.reach(starts, amounts)
        stood = (begins < due) & (ends > starts) & (ends > begins) & (amounts > 0)
        left = amounts - self.between(starts, begins)
        return np.where(stood, self.reach(ends, left), due)

    def _until(self, moments: Moments) -> Moments:
        places = np.searchsorted(self._starts, moments, side="right") - 1
        within = np.maximum(places, 0)
        lengths = self._passed[within + 1] - self._passed[within]
        passed = self._passed[within] + np.minimum(moments - self._starts[within], lengths)
        return np.where(places < 0, 0, passed)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


_DAY = timedelta(days=1)
