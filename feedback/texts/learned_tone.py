"""Learns the tone of comments from the instance's own rated comments.

A resident who gives 1 or 2 stars and writes why has labelled the comment; so has one who gives 4
or 5. Three stars say neither and are left out. The features are syllables and pairs of syllables
weighted by their log-count ratio (Wang and Manning 2012, "Baselines and Bigrams"), and the polarity
the lexicon reads; a logistic regression weighs them. Both sides count alike however rare one is.

What is learned is small and tells on nobody: a pair of syllables stays only when at least
`AT_LEAST` comments contain it, digits never, so that no name or number of one person remains.
The same comments give the same bytes, in whatever order they come.
"""

import functools
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from feedback.errors import NotLearned, TooFewComments
from feedback.texts import vietnamese_rules
from feedback.texts.vietnamese_rules import Reading

FLOOR = 200  # comments of each side: from here on clearly better than the lexicon alone
AT_LEAST = 5  # comments that must share a feature
TRUST = 2.5  # log-odds for the lexicon at its surest, until comments say otherwise
NEGATIVE, POSITIVE = (1, 2), (4, 5)  # stars
FORMAT = "learned-tone/1"

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Learned:
    """What was learned, in whole thousandths of log-odds: stored and read back it is the same."""

    weights: Mapping[str, int]
    by_words: int  # weight of the lexicon's polarity
    bias: int
    negative: int  # comments learned from
    positive: int

    def polarity(self, reading: Reading) -> float:
        """-1..1: how much more probable praise is than blame."""
        # As `features`, but what they leave out has no weight here: no need to look at letters.
        grams = {*reading.keys, *map(" ".join, pairwise(reading.keys))}
        score = self.bias + self.by_words * reading.polarity
        score += sum(self.weights[gram] for gram in self.weights.keys() & grams)
        return math.tanh(score / 2000)

    def to_json(self) -> str:
        """One line, sorted, without blanks: the digest of it is the version."""
        return json.dumps(
            {
                "bias": self.bias,
                "by_words": self.by_words,
                "format": FORMAT,
                "negative": self.negative,
                "positive": self.positive,
                "weights": dict(self.weights),
            },
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> "Learned":
        """The inverse of `to_json`; anything else, however near, is `NotLearned`."""
        try:
            found = json.loads(text)
        except ValueError:
            raise NotLearned("not_json") from None
        if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
            raise NotLearned("other_format")
        weights = found.get("weights")
        names = {"weights", "by_words", "bias", "negative", "positive"}
        if found.keys() != names or not isinstance(weights, dict):
            raise NotLearned("other_fields")
        numbers = [value for name, value in found.items() if name != "weights"]
        if not all(type(value) is int for value in (*numbers, *weights.values())):
            raise NotLearned("not_whole")
        return cls(**found)

    @functools.cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits of the SHA-256 of `to_json`."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:12]


def features(keys: Sequence[str]) -> set[str]:
    """Syllables and neighbouring pairs, each once; what is not letters separates."""
    grams = {key for key in keys if key.isalpha()}
    grams.update(f"{a} {b}" for a, b in pairwise(keys) if a.isalpha() and b.isalpha())
    return grams


@dataclass(frozen=True, slots=True)
class Learner:
    """How to learn; the defaults are those measured in `benchmarks/sentiment_quality.py`."""

    floor: int = FLOOR
    at_least: int = AT_LEAST
    smoothing: float = 1.0  # added to every count
    ridge: float = 4.0  # penalty on squared weights, against all comments together
    rounds: int = 150

    def fit(self, comments: Iterable[tuple[str, int]]) -> Learned:
        """Learn from (comment, stars 1..5); fewer than `floor` of a side is `TooFewComments`."""
        rated = sorted((text, stars) for text, stars in comments if stars in NEGATIVE + POSITIVE)
        praises = np.array([stars in POSITIVE for _, stars in rated], dtype=bool)
        positive = int(praises.sum())
        negative = len(rated) - positive
        if min(positive, negative) < max(1, self.floor):
            raise TooFewComments(negative, positive, self.floor)
        readings = [vietnamese_rules.read(text) for text, _ in rated]
        table = _Table.of([features(reading.keys) for reading in readings], self.at_least)
        words = np.array([reading.polarity for reading in readings])
        ratios = table.log_count_ratios(praises, self.smoothing)
        weights, by_words, bias = self._descend(table, ratios, words, praises)
        kept = zip(table.names, map(_thousandths, (weights * ratios).tolist()), strict=True)
        return Learned(
            weights={name: weight for name, weight in kept if weight},
            by_words=_thousandths(by_words),
            bias=_thousandths(bias),
            negative=negative,
            positive=positive,
        )

    def _descend(
        self, table: "_Table", ratios: Floats, words: Floats, praises: NDArray[np.bool_]
    ) -> tuple[Floats, float, float]:
        """Logistic regression by Adam over all comments at once: no chance, no order."""
        width = len(ratios)
        sides = np.where(praises, 1.0, -1.0)
        counts = np.where(praises, praises.sum(), (~praises).sum())
        share = 0.5 / counts  # both sides weigh one half
        believed = np.zeros(width + 2)
        believed[width] = TRUST
        at = believed.copy()
        first, second = np.zeros_like(at), np.zeros_like(at)
        for step in range(1, self.rounds + 1):
            scores = table.sums(at[:width] * ratios) + at[width] * words + at[width + 1]
            pull = -share * sides / (1 + np.exp(sides * scores))
            slope = self.ridge / table.height * (at - believed)
            slope[:width] += ratios * table.by_feature(pull)
            slope[width] += pull @ words
            slope[width + 1] = pull.sum()
            first = 0.9 * first + 0.1 * slope
            second = 0.99 * second + 0.01 * slope**2
            rate = 0.05 * math.sqrt(1 - 0.99**step) / (1 - 0.9**step)
            at -= rate * first / (np.sqrt(second) + 1e-8)
        return at[:width], float(at[width]), float(at[width + 1])


@dataclass(frozen=True, slots=True)
class _Table:
    """Which comment has which feature, as two parallel arrays."""

    names: list[str]
    comments: Integers
    entries: Integers
    height: int

    @classmethod
    def of(cls, rows: Sequence[set[str]], at_least: int) -> "_Table":
        shared = Counter(gram for row in rows for gram in row)
        names = sorted(gram for gram, count in shared.items() if count >= at_least)
        place = {name: index for index, name in enumerate(names)}
        pairs = np.array(list(_pairs(rows, place)), dtype=np.int64).reshape(-1, 2)
        return cls(names, pairs[:, 0], pairs[:, 1], len(rows))

    def sums(self, weights: Floats) -> Floats:
        taken = weights[self.entries]
        return np.bincount(self.comments, taken, minlength=self.height).astype(np.float64)

    def by_feature(self, values: Floats) -> Floats:
        taken = values[self.comments]
        return np.bincount(self.entries, taken, minlength=len(self.names)).astype(np.float64)

    def log_count_ratios(self, praises: NDArray[np.bool_], smoothing: float) -> Floats:
        praise = smoothing + self.by_feature(praises.astype(float))
        blame = smoothing + self.by_feature((~praises).astype(float))
        ratios: Floats = np.log(praise / praise.sum()) - np.log(blame / blame.sum())
        return ratios


def _pairs(rows: Sequence[set[str]], place: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    for index, row in enumerate(rows):
        for entry in sorted(place[gram] for gram in row if gram in place):
            yield index, entry


def _thousandths(value: float) -> int:
    return round(value * 1000)
