"""What tells on somebody leaves a comment before an agency reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.texts.masking import MASK, masked


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        ("Tôi tên Nguyễn Văn An ở đây", "An ở"),
        ("toi la nguyen van binh o day", "binh"),
        ("LÊ THỊ BÍCH đã gọi", "BÍCH"),
        ("Anh Tuấn ở quầy rất khó chịu", "Tuấn"),
        ("Mr. Smith was rude", "Smith"),
        ("gọi 0903 123 456 nhé", "456"),
        ("gọi +84.903.123.456", "903"),
        ("thư an.nguyen@example.vn", "example"),
        ("xe 59-X1 234.56 đậu", "59"),
        ("xe 51F-123.45 đậu", "51F"),
        ("căn cước 079 123456789", "079"),
        ("hồ sơ HL-261005-ABCDEFG chậm", "ABCDEFG"),
        ("nhà số 12/3 hẻm 4", "12/3"),
        ("ngày 12/05/2026", "2026"),
        ("xem www.example.vn/toi", "example"),
    ],
)
def test_it_is_masked(written: str, secret: str) -> None:
    assert secret not in masked(written)
    assert MASK in masked(written)


@pytest.mark.parametrize(
    "written",
    [
        "Rất hài lòng. Cán bộ nhiệt tình.",
        "Ủy ban nhân dân phường làm chậm 5 ngày",
        "Tôi đến 2 lần, chờ 45 phút",
        "Staff were friendly, but I waited two hours.",
        "lương thấp mà việc nhiều",
    ],
)
def test_what_tells_on_nobody_stays(written: str) -> None:
    assert masked(written) == written


def test_the_word_after_a_name_stays() -> None:
    assert masked("Anh Tuấn ở quầy 3") == f"Anh {MASK} ở quầy 3"


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_has_single_blanks(text: str) -> None:
    assert masked(text) == " ".join(masked(text).split())


@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_a_telephone_is_masked_however_it_is_set(number: str, gap: str) -> None:
    typed = gap.join((number[:4], number[4:7], number[7:]))
    assert not any(figure in masked(f"gọi {typed} nhé") for figure in "0123456789")
