"""Offices and procedures are found as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import finding
from sla import spelling

NAMES = ["Đăng ký hộ khẩu", "Đăng ký thường trú", "Phường Thủ Đức", "Cấp thẻ căn cước"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ho khau", "Đăng ký hộ khẩu"),
        ("hk", "Đăng ký hộ khẩu"),
        ("thu duc", "Phường Thủ Đức"),
        ("Thủ Đưc", "Phường Thủ Đức"),
        ("phuogn thu duc", "Phường Thủ Đức"),
        ("cccd", "Cấp thẻ căn cước"),
        ("thuong tr", "Đăng ký thường trú"),
        ("dangky thuogn tru", None),
        ("", "Đăng ký hộ khẩu"),
    ],
)
def test_what_is_typed_finds(typed: str, first: str | None) -> None:
    found = finding.best(typed, NAMES, spelling.search_key)
    assert (found[0] if found else None) == first


def test_what_people_say_finds_what_offices_call_it() -> None:
    assert "Đăng ký thường trú" in finding.best("so ho khau", NAMES[1:], spelling.search_key)


@given(st.text("abc", min_size=4, max_size=9), st.integers(0, 8), st.sampled_from("xyz"))
def test_one_wrong_letter_is_one_off_and_two_are_not(word: str, place: int, letter: str) -> None:
    place %= len(word)
    wrong = word[:place] + letter + word[place + 1 :]
    assert finding.is_one_off(word, wrong)
    assert finding.is_one_off(word, word[:place] + word[place + 1 :])
    assert not finding.is_one_off(word, f"{letter}{wrong}{letter}")
