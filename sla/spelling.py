"""One spelling of a text, and the keys by which names are compared, found and put in order.

Vietnamese is written in several ways that look alike: composed or with separate marks, Hoà or Hòa.
The database has no Vietnamese collation, so the keys are columns of their own.
"""

import re
import unicodedata

from sla.errors import NotText

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Not of category Cf, yet shown as nothing at all: fillers and the blank braille pattern.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: in dictionary order
_VOWELS = re.compile(f"(?:[aeiouy][\u0302\u0306\u031b{_TONES}]*)+")
_TONE = re.compile(f"[{_TONES}]")
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# One ASCII character a letter, rising as the alphabet does, after blank and digits.
_PLACES = {ord(letter): chr(ord("A") + place) for place, letter in enumerate(_LETTERS)}


def tidy(text: str) -> str:
    """The text in NFC with LF line ends, nothing invisible, no blanks around it.

    Removed: zero-width characters, marks of direction, soft hyphens, byte order marks and control
    characters other than tab and line end. Blanks inside stay as they are. `NotText` for NUL and
    for half a surrogate pair, which no database stores.
    """
    unstorable = _UNSTORABLE.search(text)
    if unstorable:
        raise NotText(unstorable.start())
    visible = "".join(filter(_is_visible, _BREAKS.sub("\n", text)))
    return unicodedata.normalize("NFC", visible).strip()


def one_line(text: str) -> str:
    """The tidy text with every run of blanks, tabs and line ends made one blank."""
    return " ".join(tidy(text).split())


def same_name(text: str) -> str:
    """A key: two names with the same one are one name, whatever blanks, case and tone position.

    Hoà and Hòa, thuỷ and thủy are the same; Hoa is another. Marks of letters always count.
    """
    decomposed = unicodedata.normalize("NFD", one_line(text).lower())
    return unicodedata.normalize("NFC", _VOWELS.sub(_tone_last, decomposed))


def search_key(text: str) -> str:
    """A key in which "ho khau" finds "hộ khẩu": lower case, without marks, đ as d."""
    decomposed = unicodedata.normalize("NFD", one_line(text).lower()).replace("đ", "d")
    return "".join(c for c in decomposed if not unicodedata.combining(c))


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


def _is_visible(character: str) -> bool:
    if character in _BLANKS:
        return False
    return character in "\t\n" or unicodedata.category(character) not in {"Cc", "Cf"}


def _tone_last(vowels: re.Match[str]) -> str:
    return _TONE.sub("", vowels[0]) + "".join(_TONE.findall(vowels[0]))


def _tone_of(word: str) -> str:
    return "".join(str(_TONES.index(tone) + 1) for tone in _TONE.findall(word)) or "0"
