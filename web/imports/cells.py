"""One cell of a row to one value, or the reason why not."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla import spelling
from web.imports.errors import RowRefused

YEARS = range(2000, 2101)

_MOMENT = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4}))"
    r"(?:[ T](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:[0-5]\d)?)?",
    re.ASCII,
)
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d\d(?!\d)", re.ASCII)

# A day stands for its first second as a beginning and for its last one as a deadline, so that it
# is shown as that day and falls into its quarter.
DAY_BEGINS = time(0)
DAY_ENDS = time(23, 59, 59)

# Letters and marks that are shown as nothing; what else is invisible is not printable.
_HIDDEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")


def line(cell: str) -> str:
    """A cell as one line: without invisible characters, blanks collapsed and trimmed, NFC."""
    if _is_clean(cell) and "  " not in cell:
        return cell.strip(" ")
    return spelling.one_line(_speakable(cell))


def prose(cell: str) -> str:
    """A cell as free text: blanks and lines as written, without invisible characters, NFC."""
    if _is_clean(cell):
        return cell
    # The bars keep blanks at the edges: a note is stored as it was written.
    return spelling.tidy(f"|{_speakable(cell)}|")[1:-1]


def _is_clean(cell: str) -> bool:
    """Whether `spelling.tidy` would only trim it. Nearly every cell is; asking is much cheaper."""
    if not cell.isprintable():
        return False
    return cell.isascii() or (
        _HIDDEN.search(cell) is None and unicodedata.is_normalized("NFC", cell)
    )


def _speakable(cell: str) -> str:
    # JSON can spell NUL and half a surrogate pair, which no text can hold.
    return cell.encode("utf-8", "ignore").decode().replace("\0", "")


class Times:
    """How times are written in a file: the zone of those without offset, formats if not ours.

    With `formats` (as of `strptime`) only these are read; without, ISO 8601 and `DD/MM/YYYY`,
    always day first.
    """

    def __init__(self, zone: ZoneInfo, formats: Sequence[str] = ()) -> None:
        self._zone = zone
        self._formats = formats
        # Days and times of day come back again and again: each is read once, then added up.
        # The first ten characters of a cell are a day, the others the time passed since it began.
        self.midnights: dict[str, datetime] = {}
        self.clocks: dict[str, timedelta] = {}

    def moment(self, cell: str, column: str, *, day: time = DAY_BEGINS) -> datetime | None:
        """The moment in UTC; None for an empty cell. A date alone is that day at time `day`.

        Raises `RowRefused`: not_a_date, not_a_time, two_digit_year or year_out_of_range.
        """
        try:
            return self.midnights[cell[:10]] + self.clocks[cell[10:]]
        except KeyError:
            return self._moment(line(cell), column, day) if cell else None

    def _moment(self, cell: str, column: str, day: time) -> datetime | None:
        if not cell:
            return None
        if self._formats:
            return self._placed(_formatted(cell, column, self._formats), cell, column)
        match = _MOMENT.fullmatch(cell)
        if match is None:
            raise RowRefused(column, _why_no_date(cell), cell)
        try:
            found = datetime.combine(_day(match), _clock(match) if match[7] else day)
            if match[10]:
                found = datetime.fromisoformat(f"{found}{match[10]}")
        except ValueError:
            raise RowRefused(column, _why_no_moment(match), cell) from None
        moment = self._placed(found, cell, column)
        if match[7] and not match[10]:
            self._learn(cell, found)
        return moment

    def _placed(self, found: datetime, cell: str, column: str) -> datetime:
        if found.year not in YEARS:
            raise RowRefused(column, "year_out_of_range", cell)
        if found.tzinfo is None:
            found = found.replace(tzinfo=self._zone)
        return found.astimezone(UTC)

    def _learn(self, cell: str, found: datetime) -> None:
        """Remember the two halves of a cell, unless clocks change on that day."""
        midnight = found.replace(hour=0, minute=0, second=0, tzinfo=self._zone)
        passed = found - midnight.replace(tzinfo=None)
        begins = midnight.astimezone(UTC)
        if (midnight + timedelta(days=1)).astimezone(UTC) - begins == timedelta(days=1):
            self.midnights[cell[:10]] = begins
            self.clocks[cell[10:]] = passed


def _day(match: re.Match[str]) -> date:
    year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    return date(int(year), int(month), int(day))


def _clock(match: re.Match[str]) -> time:
    hour, minute, second = match.group(7, 8, 9)
    return time(int(hour), int(minute), int(second or 0))


def _why_no_date(cell: str) -> str:
    return "two_digit_year" if _SHORT_YEAR.match(cell) else "not_a_date"


def _why_no_moment(match: re.Match[str]) -> str:
    try:
        _day(match)
    except ValueError:
        return "not_a_date"
    return "not_a_time"


def _formatted(cell: str, column: str, formats: Sequence[str]) -> datetime:
    for form in formats:
        try:
            return datetime.strptime(cell, form)  # noqa: DTZ007 -- the zone is added by the caller
        except ValueError:
            continue
    raise RowRefused(column, "not_a_date", cell)


def required(cell: str, column: str) -> str:
    """One line that must not be empty."""
    return line(cell) or _missing(column)


def _missing(column: str) -> str:
    raise RowRefused(column, "missing")


def short(cell: str, column: str, limit: int) -> str:
    """One line of at most `limit` characters; may be empty."""
    value = line(cell)
    if len(value) > limit:
        raise RowRefused(column, "too_long", value)
    return value


def named(cell: str, column: str, limit: int) -> str:
    """One line of one to `limit` characters."""
    return short(required(cell, column), column, limit)


def day(cell: str, column: str) -> date | None:
    """An ISO or day-first date without a time; None for an empty cell."""
    value = line(cell)
    if not value:
        return None
    match = _MOMENT.fullmatch(value)
    if match is None or match[7] is not None:
        raise RowRefused(column, _why_no_date(value), value)
    try:
        found = _day(match)
    except ValueError:
        raise RowRefused(column, "not_a_date", value) from None
    if found.year not in YEARS:
        raise RowRefused(column, "year_out_of_range", value)
    return found


def whole(cell: str, column: str, *, most: int) -> int | None:
    """A whole number from 0 to `most`; None for an empty cell."""
    value = line(cell)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(most))):
        raise RowRefused(column, "not_a_number", value)
    if int(value) > most:
        raise RowRefused(column, "too_large", value)
    return int(value)


def one_of(cell: str, column: str, allowed: Sequence[str]) -> str:
    """One of a few words."""
    value = line(cell)
    if value not in allowed:
        raise RowRefused(column, "not_allowed" if value else "missing", value)
    return value
