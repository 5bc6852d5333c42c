"""What looks like spam, as a pure reading of a text and of how often it came.

It looks at form and number, never at what is said: not at anger, not at hard words, not at whom
it accuses. What it finds is only ever a reason for a person to look.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sla import spelling

WITHIN = timedelta(hours=1)
LINKS_AT_LEAST = 3
# A link and hardly a word about it.
WORDS_BESIDE_A_LINK = 5
# One text from so many devices in an hour; neighbours who tell of one thing word it differently.
DEVICES_AT_LEAST = 15
# From one device in an hour, and of these the same text again.
FILED_AT_LEAST = 20
SAME_AT_LEAST = 5
NONWORDS = 0.5
LETTERS_AT_LEAST = 12

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(r"[aeiouy]")
# Vietnamese parts its vowels by three consonants at most, English by six ("sightscreen").
_NO_WORD = re.compile(r"[^aeiouy]{7}|(.)\1{4}")
_LONGEST = 24


class SpamReason(StrEnum):
    """Why somebody ought to look."""

    LINKS = "links"
    GIBBERISH = "gibberish"
    REPEATED = "repeated"
    FLOOD = "flood"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often within `WITHIN`: devices that sent this very text, filings of this device, and
    how many of these were this text. Each counts the filing itself.
    """

    devices: int = 1
    filed: int = 1
    same: int = 1


def read(text: str, how_often: Frequency) -> tuple[SpamReason, ...]:
    """The reasons to look at a text, in the order of `SpamReason`; none for nearly every text."""
    found = {
        SpamReason.LINKS: _is_links(text),
        SpamReason.GIBBERISH: _is_gibberish(text),
        SpamReason.REPEATED: how_often.devices >= DEVICES_AT_LEAST,
        SpamReason.FLOOD: how_often.filed >= FILED_AT_LEAST or how_often.same >= SAME_AT_LEAST,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _is_links(text: str) -> bool:
    links = len(_LINK.findall(text))
    words = len(_WORD.findall(_LINK.sub(" ", text)))
    return links >= LINKS_AT_LEAST or (links > 0 and words < WORDS_BESIDE_A_LINK)


def _is_gibberish(text: str) -> bool:
    """Whether most letters stand in what is no word of either language."""
    words = _WORD.findall(spelling.search_key(_LINK.sub(" ", text)))
    letters = sum(map(len, words))
    odd = sum(len(word) for word in words if _is_no_word(word))
    return letters >= LETTERS_AT_LEAST and odd > NONWORDS * letters


def _is_no_word(word: str) -> bool:
    if not word.isascii():
        return False  # another script is another language, not gibberish
    is_bare = len(word) >= 6 and not _VOWEL.search(word)
    return is_bare or len(word) > _LONGEST or _NO_WORD.search(word) is not None
