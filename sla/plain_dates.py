"""When plain lives are due, and soon due: whole columns at once, as `promises` and `nearing` count.

What leads beyond the days a calendar knows, or where a rule for pauses has its say, is `BEYOND`:
others decide about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import numpy.typing as npt

from sla import deadlines, openings, writing_moments
from sla.dossier_records import NEVER
from sla.errors import CalendarEnds, OutOfRange
from sla.nearing import OF, USED
from sla.open_hours import BEYOND, Moments, OpenHours
from sla.openings import SECOND
from sla.plain_bounds import Bound

_MOST_KEPT = 200_000
_MOST_DAYS = 1 << 12  # of one pause
_YEARS_AHEAD = 2

# What `Bound` says, as a table; no calendar is NEVER.
_TABLE = np.dtype(
    [("calendar", "i8"), ("within", "?"), ("by_day", "?"), ("amount", "i8"), ("longest", "i8")]
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Plain lives as columns; `asked` and `resumed` are their one pause, NEVER: there is none."""

    bounds: npt.NDArray[np.int64]
    started: Moments
    promised: Moments
    asked: Moments
    resumed: Moments

    def at(self, places: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Clocks":
        """Some of them."""
        return Clocks(*(getattr(self, column.name)[places] for column in fields(self)))

    @property
    def pauses(self) -> tuple[Moments, Moments]:
        """The pauses; one of no length where there is none."""
        is_none = self.asked == NEVER
        begins = np.where(is_none, self.started, self.asked)
        return begins, np.where(is_none, self.started, self.resumed)


class Dater:
    """Counts due times by bounds, a list that may grow; what many share is counted once."""

    def __init__(self, bounds: Sequence[Bound | None]) -> None:
        self._bounds = bounds
        self._hours: dict[int, tuple[int, int, OpenHours]] = {}
        self._dues: dict[tuple[object, ...], int] = {}

    def dates(self, clocks: Clocks) -> tuple[Moments, Moments]:
        """When each is due and when soon; NEVER: nothing was promised, BEYOND: not plain."""
        table = self._table()[clocks.bounds]
        due, soon = np.full(len(table), BEYOND), np.full(len(table), BEYOND)
        is_promised = (clocks.promised != NEVER) | table["within"]
        due[~is_promised] = soon[~is_promised] = NEVER
        for calendar in np.unique(table["calendar"][is_promised]).tolist():
            if calendar == NEVER:
                continue
            here = np.flatnonzero(is_promised & (table["calendar"] == calendar))
            some = clocks.at(here)
            hours = self._open_hours(table["calendar"][here[0]], some)
            due[here] = self._due(some, table[here], hours)
            dated = here[due[here] != BEYOND]
            soon[dated] = _soon(clocks.at(dated), due[dated], hours)
        return due, soon

    def _table(self) -> npt.NDArray[np.void]:
        rows = [
            (
                NEVER if bound is None or bound.calendar_id is None else bound.calendar_id,
                bound is not None and bound.within is not None,
                bound is not None and bound.is_by_day,
                0 if bound is None else bound.amount,
                BEYOND if bound is None or bound.longest is None else bound.longest,
            )
            for bound in self._bounds
        ]
        return np.array(rows, dtype=_TABLE)

    def _open_hours(self, calendar_id: int, clocks: Clocks) -> OpenHours:
        """The calendar over the years these lives touch, and some more."""
        told = [clocks.started, *(m[m != NEVER] for m in (clocks.promised, clocks.resumed))]
        moments = np.concatenate(told)
        first = writing_moments.at(int(moments.min())).year - 1
        last = writing_moments.at(int(moments.max())).year + _YEARS_AHEAD
        first, last = max(first, openings.FIRST_YEAR + 1), min(last, openings.LAST_YEAR - 1)
        kept = self._hours.get(calendar_id)
        if kept is None or kept[0] > first or kept[1] < last:
            if kept is not None:
                first, last = min(first, kept[0]), max(last, kept[1])
            calendar = next(b.calendar for b in self._bounds if b and b.calendar_id == calendar_id)
            assert calendar is not None  # noqa: S101 -- it has a number
            hours = OpenHours(calendar, date(first, 1, 1), date(last, 12, 31))
            self._hours[calendar_id] = kept = first, last, hours
        return kept[2]

    def _due(self, clocks: Clocks, table: npt.NDArray[np.void], hours: OpenHours) -> Moments:
        begins, ends = clocks.pauses
        is_given, by_day = clocks.promised != NEVER, table["by_day"]
        given = np.where(is_given, clocks.promised, clocks.started)
        is_plain = hours.covers(clocks.started) & hours.covers(ends) & hours.covers(given)
        lost = hours.between(begins, ends)
        is_plain &= lost // SECOND <= table["longest"]
        counted = hours.reach_around(clocks.started, table["amount"], (begins, ends))
        moved = np.where((ends > begins) & (begins < given), hours.reach(given, lost), given)
        due = np.where(is_given, moved, counted)
        days = np.flatnonzero(~is_given & by_day & is_plain)
        due[days] = self._by_day(clocks.at(days), hours)
        return np.where(is_plain & hours.covers(due), due, BEYOND)

    def _by_day(self, clocks: Clocks, hours: OpenHours) -> Moments:
        """A civil deadline depends on the day of receipt, and on how many days a pause begun
        before it takes; many dossiers share these.
        """
        begins, ends = clocks.pauses
        due = self._shared(clocks, hours, np.zeros(len(begins), dtype=np.int64))
        days = hours.days(ends) - hours.days(begins)
        later = np.flatnonzero((begins < due) & (days > 0) & (due != BEYOND))
        due[later] = self._shared(clocks.at(later), hours, days[later])
        return due

    def _shared(self, clocks: Clocks, hours: OpenHours, days: Moments) -> Moments:
        day = hours.days(clocks.started)
        keys = (clocks.bounds << 24 | day) * _MOST_DAYS + np.minimum(days, _MOST_DAYS - 1)
        _, firsts, places = np.unique(keys, return_index=True, return_inverse=True)
        dues = [
            self._kept(clocks, place, int(day[place]), int(days[place]))
            for place in firsts.tolist()
        ]
        return np.array(dues, dtype=np.int64)[places]

    def _kept(self, clocks: Clocks, place: int, day: int, days: int) -> int:
        bound = self._bounds[int(clocks.bounds[place])]
        assert bound is not None  # noqa: S101 -- only plain lives come here
        key = bound.calendar_id, bound.within, day, days
        due = self._dues.get(key)
        if due is None:
            if len(self._dues) >= _MOST_KEPT:
                self._dues.clear()
            pause = (int(clocks.asked[place]), int(clocks.resumed[place])) if days else None
            due = self._dues[key] = _counted(bound, int(clocks.started[place]), pause)
        return due if days < _MOST_DAYS - 1 else int(BEYOND)


def _counted(bound: Bound, start: int, pause: tuple[int, int] | None) -> int:
    calendar, within = bound.calendar, bound.within
    assert calendar is not None and within is not None  # noqa: S101, PT018 -- asked before
    breaks = [(writing_moments.at(pause[0]), writing_moments.at(pause[1]))] if pause else []
    try:
        due = deadlines.due_at(writing_moments.at(start), within, calendar, pauses=breaks)
    except (CalendarEnds, OutOfRange):
        return int(BEYOND)
    return openings.micros(due)


def _soon(clocks: Clocks, due: Moments, hours: OpenHours) -> Moments:
    """As `nearing.due_soon_at`, without a cut-off."""
    begins, ends = clocks.pauses
    allowed = hours.between(clocks.started, due) - hours.between(begins, np.minimum(ends, due))
    used = allowed * USED // OF
    return np.minimum(hours.reach_around(clocks.started, used, (begins, ends)), due)
