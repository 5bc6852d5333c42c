"""What Vietnamese words say by themselves: `feedback.texts.vietnamese_rules` and its lexicon."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.texts import vietnamese_lexicon, vietnamese_rules

PHRASES = ("tốt", "chậm", "không", "rất", "nhưng", "nên", "nhiệt tình", "kém", "hồ sơ", ",", ".")
texts = st.lists(st.sampled_from(PHRASES), max_size=30).map(" ".join) | st.text(max_size=200)


def polarity(text: str) -> float:
    return vietnamese_rules.read(text).polarity


@pytest.mark.parametrize(
    "text",
    [
        "Cán bộ rất nhiệt tình, hướng dẫn rõ ràng.",
        "Giải quyết nhanh chóng, đúng hẹn.",
        "Thủ tục đơn giản, không phải đi lại nhiều lần",
        "Xin cảm ơn các anh chị ở Bộ phận Một cửa!",
        "Nhân viên vui vẻ, giải thích cặn kẽ",
        "Không có gì để phàn nàn",
        "Thầy giảng dễ hiểu, tận tâm với lớp",
        "Tuy đông người nhưng làm rất nhanh",
        "Không những nhanh mà còn lịch sự",
        "không chỉ đúng hẹn mà còn chu đáo",
        "Cô hướng dẫn không khó hiểu chút nào",
        "👍👍",
        "colonsmile",
    ],
)
def test_praise_is_read_as_praise(text: str) -> None:
    assert polarity(text) > 0.1


@pytest.mark.parametrize(
    "text",
    [
        "Hồ sơ trễ hẹn ba tuần, không ai trả lời.",
        "Cán bộ hách dịch, quát mắng người dân",
        "Bị đòi tiền ngoài quy định",
        "Chờ lâu quá",
        "Thái độ không nhiệt tình",
        "Chưa thật sự hài lòng",
        "chẳng rõ ràng gì cả",
        "không hề lịch sự",
        "Đâu có nhanh",
        "Nên có thêm ghế ngồi chờ",
        "Cần hướng dẫn rõ ràng hơn",
        "Giá mà trả lời sớm hơn",
        "Cải thiện chất lượng phục vụ.",
        "Nhanh nhưng thái độ khó chịu",
        "Nhà sạch đẹp, tuy nhiên xử lý hồ sơ quá chậm",
        "Hệ thống bị lỗi, không đăng nhập được",
        "Đường đầy ổ gà, ngập nước khi mưa",
        "Karaoke ồn ào đến nửa đêm",
        "😡",
    ],
)
def test_blame_and_wishes_are_read_as_blame(text: str) -> None:
    assert polarity(text) < -0.1


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "0912", "Không.", "Không có ý kiến", "Tôi nộp hồ sơ ngày 3 tháng 2", "!?…"],
)
def test_what_says_nothing_is_nought(text: str) -> None:
    assert polarity(text) == 0


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("tốt", "rất tốt"),
        ("hơi tốt", "tốt"),
        ("tốt", "tốt lắm"),
        ("tốt", "vô cùng tốt"),
        ("tuy tốt", "tốt"),
        ("rất tốt nhưng chậm", "chậm nhưng rất tốt"),
        ("chậm quá", "chậm"),
        ("rất chậm", "hơi chậm"),
        ("tệ", "không tệ"),
        ("không tệ", "tốt"),
    ],
)
def test_words_around_scale_what_is_said(weaker: str, stronger: str) -> None:
    assert polarity(weaker) < polarity(stronger)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("can bo rat nhiet tinh", 1),
        ("huong dan ro rang, nhanh chong", 1),
        ("phuc vu tot", 1),
        ("cham, nhung rat nhiet tinh", 1),
        ("nhung nguoi nay cham", -1),  # những, not nhưng
        ("cho doi lau, thai do kho chiu", -1),
        ("khong nhiet tinh", -1),
        ("lam viec cham tre", -1),
        ("phuc vu kem", -1),
        ("giay to dinh kem", 0),  # kèm, not kém
        ("kinh te thi truong", 0),  # tế, not tệ
        ("cham diem ho so", 0),  # chấm, not chậm
    ],
)
def test_text_typed_without_marks_is_read_where_it_is_clear(typed: str, meant: int) -> None:
    found = polarity(typed)
    assert (found > 0.1) - (found < -0.1) == meant


def test_both_spellings_of_a_tone_mark_are_one() -> None:
    old, new = map(vietnamese_lexicon.normal, ("Hoà thuỷ khoẻ quý", "Hòa thủy khỏe quý"))
    assert vietnamese_lexicon.keys(old) == vietnamese_lexicon.keys(new)
    assert vietnamese_lexicon.keys("hoa") != vietnamese_lexicon.keys("hòa")
    assert polarity("thái độ hoà nhã") == polarity("thái độ hòa nhã") > 0


def test_the_phrases_that_counted_can_be_shown() -> None:
    reading = vietnamese_rules.read("Cán bộ rất nhiệt tình")
    assert [phrase for phrase, _ in reading.assessments] == [["nhiệt", "tình"]]
    assert 0 < reading.subjectivity <= 1


def test_the_lexicon_is_large_and_no_phrase_is_empty() -> None:
    assert vietnamese_lexicon.lexicon().size >= 400
    tables = vietnamese_lexicon.source()
    strengths = [strength for field in tables["polarity"].values() for strength in field]
    assert all(-1 <= float(strength) <= 1 for strength in strengths)
    fields = tables["polarity"].values()
    phrases = [phrase for field in fields for row in field.values() for phrase in row]
    assert all(vietnamese_lexicon.keys(phrase) for phrase in phrases)


def test_a_long_or_hostile_text_is_read_to_its_limit() -> None:
    long = "Cán bộ rất nhiệt tình. " * 3_000
    assert vietnamese_rules.read(long) == vietnamese_rules.read(long[: vietnamese_rules.LONGEST])
    for text in ("không " * 11_000, ":(" * 32_000, "a\u0301\u0323" * 21_000, "tốt \u3164 " * 9):
        assert -1 <= polarity(text) <= 1


@given(texts)
@settings(max_examples=50, deadline=None)
def test_any_text_has_a_polarity_between_the_ends(text: str) -> None:
    reading = vietnamese_rules.read(text)
    assert -1 <= reading.polarity <= 1
    assert 0 <= reading.subjectivity <= 1
    assert all(0 <= hit.start < hit.end <= len(reading.keys) for hit in reading.hits)


@given(texts)
@settings(max_examples=50, deadline=None)
def test_the_form_of_unicode_and_the_case_change_nothing(text: str) -> None:
    assert polarity(unicodedata.normalize("NFD", text)) == polarity(text)
    once = vietnamese_lexicon.normal(text)
    assert vietnamese_lexicon.normal(once) == once
    assert polarity(once) == polarity(text)


@given(st.lists(st.sampled_from(PHRASES), max_size=12).map(" ".join))
@settings(max_examples=50, deadline=None)
def test_an_emoticon_of_joy_never_lowers_a_text(text: str) -> None:
    assert polarity(f"{text} . :)") >= polarity(f"{text} .")
