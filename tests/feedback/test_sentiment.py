"""The tone of a comment in either language, and our analyzer inside TextBlob."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textblob import Blobber
from textblob.base import CONTINUOUS

from benchmarks import sentiment_quality
from feedback.texts import sentiment, vietnamese
from feedback.texts.learned_tone import Learned, Learner

needs_students = pytest.mark.skipif(
    not sentiment_quality.available(),
    reason="the labelled Vietnamese texts (../shared/data/vn_text/uit_vsfc) are not here",
)


@pytest.fixture(scope="module")
def learned() -> Learned:
    praise = [(f"hồ sơ xoài số {n}", 5) for n in range(20)]
    blame = [(f"hồ sơ mít số {n}", 1) for n in range(20)]
    return Learner(floor=10).fit(praise + blame)


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("Cán bộ rất nhiệt tình", "vi", "positive"),
        ("Chờ lâu, thái độ khó chịu", "vi", "negative"),
        ("Tôi nộp hồ sơ hôm qua", "vi", "neutral"),
        ("The officer was very helpful and kind, a great service", "en", "positive"),
        ("The worst service, terrible and rude", "en", "negative"),
        ("I came on Monday", "en", "neutral"),
        ("", "vi", "neutral"),
        ("", "en", "neutral"),
    ],
)
def test_a_comment_has_a_tone(text: str, language: str, label: str) -> None:
    assert sentiment.read_tone(text, language).label == label


@pytest.mark.parametrize("step", [-1, 1])
def test_a_tone_is_called_clear_from_its_limit_on(step: int) -> None:
    at, below = sentiment.CLEAR * step, (sentiment.CLEAR - 1) * step
    assert sentiment._label(at) == {-1: "negative", 1: "positive"}[step]
    assert sentiment._label(below) == "neutral"


@pytest.mark.parametrize(
    ("text", "declared", "shown"),
    [
        ("The staff were rude and it was slow", "vi", "en"),
        ("The clerk at Lê Lợi street was helpful and the process is clear", "vi", "en"),
        ("Cán bộ phường rất nhiệt tình", "en", "vi"),
        ("can bo phuong rat nhiet tinh", "en", "vi"),
        ("A café", "en", "en"),
        ("tot", "en", "en"),
        ("ok", "vi", "vi"),
        ("12345 !", "en", "en"),
        ("", "vi", "vi"),
    ],
)
def test_a_text_evidently_in_the_other_language_is_read_as_that(
    text: str, declared: str, shown: str
) -> None:
    assert sentiment.language_of(text, declared) == shown
    assert sentiment.read_tone(text, declared).version.startswith(shown)


def test_the_version_says_what_read_the_text(learned: Learned) -> None:
    cold, taught = (sentiment.read_tone("xoài", "vi", by) for by in (None, learned))
    assert taught.version == f"{cold.version}+{learned.version}"
    assert (cold.label, taught.label) == ("neutral", "positive")
    assert sentiment.read_tone("good", "en", learned).version.startswith("en-textblob-")


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    for text, language in (("The office is bad. ", "en"), ("Chậm quá. ", "vi"), ("((((", "en")):
        long = text * (65_536 // len(text))
        assert sentiment.read_tone(long, language) == sentiment.read_tone(long[:10_000], language)


@given(st.text(max_size=200), st.sampled_from(["vi", "en"]))
@settings(max_examples=50, deadline=None)
def test_any_text_has_a_tone_within_the_scale(text: str, language: str) -> None:
    tone = sentiment.read_tone(text, language)
    assert -1000 <= tone.polarity <= 1000
    assert isinstance(tone.polarity, int)
    assert tone == sentiment.read_tone(text, language)


def test_the_analyzer_has_the_interface_of_textblob() -> None:
    tone = Blobber(
        analyzer=vietnamese.VietnameseAnalyzer(), tokenizer=vietnamese.VietnameseTokenizer()
    )
    assert vietnamese.VietnameseAnalyzer.kind == CONTINUOUS
    blob = tone(unicodedata.normalize("NFD", "Thái độ hoà nhã, rất TỐT!"))
    polarity, subjectivity = blob.sentiment
    assert polarity > 0.5
    assert 0 < subjectivity <= 1
    assert blob.sentiment_assessments.assessments[0][0] == ["hoà", "nhã"]
    unpunctuated = vietnamese.VietnameseTokenizer().tokenize("Nhanh, gọn.", include_punc=False)
    assert unpunctuated == ["nhanh", "gọn"]
    assert list(blob.tokens) == ["thái", "độ", "hoà", "nhã", ",", "rất", "tốt", "!"]


def test_importing_the_module_does_not_import_textblob_or_the_web() -> None:
    asked = (
        "import sys, feedback.texts.sentiment;"
        " print({'textblob', 'fastapi', 'web'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "set()"


def test_english_comments_about_offices_are_read_well_enough_for_triage() -> None:
    assert len(sentiment_quality.english()) >= 60
    assert sentiment_quality.f1_of(sentiment_quality.english(), "en") >= 0.85


@needs_students
def test_vietnamese_is_read_well_before_and_better_after_learning() -> None:
    dev = sentiment_quality.students(sentiment_quality.DEV)
    cold = sentiment_quality.f1_of(dev, "vi")
    learned = sentiment_quality.learn(sentiment_quality.students(sentiment_quality.TRAIN))
    assert cold >= 0.75
    assert sentiment_quality.f1_of(dev, "vi", learned) >= max(0.88, cold)


@pytest.mark.parametrize(
    ("truth", "said", "score"),
    [
        ([1, -1], [0.2, -0.9], 1.0),
        ([1, -1], [-0.2, 0.9], 0.0),
        ([1, -1], [0, 0], 0.0),  # neither is a miss of both
        ([1, 1, -1, -1], [1, 1, 1, -1], pytest.approx((0.8 + 2 / 3) / 2)),
    ],
)
def test_macro_f1_is_the_mean_over_both_sides(
    truth: list[int], said: list[float], score: float
) -> None:
    assert sentiment_quality.macro_f1(truth, said) == score
