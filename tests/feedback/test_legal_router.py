"""The second net, measured on a list of our own: it seldom asks needlessly, and misses little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import channels
from feedback.texts import legal_router
from feedback.texts.legal_router import Channel
from sla import spelling

DENUNCIATION, STATUTORY, EMERGENCY = (
    Channel.DENUNCIATION,
    Channel.STATUTORY_COMPLAINT,
    Channel.EMERGENCY,
)
LABELLED: list[tuple[str, Channel | None]] = [
    ("Tôi tố cáo ông Bình, cán bộ địa chính, nhận tiền để làm nhanh", DENUNCIATION),
    ("Đơn tố cáo hành vi bao kê vỉa hè của tổ trật tự", DENUNCIATION),
    ("Cán bộ vòi vĩnh tôi 2 triệu mới chịu nhận hồ sơ", DENUNCIATION),
    ("Chủ tịch phường tham ô tiền hỗ trợ người nghèo", DENUNCIATION),
    ("Nhân viên đòi phong bì mới trả kết quả", DENUNCIATION),
    ("toi to cao can bo nhan hoi lo", DENUNCIATION),
    ("can bo nay tham nhung tien cua dan", DENUNCIATION),
    ("The officer asked for a bribe to stamp my form", DENUNCIATION),
    ("I want to denounce corruption at this office", DENUNCIATION),
    ("Tôi không đồng ý với quyết định xử phạt số 15, đề nghị xem lại", STATUTORY),
    ("Đơn khiếu nại về bồi thường đất", STATUTORY),
    ("Khiếu nại quyết định thu hồi đất số 20/QĐ-UBND", STATUTORY),
    ("toi khieu nai quyet dinh cuong che", STATUTORY),
    ("I appeal against the decision to fine me", STATUTORY),
    ("Nhà số 5 đang cháy, cứu với", EMERGENCY),
    ("Có người bất tỉnh trước cổng ủy ban, cần cấp cứu", EMERGENCY),
    ("Hai thanh niên đang hành hung người bán hàng", EMERGENCY),
    ("My neighbour's house is on fire", EMERGENCY),
    ("goi cap cuu giup, co nguoi bat tinh", EMERGENCY),
    ("Đèn đường hỏng ba ngày nay", None),
    ("Chờ hai tiếng mới được gọi tên, cán bộ thái độ không tốt", None),
    ("Đề nghị thông báo lịch phòng cháy chữa cháy ở chung cư", None),
    ("Trụ chữa cháy trước nhà bị hỏng", None),
    ("Xin hướng dẫn thủ tục tố cáo cho người dân", None),
    ("Phòng tiếp công dân giải quyết khiếu nại, tố cáo chậm", None),
    ("Đây không phải tố cáo, chỉ là góp ý", None),
    ("xe rac dang chay qua nha toi thi lam roi rac", None),
    ("Cong nhan to cao lon dung chan cua", None),
    ("Cán bộ làm việc từ từ, dân chờ lâu", None),
    ("The PDF form is corrupt and cannot be opened", None),
    ("The file was corrupted, please send it again", None),
    ("Rác không được thu gom, mùi hôi", None),
    ("Xin cảm ơn chị ở quầy số 3 rất nhiệt tình", None),
    ("Toi muon gop y ve viec lay so thu tu", None),
    ("Giấy hẹn ghi sai ngày, phải đi lại ba lần", None),
    ("Please repair the street light in alley 12", None),
    ("Đề nghị lắp bảng chống tham nhũng ở nơi tiếp dân", None),
]


def found(text: str) -> Channel | None:
    finding = legal_router.read(text)
    return finding.channel if finding else None


def test_it_is_precise_and_misses_little() -> None:
    read = [(found(text), channel) for text, channel in LABELLED]
    asked = [(got, label) for got, label in read if got]
    right = sum(got is label for got, label in asked)
    labelled = sum(label is not None for _, label in read)
    wrong = [text for text, label in LABELLED if found(text) is not label]
    assert right / len(asked) >= 0.95, wrong
    assert right / labelled >= 0.95, wrong


@pytest.mark.parametrize("text", ["Tôi muốn tố cáo cán bộ này", "cán bộ nhận hối lộ"])
def test_the_same_is_found_without_marks(text: str) -> None:
    assert found(text) is found(spelling.search_key(text)) is DENUNCIATION


@pytest.mark.parametrize("hidden", ["tố\u200b cáo", "t\u00adố cáo", "TỐ  CÁO", "tô\u0301 cáo"])
def test_tricks_with_invisible_signs_hide_nothing(hidden: str) -> None:
    assert found(f"Tôi {hidden} ông A") is DENUNCIATION


def test_64_kb_of_combining_marks_are_read_in_a_moment() -> None:
    assert found("a" + "\u0301" * 65_536) is None


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300))
def test_any_text_is_read_and_twice_the_same(text: str) -> None:
    assert legal_router.read(text) == legal_router.read(text)


def test_every_channel_names_who_takes_it_and_where_that_is_written() -> None:
    known = channels.known()
    assert {"113", "114", "115"} <= {line.number for line in known.hotlines}
    for channel in (DENUNCIATION, STATUTORY):
        assert known.of(channel)
        assert all(one.source and one.name("vi") and one.name("en") for one in known.of(channel))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"hotlines": [{"number": "113", "vi": "a", "en": "b", "source": "c"}]},
        {"receivers": [{"channel": "nowhere", "vi": "a", "en": "b", "source": "c"}]},
        {"hotlines": [{"number": "", "vi": "a", "en": "b", "source": "c"}]},
    ],
)
def test_a_file_that_would_help_nobody_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(channels.BadChannels):
        channels.read(document)
