"""How codes are built, as a clerk would write it down."""

import re
from datetime import date
from functools import lru_cache

_PLACEHOLDERS = {
    "{agency}": r"[A-Z0-9]+(?:\.[A-Z0-9]+)*",
    "{yymmdd}": r"(?P<day>\d{6})",
    "{sequence}": r"\d{4,7}",
}


@lru_cache(maxsize=64)
def pattern(template: str) -> re.Pattern[str]:
    """A pattern from a grammar as `{agency}-{yymmdd}-{sequence}`; other signs are themselves.

    Agency: letters and digits in parts joined by dots; sequence: four to seven digits. Raises
    `ValueError` for a placeholder there is not, or one that comes twice.
    """
    parts = re.split(r"(\{[^{}]*\})", template)
    unknown = [part for part in parts[1::2] if part not in _PLACEHOLDERS]
    if unknown or len(set(parts[1::2])) < len(parts[1::2]):
        raise ValueError(template)
    return re.compile("".join(_PLACEHOLDERS.get(part) or re.escape(part) for part in parts))


def fits(code: str, template: re.Pattern[str]) -> bool:
    """Whether a code is built so, and its day is a day."""
    match = template.fullmatch(code)
    day = match and match.groupdict().get("day")
    return match is not None and (day is None or is_day(day))


@lru_cache(maxsize=4096)  # the days of many codes
def is_day(digits: str) -> bool:
    """Whether six digits are a day of this century: year, month, day."""
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return True
