"""Vietnamese for TextBlob: an analyzer and a tokenizer to plug into a `Blobber`.

TextBlob's own analyzer reads every Vietnamese text as 0. Ours reads it by the words of
`lexicon_vi.toml`, and by what was learned from the instance's rated comments once there are
enough of them (`feedback.texts.learned_tone`).

    tone = Blobber(analyzer=VietnameseAnalyzer(), tokenizer=VietnameseTokenizer())
    tone("Cán bộ rất nhiệt tình").sentiment.polarity

Importing this module imports TextBlob, which takes a noticeable part of a second.
"""

from typing import NamedTuple

from textblob.base import CONTINUOUS, BaseSentimentAnalyzer, BaseTokenizer

from feedback.texts import vietnamese_lexicon, vietnamese_rules
from feedback.texts.learned_tone import Learned


class Sentiment(NamedTuple):
    """What TextBlob's PatternAnalyzer returns: polarity -1..1, subjectivity 0..1."""

    polarity: float
    subjectivity: float


class AssessedSentiment(NamedTuple):
    """As `Sentiment`, with the phrases that counted: (syllables, weight)."""

    polarity: float
    subjectivity: float
    assessments: list[tuple[list[str], float]]


class VietnameseAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc]  # TextBlob is untyped
    """Reads by words alone, or with what was `learned`. Nothing is loaded, nothing is kept."""

    kind = CONTINUOUS

    def __init__(self, learned: Learned | None = None) -> None:
        self._trained = True  # the base class trains lazily: there is nothing to train
        self.learned = learned

    def analyze(self, text: str, keep_assessments: bool = False) -> Sentiment | AssessedSentiment:
        reading = vietnamese_rules.read(text)
        polarity = reading.polarity if self.learned is None else self.learned.polarity(reading)
        if keep_assessments:
            return AssessedSentiment(polarity, reading.subjectivity, reading.assessments)
        return Sentiment(polarity, reading.subjectivity)


class VietnameseTokenizer(BaseTokenizer):  # type: ignore[misc]  # TextBlob is untyped
    """Syllables, composed and in lower case, not words: Vietnamese writes the parts of a word
    apart, and the lexicon knows the words.
    """

    def tokenize(self, text: str, include_punc: bool = True) -> list[str]:
        found = vietnamese_lexicon.syllables(vietnamese_lexicon.normal(text))
        return found if include_punc else [token for token in found if token.isalnum()]
