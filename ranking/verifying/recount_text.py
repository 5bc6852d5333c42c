"""What a page tells: the figures of its text in order, and figures as pages write them.

Beside verify.py. A figure is compared as it is read: 1.234,5 on a Vietnamese page and 1,234.5 on
an English one are both "1234.5". Drawings are pictures, and not read.
"""

import functools
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

Value = int | float | str | Fraction

LANGUAGES = ("vi", "en")

_DRAWN = re.compile(r'<figure class="hl-chartbox.*?</figure>|<svg\b.*?</svg>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"(?:(?<!\w)[+\-−])?\d+(?:[.,]\d+)*")
_PERIOD = re.compile(r"(\d{4})(?:-(Q?)0?(\d{1,2}))?")
_PLAIN = re.compile(r"\w[\w .-]*")


def told(part: str, language: str, names: Iterable[str] = ()) -> list[str]:
    """Every figure of a part of a page; `names`: what stands in it and may have digits of its own.

    Of attributes nothing is read, nor what a drawing shows.
    """
    text = html.unescape(_TAG.sub(" ", _DRAWN.sub(" ", part)))
    for name in names:
        if any(map(str.isdigit, name)):
            text = text.replace(name, " ")
    return figures(text, language)


def figures(text: str, language: str) -> list[str]:
    """Every figure of a plain text."""
    found = _NUMBER.findall(text)
    thousands, decimal = (".", ",") if language == "vi" else (",", ".")
    return [one.replace(thousands, "").replace(decimal, ".") for one in found]


def number(value: Value, digits: int | None = None) -> str:
    """With so many decimals, or with none as many as it has, up to three."""
    return _written(str(value), 1, digits)


def percent(share: Value, digits: int = 1) -> str:
    """A share of one in hundredths; the sign is no part of it."""
    return _written(str(share), 100, digits)


def cases(count: Value) -> str:
    """Cases, of which an agency may have a part."""
    return number(count, None if Fraction(str(count)).denominator == 1 else 1)


def points(share: Value) -> str:
    """A difference of shares, or the end of an interval, in points."""
    return number(100 * Fraction(str(share)), 1)


def signed(share: Value) -> str:
    """A change in points, which says when it goes up."""
    return ("+" if 100 * Fraction(str(share)) > Fraction(1, 20) else "") + points(share)


@functools.lru_cache(maxsize=1 << 16)
def _written(value: str, times: int, digits: int | None) -> str:
    """Half up to nine decimals, then half up as it is printed."""
    nine = _rounded(Fraction(value), 9)
    places = 3 if digits is None else digits
    shift = 2 if times == 100 else 0
    shown = _rounded(nine, places + shift) * times
    text = f"{Decimal(shown.numerator) / shown.denominator:.{places}f}"
    return text.rstrip("0").rstrip(".") if digits is None else text


def period(name: str, language: str) -> list[str]:
    """The figures of a period in words: of 2026-Q3 3 and 2026."""
    match = _PERIOD.fullmatch(name)
    if match is None:
        return figures(name, language)
    year, quarter, part = match.groups()
    with_part = part and (quarter or language == "vi")
    return [part, year] if with_part else [year]


def folder_of(code: str) -> str:
    """The folder of an agency: its code, where that can be the name of one."""
    if _PLAIN.fullmatch(code) and len(code) <= 80:
        return code
    return "x" + hashlib.sha256(code.encode()).hexdigest()[:16]


def first_other(name: str, found: list[str], expected: list[str]) -> Iterator[str]:
    """The first figure that is another than the tables have, if there is one."""
    for at in range(max(len(found), len(expected))):
        one, other = ("".join(of[at : at + 1]) or "nothing" for of in (found, expected))
        if one != other:
            yield f"{name} tells {one} where the tables have {other}"
            return


def _rounded(value: Fraction, digits: int) -> Fraction:
    """Half up, away from zero."""
    scale = 10**digits
    whole = (abs(value) * scale * 2 + 1) // 2
    return Fraction(whole if value >= 0 else -whole, scale)
