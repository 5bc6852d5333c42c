"""Open time as it really passes: hours on the local clock turned into moments.

A moment is open when the local clock then shows a time inside opening hours. So an hour skipped at
a change of clocks is not there to be counted, and one that is repeated counts twice, as the real
time it is. Moments are whole microseconds since 1970-01-01 UTC; all sums are exact.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sla.errors import BadWindow, NaiveTime, OutOfRange

SECOND = 1_000_000
DAY_SECONDS = 86_400

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_EPOCH_DAY = _EPOCH.toordinal()
FIRST_YEAR, LAST_YEAR = 1900, 2299
_EARLIEST = (date(FIRST_YEAR, 1, 1).toordinal() - _EPOCH_DAY) * DAY_SECONDS * SECOND
LATEST = (date(LAST_YEAR + 1, 1, 1).toordinal() - _EPOCH_DAY) * DAY_SECONDS * SECOND

Span = tuple[int, int]


class Window(NamedTuple):
    """Opening hours in seconds of the local day, half-open; 86,400 is the end of the day."""

    opens: int
    closes: int


Windows = tuple[Window, ...]


def length(windows: Windows) -> int:
    """Their seconds in all."""
    return sum(closes - opens for opens, closes in windows)


def in_order(windows: Iterable[tuple[int, int]]) -> Windows:
    """The windows sorted, those that touch made one. `BadWindow`: reversed, empty, overlapping."""
    ordered: list[Window] = []
    for opens, closes in sorted(windows):
        if not 0 <= opens < closes <= DAY_SECONDS:
            raise BadWindow(opens, closes)
        if ordered and opens < ordered[-1].closes:
            raise BadWindow(opens, closes)
        if ordered and opens == ordered[-1].closes:
            ordered[-1] = Window(ordered[-1].opens, closes)
        else:
            ordered.append(Window(opens, closes))
    return tuple(ordered)


def micros(at: datetime) -> int:
    """The moment as a number. `NaiveTime` without an offset, `OutOfRange` beyond 1900-2299."""
    try:
        since = at - _EPOCH
    except TypeError:
        raise NaiveTime(at) from None
    moment = (since.days * DAY_SECONDS + since.seconds) * SECOND + since.microseconds
    if not _EARLIEST <= moment < LATEST:
        raise OutOfRange
    return moment


def local(moment: int, zone: ZoneInfo) -> datetime:
    """The number as a time on the clock of `zone`."""
    return zone.fromutc(_epoch_for(zone) + timedelta(0, 0, moment))


def ordinal(moment: int) -> int:
    """The ordinal of its date in UTC."""
    return moment // SECOND // DAY_SECONDS + _EPOCH_DAY


def midnight(day: date, zone: ZoneInfo) -> int:
    """The moment at which `day` begins; where the clock skips midnight, the end of the skip."""
    return _as_if_utc(day) * SECOND - _offset_at_wall(day, zone, 0) * SECOND


def spans_of(day: date, windows: Windows, zone: ZoneInfo) -> list[Span]:
    """The open time of a local day as spans of moments, in order, never touching."""
    if not windows:
        return []
    zero = _as_if_utc(day)
    before = _offset_at_wall(day, zone, 0)
    after = _offset_at_wall(day + _DAY, zone, 1)
    if before == after:
        start = zero - before
        return [((start + opens) * SECOND, (start + closes) * SECOND) for opens, closes in windows]
    low, high = zero - max(before, after), zero + DAY_SECONDS - min(before, after)
    change = _change_between(low, high, zone)
    pieces = [(low, change, _offset_at(low, zone)), (change, high, _offset_at(high, zone))]
    found = [
        (max(first, zero + opens - offset) * SECOND, min(last, zero + closes - offset) * SECOND)
        for first, last, offset in pieces
        for opens, closes in windows
    ]
    return joined(span for span in found if span[0] < span[1])


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time as few spans, in order, those that touch or overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of open time with its running total, so that any question is one bisection."""

    starts: list[int]
    passed: list[int]  # before each span; one more at the end, the total

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "Block":
        """Of spans in order."""
        ordered = joined(spans)
        lengths = (end - start for start, end in ordered)
        return cls([start for start, _ in ordered], list(accumulate(lengths, initial=0)))

    def until(self, moment: int) -> int:
        """Its open time before `moment`."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        return min(self.passed[index] + moment - self.starts[index], self.passed[index + 1])

    def reach(self, amount: int) -> int:
        """The first moment at which `amount` has passed; 0 < amount <= total."""
        index = bisect_left(self.passed, amount) - 1
        return self.starts[index] + amount - self.passed[index]


@cache
def _epoch_for(zone: ZoneInfo) -> datetime:
    """The epoch as `fromutc` wants it: the time in UTC, under the name of the zone."""
    return _EPOCH.replace(tzinfo=zone)


def _as_if_utc(day: date) -> int:
    return (day.toordinal() - _EPOCH_DAY) * DAY_SECONDS


@lru_cache(maxsize=8192)  # ten years of midnights, for all calendars of a zone
def _offset_at_wall(day: date, zone: ZoneInfo, fold: int) -> int:
    return _seconds(datetime(day.year, day.month, day.day, tzinfo=zone, fold=fold))


def _offset_at(second: int, zone: ZoneInfo) -> int:
    return _seconds(local(second * SECOND, zone))


def _seconds(at: datetime) -> int:
    offset = at.utcoffset() or timedelta()
    return offset.days * DAY_SECONDS + offset.seconds


def _change_between(low: int, high: int, zone: ZoneInfo) -> int:
    """The first second with another offset than `low`; no zone changes twice within two days."""
    offset = _offset_at(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_at(middle, zone) == offset:
            low = middle
        else:
            high = middle
    return high
