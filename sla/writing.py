"""The written forms of a calendar's parts, read strictly: a value, or `BadCalendar` by field."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sla.errors import BadCalendar
from sla.openings import DAY_SECONDS, Windows, in_order

T = TypeVar("T")
_CLOCK = re.compile(r"(?:([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?|24:00(?::00)?)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def mapping(value: object, field: str) -> Mapping[str, Any]:
    """An object with names."""
    if not isinstance(value, dict):
        raise BadCalendar(field)
    return value


def sequence(value: object, field: str) -> Sequence[Any]:
    """A list."""
    if not isinstance(value, list):
        raise BadCalendar(field)
    return value


def text(value: object, field: str) -> str:
    """A string, perhaps empty."""
    if not isinstance(value, str):
        raise BadCalendar(field)
    return value


def optional(read: Callable[[object, str], T], value: object, field: str) -> T | None:
    """None stays None; anything else is read."""
    return None if value is None else read(value, field)


def zone(value: object, field: str) -> ZoneInfo:
    """A name of the time zone database."""
    try:
        return ZoneInfo(text(value, field))
    except (KeyError, ValueError, OSError):
        raise BadCalendar(field) from None


def day(value: object, field: str) -> date:
    """YYYY-MM-DD."""
    written = text(value, field)
    if not _DAY.fullmatch(written):
        raise BadCalendar(field)
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadCalendar(field) from None


def decimal(value: object, field: str) -> Decimal:
    """A finite number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadCalendar(field)
    number = Decimal(str(value))
    if not number.is_finite():
        raise BadCalendar(field)
    return number


def clock(value: object, field: str) -> int:
    """HH:MM or HH:MM:SS as seconds of the day; 24:00 is its end."""
    match = _CLOCK.fullmatch(text(value, field))
    if match is None:
        raise BadCalendar(field)
    hours, minutes, seconds = match.groups(default="0")
    if match[1] is None:
        return DAY_SECONDS
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def windows(value: object, field: str) -> Windows:
    """[["07:30", "11:30"], ["13:00", "17:00"]]; an empty list is closed."""
    pairs = [sequence(pair, field) for pair in sequence(value, field)]
    if any(len(pair) != 2 for pair in pairs):
        raise BadCalendar(field)
    return in_order((clock(opens, field), clock(closes, field)) for opens, closes in pairs)


def hours(windows: Windows) -> list[list[str]]:
    """What `windows` reads."""
    return [[_clock(opens), _clock(closes)] for opens, closes in windows]


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    written = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{written}:{second:02}" if second else written
