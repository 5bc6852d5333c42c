"""The second net: does a text read like something the law has another channel for?

Everybody is asked in plain words before they write; this only looks for what was overlooked. It
finds candidates for a question, never decides: whoever answers "this is ordinary feedback" is
believed, and somebody looks. Therefore it knows set phrases, not topics: a precise net that
seldom asks needlessly. Phrases are looked for with marks where the text has marks, else without.

Laws: 25/2018/QH14 on denunciations (art. 2), 02/2011/QH13 on complaints (art. 2).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from sla import spelling


class Channel(StrEnum):
    """Where something belongs."""

    FEEDBACK = "feedback"
    EMERGENCY = "emergency"
    DENUNCIATION = "denunciation"
    STATUTORY_COMPLAINT = "complaint_statutory"


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a text seems to belong, and the words that say so, as they are searched."""

    channel: Channel
    words: str


# In the order of what is worse to overlook. `_` stands for up to three words in between.
PHRASES: dict[Channel, tuple[str, ...]] = {
    Channel.EMERGENCY: (
        "đang cháy", "cháy nhà", "cháy lớn", "cứu với", "đang hành hung", "đang đánh nhau",
        "đang bị đánh", "gọi cấp cứu", "cần cấp cứu", "đang bị đuối nước", "đang đuối nước",
        "rò rỉ khí gas", "có người bất tỉnh", "đang bị đe dọa giết", "đang cầm dao", "dọa giết",
        "tự tử", "house is on fire", "is on fire", "on fire now", "need an ambulance",
        "call an ambulance", "being beaten", "being attacked", "gas leak", "is drowning",
        "has a knife",
    ),
    Channel.DENUNCIATION: (
        "tố cáo", "tôi tố cáo", "xin tố cáo", "muốn tố cáo", "đơn tố cáo", "tố cáo ông",
        "tố cáo bà", "tố cáo cán bộ", "tố cáo chủ tịch", "tố cáo hành vi", "đơn tố giác",
        "tố giác", "nhận hối lộ", "đòi hối lộ", "ăn hối lộ", "nhận tiền hối lộ", "đưa hối lộ",
        "tham nhũng", "tham ô", "vòi vĩnh", "vòi tiền", "đòi tiền bôi trơn",
        "tiền lót tay", "đòi phong bì", "gợi ý phong bì", "nhận phong bì", "lạm dụng chức vụ",
        "lợi dụng chức vụ", "lạm quyền", "bao che _ vi phạm", "bao kê", "làm giả hồ sơ",
        "biển thủ", "ăn chặn", "chiếm đoạt", "denounce", "denunciation", "took a bribe",
        "takes bribes", "taking bribes", "asked for a bribe", "asking for a bribe",
        "demanded a bribe", "bribery", "corrupt", "corruption", "embezzled", "embezzlement",
        "abuse of power", "whistleblower",
    ),
    Channel.STATUTORY_COMPLAINT: (
        "đơn khiếu nại", "tôi khiếu nại", "khiếu nại quyết định", "khiếu nại lần đầu",
        "khiếu nại lần hai", "khiếu nại hành chính", "khiếu nại _ quyết định xử phạt",
        "không đồng ý với quyết định", "đề nghị hủy quyết định", "yêu cầu hủy quyết định",
        "thu hồi quyết định", "khởi kiện", "quyết định thu hồi đất", "quyết định cưỡng chế",
        "appeal against the decision", "appeal against decision", "formal complaint against",
        "contest the decision", "revoke the decision", "administrative decision no",
    ),
}  # fmt: skip
# What takes a find back: it stands right before or around it.
NOT_SO: tuple[str, ...] = (
    "không phải tố cáo", "không phải là tố cáo", "chưa phải tố cáo", "không tố cáo",
    "hướng dẫn tố cáo", "thủ tục tố cáo", "tiếp nhận tố cáo", "giải quyết tố cáo",
    "khiếu nại tố cáo", "khiếu nại, tố cáo", "phòng chống tham nhũng", "phòng, chống tham nhũng",
    "chống tham nhũng", "tố giác qua", "số điện thoại tố giác", "not a denunciation",
    "not corrupt", "anti corruption", "anti-corruption", "file is corrupt", "file was corrupt",
    "corrupt file", "corrupted", "diễn tập", "phòng cháy", "chữa cháy", "báo cháy",
    "fire drill", "hướng dẫn khiếu nại", "thủ tục khiếu nại",
)  # fmt: skip

# Without marks these are something quite ordinary: đang chạy, người to cao, từ từ, nhà chạy.
_MARKED_ONLY = frozenset({"đang cháy", "cháy lớn", "cháy nhà", "tự tử", "tố cáo", "dọa giết"})

_GAP = r"(?: \w+){0,3} "
_PUNCTUATION = re.compile(r"[^\w\s]")


def _pattern(phrases: tuple[str, ...], *, marked: bool) -> re.Pattern[str]:
    known = [phrase for phrase in phrases if marked or phrase not in _MARKED_ONLY]
    spelt = sorted((_spelt(phrase, marked=marked) for phrase in known), key=len, reverse=True)
    alternatives = "|".join(re.escape(p).replace(r"\ _\ ", _GAP) for p in spelt)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def _spelt(text: str, *, marked: bool) -> str:
    return _words(spelling.same_name(text) if marked else spelling.search_key(text))


def _words(key: str) -> str:
    return " ".join(_PUNCTUATION.sub(" ", key).split())


_NETS = {
    marked: {channel: _pattern(phrases, marked=marked) for channel, phrases in PHRASES.items()}
    for marked in (True, False)
}
_TAKEN_BACK = {marked: _pattern(NOT_SO, marked=marked) for marked in (True, False)}


def read(text: str) -> Finding | None:
    """What the text seems to be besides ordinary feedback; None where nothing says so.

    Of several channels the first of `PHRASES`. `NotText` where the text cannot be stored.
    """
    written = spelling.same_name(text)
    unmarked = spelling.search_key(written)
    marked = written != unmarked
    words = _TAKEN_BACK[marked].sub(" . ", _words(written if marked else unmarked))
    for channel, net in _NETS[marked].items():
        found = net.search(words)
        if found:
            return Finding(channel, found[0])
    return None
