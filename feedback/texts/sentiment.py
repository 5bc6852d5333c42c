"""The tone of a comment, to decide what to read first; never for rank.

Nothing counted or published depends on it: a tone is a guess about words, a rating is what the
resident said. English is read by TextBlob as it comes, Vietnamese by our analyzer plugged into
it. No network, no corpora, no clock; the same text and the same `learned` give the same tone.
"""

import functools
import hashlib
import re
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Literal, TypeAlias

from feedback.texts import vietnamese_lexicon, vietnamese_rules

if TYPE_CHECKING:
    from textblob import Blobber

    from feedback.texts.learned_tone import Learned

Label: TypeAlias = Literal["negative", "neutral", "positive"]

CLEAR = 100  # thousandths of polarity below which a text is called neutral


@dataclass(frozen=True, slots=True)
class Tone:
    """`polarity` in thousandths, -1000..1000; `version` names what read it, lexicon or learned."""

    polarity: int
    label: Label
    version: str


def read_tone(text: str, language: str, learned: "Learned | None" = None) -> Tone:
    """Read a text said to be in `language` ("vi" or "en").

    A text evidently in the other of the two is read as that. Only the first
    `vietnamese_rules.LONGEST` characters count. An empty text is neutral, 0.
    """
    text = text[: vietnamese_rules.LONGEST]
    if language_of(text, language) == "vi":
        blobber, version = _vietnamese(learned), _vietnamese_version(learned)
    else:
        blobber, version = _english(), _english_version()
    # Not `.polarity`: TextBlob answers that by the English analyzer whatever was plugged in.
    polarity = round(1000 * blobber(text).sentiment.polarity)
    return Tone(polarity, _label(polarity), version)


def language_of(text: str, declared: str) -> str:
    """The language, "vi" or "en", shown by letters or commonest words; else `declared`."""
    spelled = vietnamese_lexicon.normal(text)
    words = _WORD.findall(spelled)
    marked = sum(1 for word in words if _ONLY_VIETNAMESE.search(word))
    if marked * 8 >= len(words) > 0:  # one name of a street does not make a text Vietnamese
        return "vi"
    english = sum(map(_commonest("english").__contains__, words))
    plain = sum(map(_commonest("vietnamese").__contains__, words))
    if english >= 2 and english > 2 * plain:
        return "en"
    if plain >= 2 and plain > 2 * english:
        return "vi"
    return declared


def _label(polarity: int) -> Label:
    if polarity <= -CLEAR:
        return "negative"
    return "positive" if polarity >= CLEAR else "neutral"


# TextBlob takes a noticeable part of a second to import: only who reads tones pays.


@functools.cache
def _english() -> "Blobber":
    from textblob import Blobber  # noqa: PLC0415 - slow to import, see above

    return Blobber()


def _vietnamese(learned: "Learned | None") -> "Blobber":
    from textblob import Blobber  # noqa: PLC0415 - slow to import, see above

    from feedback.texts import vietnamese  # noqa: PLC0415 - imports TextBlob

    return Blobber(
        analyzer=vietnamese.VietnameseAnalyzer(learned),
        tokenizer=vietnamese.VietnameseTokenizer(),
    )


@functools.cache
def _english_version() -> str:
    return f"en-textblob-{metadata.version('textblob')}"


def _vietnamese_version(learned: "Learned | None") -> str:
    return _lexicon_version() if learned is None else f"{_lexicon_version()}+{learned.version}"


@functools.cache
def _lexicon_version() -> str:
    words = hashlib.sha256(vietnamese_lexicon.LEXICON.read_bytes()).hexdigest()[:12]
    return f"vi-{vietnamese_rules.VERSION}-{words}"


_WORD = re.compile(r"[^\W\d_]+")
# Letters no word of English has, not even a borrowed one: café and naïve are left alone.
_ONLY_VIETNAMESE = re.compile("[ăđĩũơưạ-ỹ]")


@functools.cache
def _commonest(language: Literal["english", "vietnamese"]) -> frozenset[str]:
    return frozenset(vietnamese_lexicon.source()["language"][language])
