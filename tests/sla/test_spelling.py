"""One spelling of a text, and keys to compare, find and order by."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import spelling
from sla.errors import NotText

laws = settings(max_examples=50, deadline=None)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("  Phường Bàn Cờ \n", "Phường Bàn Cờ"),
        (unicodedata.normalize("NFD", "Thủ Đức"), "Thủ Đức"),
        ("một\r\nhai\rba\u2028bốn", "một\nhai\nba\nbốn"),
        ("a\u200bb\u200d\u00adc\ufeff", "abc"),
        ("\u202egnort gnoc\u202c", "gnort gnoc"),
        ("a\x07\x1b[31mb\tc", "a[31mb\tc"),
        ("a\u3164\u2800b", "ab"),
        ("a\u00a0  b", "a\u00a0  b"),
        ("", ""),
        ("ê" + "\u0301" * 9 + "x", "\u1ebf" + "\u0301" * 4 + "x"),
        ("a" + "\u20dd" * 40, "a" + "\u20dd" * 4),
        ("\u0323" * 65_536, "\u0323" * 4),
    ],
)
def test_a_tidy_text(text, tidied):
    assert spelling.tidy(text) == tidied


@pytest.mark.parametrize(("text", "position"), [("a\0b", 1), ("\ud800", 0), ("ab\udfff", 2)])
def test_what_no_database_stores_is_no_text(text, position):
    with pytest.raises(NotText) as refused:
        spelling.tidy(text)
    assert refused.value.position == position


def test_one_line_has_single_blanks():
    assert spelling.one_line(" Phường\u00a0\u00a0Bàn\t Cờ\r\n 3 ") == "Phường Bàn Cờ 3"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà", "Hòa"),
        ("HOÀ  BÌNH", "hòa\u00a0bình"),
        ("thuỷ", "thủy"),
        ("Phường Tân Thuý", "Phường Tân Thúy"),
        ("khoẻ", "khỏe"),
        (unicodedata.normalize("NFD", "Thị trấn"), "Thị trấn"),
    ],
)
def test_two_spellings_of_one_name(one, other):
    assert spelling.same_name(one) == spelling.same_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Hoa", "Hòa"), ("Đa", "Da"), ("Tân", "Tan"), ("mơ", "mo"), ("bạ", "bà")]
)
def test_marks_tell_names_apart(one, other):
    assert spelling.same_name(one) != spelling.same_name(other)


@pytest.mark.parametrize(
    ("text", "key"),
    [("Hộ khẩu", "ho khau"), ("ĐƯỜNG  Điện Biên Phủ", "duong dien bien phu"), ("Ưu", "uu")],
)
def test_search_needs_no_marks(text, key):
    assert spelling.search_key(text) == key


def test_vietnamese_alphabetical_order():
    ordered = [
        "3 tháng 2", "An Đông", "An Hội Đông", "Ăn", "Âu", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ",
        "Bà Điểm", "Cầu Kho", "Chợ Lớn", "Da", "Đa", "E", "Ê", "Ơn", "Phường 2", "Phường 10",
        "Thu", "Thủ Đức", "Thư", "U", "Ư", "Xuân", "Ý",
    ]  # fmt: skip
    shuffled = random.Random(1).sample(ordered, len(ordered))
    assert sorted(shuffled, key=lambda text: spelling.sort_key(text).encode()) == ordered


def test_the_tone_counts_after_all_the_letters():
    shuffled = ["Hòa Bình", "Hoa Bình", "Hòa An"]
    assert sorted(shuffled, key=spelling.sort_key) == ["Hòa An", "Hoa Bình", "Hòa Bình"]
    assert spelling.sort_key("Hoà") == spelling.sort_key("Hòa")


@laws
@given(TEXTS)
def test_tidying_again_changes_nothing(text):
    assert spelling.tidy(spelling.tidy(text)) == spelling.tidy(text)
    assert spelling.one_line(spelling.one_line(text)) == spelling.one_line(text)


@laws
@given(TEXTS)
def test_keys_do_not_depend_on_how_marks_are_stored(text):
    apart = unicodedata.normalize("NFD", text)
    for key in (spelling.same_name, spelling.search_key, spelling.sort_key):
        assert key(apart) == key(unicodedata.normalize("NFC", text))
        assert "\0" not in key(text)
