"""One spelling of a text, and the keys by which names are compared, found and put in order.

Vietnamese is written in several ways that look alike: composed or with separate marks, Hoà or Hòa.
The database has no Vietnamese collation, so the keys are columns of their own.
"""

import re
import unicodedata
from collections.abc import Callable

from sla.errors import NotText

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Not of category Cf, yet shown as nothing at all: fillers and the blank braille pattern.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Marks that pile up on one letter until they cover its neighbours; no language sets more than four.
_PILED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_LAST_KEPT = 0x2100  # what Vietnamese, English and most of the world write with lies below


class _Without(dict[int, int | None]):
    """For `str.translate`: drops some characters, and looks at each common one only once."""

    def __init__(self, is_dropped: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_dropped = is_dropped

    def __missing__(self, code: int) -> int | None:
        kept = None if self._is_dropped(chr(code)) else code
        if code < _LAST_KEPT:
            self[code] = kept
        return kept


def _is_invisible(character: str) -> bool:
    if character in _BLANKS:
        return True
    return character not in "\t\n" and unicodedata.category(character) in {"Cc", "Cf"}


_VISIBLE = _Without(_is_invisible)
_UNMARKED = _Without(lambda character: unicodedata.combining(character) != 0)
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: in dictionary order
_VOWELS = "aeiouy\u0302\u0306\u031b"  # with what makes them â, ă, ơ
# A tone inside its vowels, from there to their end: hòa, not hoà.
_TONE_INSIDE = re.compile(f"(?<=[{_VOWELS}])[{_TONES}]+[{_VOWELS}][{_VOWELS}{_TONES}]*")
_TONE = re.compile(f"[{_TONES}]")
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# One ASCII character a letter, rising as the alphabet does, after blank and digits.
_PLACES = {ord(letter): chr(ord("A") + place) for place, letter in enumerate(_LETTERS)}


def tidy(text: str) -> str:
    """The text in NFC with LF line ends, nothing invisible, no blanks around it.

    Removed: zero-width characters, marks of direction, soft hyphens, byte order marks, control
    characters other than tab and line end, and marks beyond the fourth on one letter. Blanks
    inside stay as they are. `NotText` for NUL and for half a surrogate pair, which no database
    stores.
    """
    unstorable = _UNSTORABLE.search(text)
    if unstorable:
        raise NotText(unstorable.start())
    visible = _BREAKS.sub("\n", text).translate(_VISIBLE)
    return _PILED.sub(r"\1", unicodedata.normalize("NFC", visible)).strip()


def one_line(text: str) -> str:
    """The tidy text with every run of blanks, tabs and line ends made one blank."""
    return " ".join(tidy(text).split())


def same_name(text: str) -> str:
    """A key: two names with the same one are one name, whatever blanks, case and tone position.

    Hoà and Hòa, thuỷ and thủy are the same; Hoa is another. Marks of letters always count.
    """
    decomposed = unicodedata.normalize("NFD", one_line(text).lower())
    return unicodedata.normalize("NFC", _TONE_INSIDE.sub(_tone_last, decomposed))


def search_key(text: str) -> str:
    """A key in which "ho khau" finds "hộ khẩu": lower case, without marks, đ as d."""
    decomposed = unicodedata.normalize("NFD", one_line(text).lower()).replace("đ", "d")
    return decomposed.translate(_UNMARKED)


def sort_key(text: str) -> str:
    """A key whose order by bytes is the Vietnamese one.

    First the letters (a ă â b c d đ e ê … y z), then the tones (ngang, huyền, hỏi, ngã, sắc, nặng).
    Numbers go by value: Phường 2 before Phường 10.
    """
    decomposed = unicodedata.normalize("NFD", one_line(text).lower())
    letters = unicodedata.normalize("NFC", _TONE.sub("", decomposed))
    numbered = re.sub("[0-9]+", lambda digits: digits[0].zfill(8), letters)
    tones = "".join(map(_tone_of, decomposed.split(" ")))
    return f"{numbered.translate(_PLACES)}\t{tones}"


def _tone_last(vowels: re.Match[str]) -> str:
    return _TONE.sub("", vowels[0]) + "".join(_TONE.findall(vowels[0]))


def _tone_of(word: str) -> str:
    return "".join(str(_TONES.index(tone) + 1) for tone in _TONE.findall(word)) or "0"
