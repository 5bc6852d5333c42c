"""Why something is due when it is: the time from receipt to deadline, piece by piece.

The pieces follow one another without gap. Elapsed, the counted seconds sum to the amount; civil,
the counted days do.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from math import inf

from sla import counting, openings
from sla.calendars import Day, DayKind, WorkingCalendar
from sla.commitments import Unit, Within
from sla.counting import Counted
from sla.openings import SECOND, Span


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of time, half-open, on the calendar's clock.

    `kind`: opened, swap_day (counted); before_opening, lunch, night, weekend, closed_day, a
    `DayKind` (closed); cut_off, pause; receipt_day, counted_day, last_day (civil); due (no time);
    unconfirmed (a day of which something is proposed and not decided: counted as its weekday is).
    """

    start: datetime
    end: datetime
    kind: str
    counted_seconds: int = 0
    counted_days: int = 0
    name_vi: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    kind: str
    counted: int = 0
    days: int = 0
    special: Day | None = None


def elapsed(
    moment: int,
    due: int,
    _: Within,
    *,
    calendar: WorkingCalendar,
    cut_off: time | None,
    pauses: list[Span],
) -> Iterator[Step]:
    """The steps of a deadline in open time."""
    begin, _day = counting.received(moment, calendar, cut_off)
    yield from _steps([_Piece(moment, begin, "cut_off")], calendar)
    yield from _steps(_passing(begin, due, calendar, pauses), calendar)
    yield _due(due, calendar)


def civil(
    moment: int,
    due: int,
    within: Within,
    *,
    calendar: WorkingCalendar,
    cut_off: time | None,
    pauses: list[Span],
) -> Iterator[Step]:
    """The steps of a deadline in days."""
    begin, _day = counting.received(moment, calendar, cut_off)
    days = counting.counted(moment, within, calendar, cut_off, pauses)
    yield from _steps([_Piece(moment, begin, "cut_off")], calendar)
    yield from _steps(_days(begin, due, within.unit, days, calendar), calendar)
    yield _due(due, calendar)


def _due(due: int, calendar: WorkingCalendar) -> Step:
    at = calendar.local(due)
    return Step(at, at, "due")


def _passing(
    begin: int, due: int, calendar: WorkingCalendar, pauses: list[Span]
) -> Iterator[_Piece]:
    """Open, closed and paused time, cut where any of them changes and at midnight."""
    if begin == due:
        return
    first, last = calendar.local(begin).date(), calendar.local(due - 1).date()
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    spans = openings.joined(span for day in dates for span in calendar.spans_on(day))
    cuts = {begin, due, *(openings.midnight(day, calendar.timezone) for day in dates)}
    cuts.update(moment for span in (*spans, *pauses) for moment in span)
    for start, end in pairwise(sorted(cut for cut in cuts if begin <= cut <= due)):
        at = calendar.local(start)
        special = calendar.days.get(at.date())
        if _within(pauses, start):
            yield _Piece(start, end, "pause")
        elif _within(spans, start):
            kind = _open_kind(special)
            yield _Piece(start, end, kind, counted=end - start, special=special)
        else:
            yield _Piece(start, end, _closed(at, calendar, start == begin), special=special)


def _open_kind(special: Day | None) -> str:
    if special is None:
        return "opened"
    if not special.is_confirmed:
        return UNCONFIRMED
    return "swap_day" if special.kind is DayKind.SWAPPED_WORKING else "opened"


UNCONFIRMED = "unconfirmed"


def _within(spans: list[Span], moment: int) -> bool:
    index = bisect_right(spans, (moment, inf)) - 1
    return index >= 0 and moment < spans[index][1]


def _closed(at: datetime, calendar: WorkingCalendar, is_first: bool) -> str:
    windows = calendar.windows_on(at.date())
    if not windows:
        return _day_off(at.date(), calendar)
    second = at.hour * 3600 + at.minute * 60 + at.second
    if second < windows[0].opens and is_first:
        return "before_opening"
    return "lunch" if windows[0].opens <= second < windows[-1].closes else "night"


def _day_off(day: date, calendar: WorkingCalendar) -> str:
    special = calendar.days.get(day)
    if special is not None:
        return special.kind.value if special.is_confirmed else UNCONFIRMED
    return "weekend" if day.weekday() >= 5 else "closed_day"


def _days(
    begin: int, due: int, unit: Unit, counted: Counted, calendar: WorkingCalendar
) -> Iterator[_Piece]:
    """Day by day, from the receipt to the last."""
    start, length = begin, (counted.due_on - counted.receipt).days
    for day in (counted.receipt + timedelta(days=n) for n in range(length + 1)):
        tomorrow = openings.midnight(day + timedelta(days=1), calendar.timezone)
        end = due if day == counted.due_on else tomorrow
        kind = _day_kind(day, unit, counted, calendar)
        days = int(kind == "counted_day")
        special = calendar.days.get(day)
        if days and special is not None and not special.is_confirmed:
            kind = UNCONFIRMED
        yield _Piece(start, end, kind, days=days, special=special)
        start = end


def _day_kind(day: date, unit: Unit, counted: Counted, calendar: WorkingCalendar) -> str:
    if day == counted.receipt:
        return "receipt_day"
    if day <= counted.last:
        counts = unit is not Unit.WORKING_DAY or calendar.opens_on(day)
        return "counted_day" if counts else _day_off(day, calendar)
    if day <= counted.paused:
        return "pause"
    return "last_day" if day == counted.due_on else _day_off(day, calendar)


def _steps(pieces: Iterable[_Piece], calendar: WorkingCalendar) -> Iterator[Step]:
    """Pieces of one kind and name made one; seconds rounded down so that their sum is exact."""
    passed = 0
    lasting = (piece for piece in pieces if piece.start < piece.end)
    for (kind, special), group in groupby(lasting, key=_name):
        run = list(group)
        before, passed = passed, passed + sum(piece.counted for piece in run)
        yield Step(
            calendar.local(run[0].start),
            calendar.local(run[-1].end),
            kind,
            counted_seconds=passed // SECOND - before // SECOND,
            counted_days=sum(piece.days for piece in run),
            name_vi=special.name_vi if special else "",
            name_en=special.name_en if special else "",
        )


def _name(piece: _Piece) -> tuple[str, Day | None]:
    return piece.kind, piece.special if piece.kind in _NAMED else None


_NAMED = {*DayKind, "swap_day", UNCONFIRMED}
