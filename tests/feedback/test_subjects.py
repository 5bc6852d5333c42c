"""What a case is called whose resident wrote no subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import subjects
from feedback.subjects import AT_MOST
from sla import spelling


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Rác ba ngày không thu. Xin xử lý.", "Rác ba ngày không thu"),
        ("Đèn hỏng\nba ngày nay", "Đèn hỏng"),
        ("Ở P. 5 rác nhiều lắm. Xin thu.", "Ở P. 5 rác nhiều lắm"),
        ("Sao lâu thế này?! Tôi chờ mãi.", "Sao lâu thế này"),
        ("  \u200b", ""),
        ("\0", ""),
        ("", ""),
        ("từ " * 60, "từ " * 25 + "từ…"),
        ("a" * 500, "a" * 79 + "…"),
    ],
)
def test_a_subject_is_the_beginning_of_the_text(text: str, subject: str) -> None:
    assert subjects.of(text) == subject


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=400))
def test_a_subject_is_short_and_there_is_one_where_there_is_text(text: str) -> None:
    subject = subjects.of(text)
    assert len(subject) <= AT_MOST
    assert bool(subject) == bool(spelling.tidy(text[: 4 * AT_MOST]))
    assert spelling.one_line(subject) == subject
