"""What a comment is about: `feedback.texts.topics`."""

import tomllib
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.texts import topics
from feedback.texts.topics import Topic


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Chờ lâu quá, xếp hàng cả buổi", [Topic.WAITING]),
        ("Cán bộ quát mắng, thái độ hách dịch", [Topic.ATTITUDE]),
        ("Thủ tục rườm rà, phải đi lại nhiều lần", [Topic.PROCEDURE]),
        ("Bị gợi ý phong bì", [Topic.UNOFFICIAL_PAYMENT]),
        ("Dữ liệu không đồng bộ, hệ thống báo lỗi", [Topic.SYSTEMS]),
        ("Rác thải bốc mùi", [Topic.ENVIRONMENT]),
        ("Mặt đường đầy ổ gà", [Topic.ROADS]),
        ("Karaoke ồn ào suốt đêm", [Topic.NOISE]),
        ("Hẻm ngập nước khi triều cường", [Topic.FLOODING, Topic.ROADS]),
        ("Gọi hoài không nghe máy", [Topic.NO_ANSWER]),
        ("Giấy khai sinh ghi sai tên", [Topic.WRONG_RESULT]),
        ("Cúp nước ba ngày", [Topic.UTILITIES]),
        ("thai do hach dich", [Topic.ATTITUDE]),
        ("they asked for tea money", [Topic.UNOFFICIAL_PAYMENT]),
        ("The clerk was rude and I waited", [Topic.WAITING, Topic.ATTITUDE]),
        ("The website crashed. The system lost data. Slow!", [Topic.SYSTEMS, Topic.WAITING]),
        ("Tôi hài lòng", []),
        ("", []),
    ],
)
def test_a_comment_shows_what_it_is_about(text: str, about: list[Topic]) -> None:
    assert list(topics.topics_of(text)) == about


def test_part_of_a_word_is_not_the_word() -> None:
    assert topics.topics_of("plate, await, formal, chuộtt") == ()


def test_every_topic_has_words_in_both_languages() -> None:
    table = tomllib.loads(topics.TABLE.read_text(encoding="utf-8"))
    assert list(table) == [topic.value for topic in Topic]
    assert all(row["vi"] and row["en"] for row in table.values())


def test_reasons_count_comments_not_words() -> None:
    comments = ["Chờ lâu, chờ mãi", "Phải đợi", "Karaoke", "Tôi hài lòng"]
    assert topics.reasons(comments) == [(Topic.WAITING, 2), (Topic.NOISE, 1)]
    assert topics.reasons([]) == []


@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_any_text_has_each_topic_once_in_any_unicode_form(text: str) -> None:
    found = topics.topics_of(text)
    assert len(set(found)) == len(found)
    assert topics.topics_of(unicodedata.normalize("NFD", text)) == found
