"""What a comment is about, coarsely: to say why people were dissatisfied, never for rank.

A table of phrases in both languages (`topics.toml`), no learning. A comment may be about several
things or about none that the table knows; it is a hint for whoever reads, not a count of facts.
"""

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from feedback.texts import vietnamese_lexicon
from sla import spelling

TABLE = Path(__file__).with_name("topics.toml")
LONGEST = 10_000  # characters read


class Topic(StrEnum):
    """In the order of the table; names for people are in the catalogues."""

    WAITING = "waiting"
    ATTITUDE = "attitude"
    PROCEDURE = "procedure"
    UNOFFICIAL_PAYMENT = "unofficial_payment"
    FEES = "fees"
    NO_ANSWER = "no_answer"
    WRONG_RESULT = "wrong_result"
    SYSTEMS = "systems"
    FACILITIES = "facilities"
    ENVIRONMENT = "environment"
    ROADS = "roads"
    FLOODING = "flooding"
    UTILITIES = "utilities"
    NOISE = "noise"
    SAFETY = "safety"


def topics_of(text: str) -> tuple[Topic, ...]:
    """The topics of a text, the most often touched first, ties in the order of `Topic`.

    Vietnamese (also typed without marks) and English alike; only the first `LONGEST` characters.
    """
    finder = _finder()
    found = finder.pattern.findall(_spelled(text[:LONGEST]))
    touched = Counter(finder.topics[phrase] for phrase in found)
    order = list(Topic)
    return tuple(sorted(touched, key=lambda topic: (-touched[topic], order.index(topic))))


def reasons(comments: Iterable[str]) -> list[tuple[Topic, int]]:
    """How many of the comments touch each topic, most first; untouched topics are left out."""
    touching = Counter(topic for comment in comments for topic in topics_of(comment))
    order = list(Topic)
    return sorted(touching.items(), key=lambda item: (-item[1], order.index(item[0])))


class _Finder(NamedTuple):
    pattern: re.Pattern[str]
    topics: dict[str, Topic]


@functools.cache
def _finder() -> _Finder:
    topics: dict[str, Topic] = {}
    for name, row in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        for phrase in (*row["en"], *map(_spelled, row["vi"]), *_plain(row["vi"])):
            topics.setdefault(phrase, Topic(name))
    longest_first = sorted(topics, key=lambda phrase: (-len(phrase), phrase))
    return _Finder(re.compile(rf"\b(?:{'|'.join(longest_first)})\b"), topics)


def _spelled(text: str) -> str:
    return " ".join(vietnamese_lexicon.keys(vietnamese_lexicon.normal(text)))


def _plain(phrases: Iterable[str]) -> list[str]:
    """As typed without marks; a single syllable alone would be too ambiguous."""
    return [typed for typed in map(spelling.search_key, phrases) if " " in typed]
