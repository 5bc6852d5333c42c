"""Finding an office or a procedure by what people type: without marks, shortened, misspelt.

Every word must be found: as a word, as the beginning or a part of one, by the first letters of
words that follow one another (hk: hộ khẩu), or with one letter wrong. What people say and offices
call otherwise is in `everyday.toml`.
"""

import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from typing import TypeVar

from sla import spelling

T = TypeVar("T")

TYPO_AT_LEAST = 4  # letters of a word in which one may be wrong
WORDS_AT_MOST = 12
SAID_OTHERWISE = 5  # what a find costs that was asked for in other words


@cache
def _everyday() -> dict[str, list[str]]:
    text = (resources.files("feedback") / "everyday.toml").read_text("utf-8")
    words: dict[str, list[str]] = tomllib.loads(text)["words"]
    return words


def best(
    query: str, things: Iterable[T], key: Callable[[T], str], *, loose: bool | None = None
) -> list[T]:
    """The things whose key (a search key) has every word of the query, best first.

    First letters and misspelt words count only where nothing has the words themselves, or by
    `loose`. Everything, in its order, for an empty query. `NotText` for what is no text.
    """
    if loose is None:
        known = list(things)
        return best(query, known, key, loose=False) or best(query, known, key, loose=True)
    phrases = _phrases(spelling.search_key(query))
    if not phrases:
        return list(things)
    found = []
    for place, thing in enumerate(things):
        costs = [
            cost + extra
            for words, extra in phrases
            if (cost := cost_of(words, key(thing), loose=loose)) is not None
        ]
        if costs:
            found.append((min(costs), place, thing))
    found.sort(key=lambda one: one[:2])
    return [thing for _, _, thing in found]


def _phrases(asked: str) -> list[tuple[list[str], int]]:
    words = _words(asked)[:WORDS_AT_MOST]
    if not words:
        return []
    said = " ".join(words)
    phrases = [(words, 0)]
    for everyday, official in _everyday().items():
        if f" {everyday} " in f" {said} ":
            phrases += [
                (f" {said} ".replace(f" {everyday} ", f" {other} ").split(), SAID_OTHERWISE)
                for other in official
                if other != everyday
            ]
    return phrases


def cost_of(words: list[str], key: str, *, loose: bool = True) -> int | None:
    """How far the words are from a key; 0 is the nearest, None is not found."""
    there = _words(key)
    initials = "".join(word[0] for word in there)
    costs = [_cost(word, there, key, initials if loose else "") for word in words]
    if None in costs:
        return None
    together = 0 if " ".join(words) in " ".join(there) else 1
    return together + 2 * sum(cost for cost in costs if cost is not None)


def _cost(word: str, there: list[str], key: str, initials: str) -> int | None:
    if word in there:
        return 0
    if any(one.startswith(word) for one in there):
        return 1
    if len(word) > 1 and word in initials:
        return 2
    if len(word) > 1 and word in key:
        return 3
    if initials and len(word) >= TYPO_AT_LEAST and any(is_one_off(word, one) for one in there):
        return 4
    return None


def _words(key: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in key).split()


def is_one_off(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) != len(b):
        return (a[1:] == b) if len(a) > len(b) else (a == b[1:])
    return a[1:] == b[1:] or (a[:2] == b[1::-1] and len(a) > 1 and a[2:] == b[2:])
