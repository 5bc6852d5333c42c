"""The words of `lexicon_vi.toml` as tries over syllables, and the syllables of a text.

Two tries: one for Vietnamese as it is written, one for texts typed without marks ("nhiet tinh"),
where only phrases of two syllables and a few safe single ones are known, and phrases whose
unmarked forms contradict each other are left out.
"""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sla import spelling

LEXICON = Path(__file__).with_name("lexicon_vi.toml")


class Kind(IntEnum):
    """What a phrase does to the reading."""

    POLAR = 0  # says good or bad itself
    NEGATION = 1  # turns what follows
    INTENSITY = 2  # multiplies what follows, or what stands just before
    CONTRAST = 3  # what follows weighs more than what came before
    CONCESSION = 4  # what follows in this clause weighs less
    WISH = 5  # what follows is wanted, so it is missing
    SKIP = 6  # not to be read by its parts
    STOP = 7  # ends a clause
    END = 8  # ends a sentence
    REQUEST = 9  # praise within a sentence, a wish at its beginning


class Entry(NamedTuple):
    kind: Kind
    value: float = 0.0


Trie: TypeAlias = dict[str, Any]  # key of a syllable -> Trie; ENTRY -> Entry
ENTRY = ""  # no key is empty


class Lexicon(NamedTuple):
    """`marked` for Vietnamese as written, `plain` for texts without any marks."""

    marked: Trie
    plain: Trie
    size: int


_FUNCTIONS = {
    "negations": Entry(Kind.NEGATION),
    "not_only": Entry(Kind.SKIP),
    "harmless": Entry(Kind.POLAR, 0.5),
    "intensifiers": Entry(Kind.INTENSITY, 1.4),
    "diminishers": Entry(Kind.INTENSITY, 0.7),
    "contrasts": Entry(Kind.CONTRAST),
    "concessions": Entry(Kind.CONCESSION),
    "wishes": Entry(Kind.WISH),
    "requests": Entry(Kind.REQUEST, 0.4),
}
_MARKS = {
    **dict.fromkeys((",", ";", ":", "…", "-"), Entry(Kind.STOP)),
    **dict.fromkeys((".", "!", "?", "\n"), Entry(Kind.END)),
}

_MARKED = re.compile(r"[^\W\d_a-z]")


def _syllable_pattern(emoticons: Iterable[str]) -> re.Pattern[str]:
    faces = sorted((face for face in emoticons if not face.isalpha()), key=len, reverse=True)
    shapes = "|".join(map(re.escape, faces))
    # A word may not swallow a face (":d" must not match the start of ":do"), nor a number a mark.
    return re.compile(rf"(?:{shapes})(?!\w)|[^\W_]+|[.,;:!?…\n-]")


def normal(text: str) -> str:
    """Composed (NFC) and without case; applied twice it is as applied once."""
    text = unicodedata.normalize("NFC", text).casefold()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_unmarked(spelled: str) -> bool:
    """Whether no letter of a `normal` text carries a mark, so that Vietnamese in it is plain."""
    return spelled.isascii() or _MARKED.search(spelled) is None


def syllables(spelled: str) -> list[str]:
    """Syllables, punctuation and emoticons of a `normal` text, in order."""
    found: list[str] = _pattern().findall(spelled)
    return found


def keys(spelled: str) -> list[str]:
    """The `syllables` as the tries know them: Hoà and Hòa have one key."""
    return list(map(_key, syllables(spelled)))


@functools.lru_cache(maxsize=16_384)  # a language has some thousand syllables, a text a hundred
def _key(syllable: str) -> str:
    if syllable.isascii():
        return syllable
    return spelling.same_name(syllable) or syllable  # what is shown as nothing has no name


@functools.cache
def _pattern() -> re.Pattern[str]:
    return _syllable_pattern(
        face for row in source()["function"]["emoticons"].values() for face in row
    )


def _faces() -> Iterator[str]:
    for faces in source()["function"]["emoticons"].values():
        yield from faces


@functools.cache
def source() -> dict[str, Any]:
    """The tables of `lexicon_vi.toml` as they stand there, read once."""
    return tomllib.loads(LEXICON.read_text(encoding="utf-8"))


def _entries(tables: dict[str, Any]) -> Iterator[tuple[str, Entry]]:
    for strengths in tables["polarity"].values():
        for strength, phrases in strengths.items():
            value = float(strength)
            entry = Entry(Kind.POLAR, value) if value else Entry(Kind.SKIP)
            for phrase in phrases:
                yield phrase, entry
    for name, entry in _FUNCTIONS.items():
        for phrase in tables["function"][name]:
            yield phrase, entry
    for strength, faces in tables["function"]["emoticons"].items():
        for face in faces:
            yield face, Entry(Kind.POLAR, float(strength))


def _plain(entries: dict[str, Entry], table: dict[str, list[str]]) -> dict[str, Entry]:
    """Entries as typed without marks; where two meanings meet, neither is believed."""
    safe = {*table["safe"], *_faces()}
    known: dict[str, Entry] = {}
    contested: set[str] = set()
    for phrase, entry in entries.items():
        typed = spelling.search_key(phrase)
        if typed.isalpha() and typed not in safe:  # a single syllable
            continue
        other = known.setdefault(typed, entry)
        if other.kind != entry.kind or other.value * entry.value < 0:
            contested.add(typed)
    kept = {phrase: entry for phrase, entry in known.items() if phrase not in contested}
    return kept | dict.fromkeys(table["neutral"], Entry(Kind.SKIP))


def _trie(entries: dict[str, Entry]) -> Trie:
    root: Trie = {}
    for phrase, entry in entries.items():
        node = root
        for key in keys(phrase):
            node = node.setdefault(key, {})
        node[ENTRY] = entry
    for mark, entry in _MARKS.items():
        root.setdefault(mark, {})[ENTRY] = entry
    return root


@functools.cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    entries: dict[str, Entry] = {}
    for phrase, entry in _entries(source()):
        entries.setdefault(normal(phrase), entry)
    return Lexicon(_trie(entries), _trie(_plain(entries, source()["plain"])), len(entries))
