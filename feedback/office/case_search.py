"""What somebody types into the search of cases, as questions to the index of their words.

Each word is found with and without its marks; the last one as a beginning, for it may not be
finished. Words in quotes, and what hangs together by a dash or a slash, follow one another.
"""

import re
import unicodedata
from dataclasses import dataclass

from sla import spelling

LONGEST = 200
WORDS_AT_MOST = 20

_PIECE = re.compile(r'["“”]([^"“”]*)(?:["“”]|\Z)|([^\s"“”]+)')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sought:
    """`folded` finds words whatever their marks; `exact` only as typed, None if without marks."""

    folded: "Question"
    exact: "Question | None"


@dataclass(frozen=True, slots=True)
class Question:
    """What a case must have, in the language of PostgreSQL's `tsquery`.

    `whole` is the same without the word that is only begun, where there are others: an index finds
    a word at once, and a beginning by all the words that have it.
    """

    asked: str
    whole: str | None

    def but_not(self, other: "Question") -> "Question":
        """What fits this and not the other."""
        return Question(f"({self.asked}) & !({other.asked})", self.whole)


def sought(typed: str) -> Sought | None:
    """What to look for; None when nothing that was typed is a word.

    Raises `NotText` for what no database stores.
    """
    line = spelling.one_line(typed)[:LONGEST].lower()
    pieces = list(_pieces(line))[:WORDS_AT_MOST]
    if not pieces:
        return None
    folded = _question([([spelling.search_key(w) for w in words], b) for words, b in pieces])
    exact = _question(pieces)
    return Sought(folded, exact if exact != folded else None)


def _pieces(line: str) -> list[tuple[list[str], bool]]:
    """Runs of words that follow one another, and whether the last word is only a beginning."""
    found: list[tuple[list[str], bool]] = []
    for match in _PIECE.finditer(line):
        quoted, bare = match.groups()
        words = _WORD.findall(unicodedata.normalize("NFC", bare or quoted or ""))
        if words:
            found.append((words, bool(bare) and match.end() == len(line)))
    return found


def _question(pieces: list[tuple[list[str], bool]]) -> Question:
    whole = _joined([(words, is_begun) for words, is_begun in pieces if not is_begun])
    asked = _joined(pieces)
    return Question(asked, whole if whole not in {"", asked} else None)


def _joined(pieces: list[tuple[list[str], bool]]) -> str:
    return " & ".join(
        " <-> ".join(f"'{word}'" for word in words) + (":*" if is_begun else "")
        for words, is_begun in pieces
    )
