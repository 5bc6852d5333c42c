"""What a Vietnamese text says by its words alone, before anything has been learned.

The longest phrase of the lexicon at each place is taken; negation turns it, intensity scales it,
what follows a contrast weighs more, and what is wished for is missing. One pass, no clock, no
state.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from feedback.texts import vietnamese_lexicon
from feedback.texts.vietnamese_lexicon import ENTRY, Entry, Kind, Trie

VERSION = 1  # of the rules and numbers below; part of what a stored tone says it was read by
NEGATION_WINDOW = 4  # syllables between a negation and what it turns
INTENSITY_WINDOW = 2  # syllables between "rất" and what it strengthens
TURNED_PRAISE = -0.9  # "không tốt" is nearly as bad as "tốt" is good
TURNED_BLAME = -0.4  # "không khó" is praise, but faint
BARE_NEGATION = -0.3  # "không phát tài liệu": something did not happen
WISH = -0.35  # a suggestion says that something is missing
WISHED_PRAISE = -0.5  # "cần rõ ràng hơn": it was not clear
BEFORE_CONTRAST = 0.4  # "…, nhưng": what came before is conceded
AFTER_CONTRAST = 1.3
CONCEDED = 0.5  # "tuy …"
NOWHERE = -1_000
# Characters read: by then a text has said how it feels, and a heap of combining marks made to
# keep the normalisation busy takes a tenth of a second.
LONGEST = 10_000
SOFTNESS = 1.0  # how fast the sum of hits nears -1 or 1


class Hit(NamedTuple):
    """The syllables from `start` to before `end` counted with this weight."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """`polarity` -1..1 by words alone; `hits` are the weighted phrases, in order.

    `spelled` is the text in one spelling, `keys` its syllables as the lexicon knows them.
    """

    polarity: float
    hits: tuple[Hit, ...]
    spelled: str
    keys: list[str]

    @property
    def subjectivity(self) -> float:
        """Share of what is said with feeling, 0..1: hits among syllables, three to a hit."""
        return min(1.0, 3 * len(self.hits) / len(self.keys)) if self.keys else 0.0

    @property
    def assessments(self) -> list[tuple[list[str], float]]:
        """Each phrase that counted and its weight, for whoever asks why."""
        shown = vietnamese_lexicon.syllables(self.spelled)
        return [(shown[hit.start : hit.end], hit.weight) for hit in self.hits]


def read(text: str) -> Reading:
    """Read the first `LONGEST` characters of a text as typed; without known words it is 0."""
    spelled = vietnamese_lexicon.normal(text[:LONGEST])
    words = vietnamese_lexicon.lexicon()
    trie = words.plain if vietnamese_lexicon.is_unmarked(spelled) else words.marked
    keys = vietnamese_lexicon.keys(spelled)
    scan = _Scan()
    scan.run(keys, trie)
    total = scan.total()
    return Reading(total / math.sqrt(total * total + SOFTNESS), tuple(scan.hits), spelled, keys)


class _Scan:
    """One pass over the syllables; the fields say what still reaches forward from here."""

    __slots__ = (
        "conceded", "contrast_at", "factor", "factor_at", "hits", "negated_at", "sentence_at",
        "turned", "wished",
    )  # fmt: skip

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.contrast_at = 0  # hits before this index were conceded
        self.negated_at = NOWHERE  # where the last negation of this clause ended
        self.turned = False  # whether it has turned something
        self.factor, self.factor_at = 1.0, NOWHERE
        self.wished = self.conceded = False
        self.sentence_at = 0

    def run(self, keys: list[str], trie: Trie) -> None:
        take = _TAKE
        at, count = 0, len(keys)
        while at < count:
            node = trie.get(keys[at])
            if node is None:
                at += 1
                continue
            after = end = at + 1
            entry: Entry | None = node.get(ENTRY)
            while after < count and (node := node.get(keys[after])) is not None:
                after += 1
                if ENTRY in node:
                    entry, end = node[ENTRY], after
            if entry is not None:
                take[entry[0]](self, entry[1], at, end)
            at = end
        self.stop(0, count, count)

    def polar(self, value: float, at: int, end: int) -> None:
        if at - self.factor_at <= INTENSITY_WINDOW:
            value *= self.factor
            self.factor_at = NOWHERE
        if at - self.negated_at <= NEGATION_WINDOW:
            value *= TURNED_PRAISE if value > 0 else TURNED_BLAME
            self.turned = True
        elif self.wished and value > 0:
            value *= WISHED_PRAISE
        if self.conceded:
            value *= CONCEDED
        self.hits.append(Hit(at, end, value))

    def negation(self, _value: float, at: int, end: int) -> None:
        self.end_negation(at)
        self.negated_at, self.turned = end, False

    def intensity(self, value: float, at: int, end: int) -> None:
        if self.hits and self.hits[-1].end == at:  # "tốt lắm", "chậm quá"
            said = self.hits[-1]
            self.hits[-1] = Hit(said.start, said.end, said.weight * value)
        self.factor, self.factor_at = value, end

    def contrast(self, _value: float, at: int, end: int) -> None:
        self.stop(0, at, end)
        self.contrast_at, self.wished = len(self.hits), False

    def concession(self, _value: float, at: int, end: int) -> None:
        self.conceded = True

    def wish(self, _value: float, at: int, end: int) -> None:
        if at - self.negated_at <= 1:  # "không cần", "chưa muốn": nothing is asked for
            return
        if not self.wished:
            self.hits.append(Hit(at, end, WISH))
        self.wished = True

    def request(self, value: float, at: int, end: int) -> None:
        if at == self.sentence_at:
            self.wish(0, at, end)
        else:
            self.polar(value, at, end)

    def skip(self, _value: float, at: int, end: int) -> None:
        """Known, and known to say nothing."""

    def stop(self, _value: float, at: int, end: int) -> None:
        self.end_negation(at)
        self.conceded = False

    def end(self, _value: float, at: int, end: int) -> None:
        self.stop(0, at, end)
        self.wished, self.sentence_at = False, end

    def end_negation(self, at: int) -> None:
        """A negation that turned nothing negates what happened; "Không." alone negates nothing."""
        if NOWHERE != self.negated_at < at and not self.turned:
            self.hits.append(Hit(self.negated_at - 1, self.negated_at, BARE_NEGATION))
        self.negated_at = NOWHERE

    def total(self) -> float:
        weights = [hit.weight for hit in self.hits]
        if not self.contrast_at:
            return math.fsum(weights)
        before, after = weights[: self.contrast_at], weights[self.contrast_at :]
        return BEFORE_CONTRAST * math.fsum(before) + AFTER_CONTRAST * math.fsum(after)


_TAKE: dict[Kind, Callable[[_Scan, float, int, int], None]] = {
    Kind.POLAR: _Scan.polar,
    Kind.NEGATION: _Scan.negation,
    Kind.INTENSITY: _Scan.intensity,
    Kind.CONTRAST: _Scan.contrast,
    Kind.CONCESSION: _Scan.concession,
    Kind.WISH: _Scan.wish,
    Kind.REQUEST: _Scan.request,
    Kind.SKIP: _Scan.skip,
    Kind.STOP: _Scan.stop,
    Kind.END: _Scan.end,
}
