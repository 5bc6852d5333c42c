"""What is learned from rated comments: `feedback.texts.learned_tone`."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback import errors
from feedback.texts import learned_tone, vietnamese_rules
from feedback.texts.learned_tone import Learned, Learner

# "xoài" and "mít" are in no lexicon: only rated comments can say which of them is praise.
PRAISE = [(f"hồ sơ xoài số {n}", 5 - n % 2) for n in range(30)]
BLAME = [(f"hồ sơ mít số {n}", 1 + n % 2) for n in range(30)]
SMALL = Learner(floor=10)


def polarity(learned: Learned, text: str) -> float:
    return learned.polarity(vietnamese_rules.read(text))


@pytest.fixture(scope="module")
def learned() -> Learned:
    return SMALL.fit(PRAISE + BLAME)


def test_an_office_learns_words_nobody_could_foresee(learned: Learned) -> None:
    assert polarity(learned, "xoài") > 0.1
    assert polarity(learned, "mít") < -0.1


def test_what_was_never_seen_is_still_read_by_the_lexicon(learned: Learned) -> None:
    comments = [("rất nhiệt tình", 5), ("quá chậm", 1)] * 20
    taught = SMALL.fit(PRAISE + BLAME + comments)
    assert polarity(taught, "niềm nở, chu đáo") > 0.1
    assert polarity(taught, "hách dịch") < -0.1


def test_three_stars_say_neither(learned: Learned) -> None:
    assert SMALL.fit([*PRAISE, *BLAME, *[("xoài xoài", 3)] * 50]) == learned


def test_too_few_comments_of_one_side_are_refused_with_their_numbers() -> None:
    with pytest.raises(errors.TooFewComments) as refused:
        SMALL.fit(PRAISE + BLAME[:9])
    assert (refused.value.negative, refused.value.positive, refused.value.floor) == (9, 30, 10)
    with pytest.raises(errors.TooFewComments):
        Learner(floor=0).fit([])


def test_exactly_the_floor_is_enough() -> None:
    assert SMALL.fit(PRAISE + BLAME[:10]).negative == 10


def test_no_name_and_no_number_of_one_person_is_kept() -> None:
    private = ("Nguyễn Thị Hoa gọi 0912345678 xoài", 5)
    weights = SMALL.fit([*PRAISE, *BLAME, *[private] * (learned_tone.AT_LEAST - 1)]).weights
    assert not {"hoa", "nguyễn", "thị hoa", "0912345678"} & set(weights)
    assert all(name.replace(" ", "").isalpha() for name in weights)


def test_a_rare_side_weighs_as_much_as_a_frequent_one() -> None:
    learned = SMALL.fit(PRAISE * 20 + BLAME)
    assert polarity(learned, "hồ sơ mít") < -0.1


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_comments_leaves_the_same_bytes(chance: random.Random) -> None:
    comments = PRAISE + BLAME
    shuffled = chance.sample(comments, len(comments))
    assert SMALL.fit(shuffled).to_json() == SMALL.fit(comments).to_json()


def test_what_was_learned_comes_back_from_its_json(learned: Learned) -> None:
    again = Learned.from_json(learned.to_json())
    assert again == learned
    assert again.version == learned.version
    assert len(learned.version) == 12
    assert SMALL.fit(PRAISE + BLAME[:20]).version != learned.version


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "other"}, "other_format"),
        ({"more": 1}, "other_fields"),
        ({"weights": []}, "other_fields"),
        ({"weights": {"a": 0.5}}, "not_whole"),
        ({"bias": True}, "not_whole"),
    ],
)
def test_json_of_another_kind_is_refused(
    learned: Learned, change: dict[str, object], reason: str
) -> None:
    with pytest.raises(errors.NotLearned) as refused:
        Learned.from_json(json.dumps(json.loads(learned.to_json()) | change))
    assert refused.value.reason == reason


@pytest.mark.parametrize(("text", "reason"), [("", "not_json"), ("[]", "other_format")])
def test_what_is_not_such_json_is_refused(text: str, reason: str) -> None:
    with pytest.raises(errors.NotLearned) as refused:
        Learned.from_json(text)
    assert refused.value.reason == reason
