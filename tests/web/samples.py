"""A page with every component on it, filled with invented values."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from web.drawing import rendering
from web.language import i18n

TEMPLATE = Path(__file__).with_name("every_component.html")


def form(**more: Any) -> SimpleNamespace:
    """What pages hand to the field macros."""
    return SimpleNamespace(**{"values": {}, "faults": {}, **more})


WORDS = {
    "title": "Kết quả kỳ quý III năm 2026",
    "hero": "Lắng nghe người dân, giữ đúng lời hẹn",
    "hero_text": "Gửi phản ánh về một cơ quan, theo dõi thời hạn trả lời và cho biết mức độ "
    "hài lòng. Kết quả được công bố theo từng quý.",
    "send": "Gửi phản ánh",
    "track": "Tra cứu vụ việc",
    "receipt": "Đã tiếp nhận phản ánh của quý vị",
    "receipt_text": "Cơ quan sẽ trả lời trước 16:00, Thứ Sáu, 27/11/2026.",
    "code": "7K3M-9QWX-2HTB-V4ND-8",
    "keep": "Xin giữ mã này: chỉ người có mã mới xem được vụ việc.",
    "satisfied": "người dân hài lòng",
    "of_rated": "trên 4.210 phiếu đánh giá",
    "closed": "vụ việc đã giải quyết",
    "on_time": "đúng hạn",
    "notice": "Kỳ công bố mới",
    "notice_text": "Bảng xếp hạng quý III có từ ngày 15/10/2026.",
    "ranking": "Các cơ quan trong kỳ",
    "head": ["Cơ quan", "Tỷ lệ hài lòng", "Khoảng tin cậy", "So với mục tiêu", "Thời hạn"],
    "question": "Quý vị hài lòng ở mức nào?",
    "steps": [
        ("5", "Rất hài lòng"),
        ("4", "Hài lòng"),
        ("3", "Bình thường"),
        ("2", "Không hài lòng"),
        ("1", "Rất không hài lòng"),
    ],
    "solved": "Việc của quý vị đã được giải quyết chưa?",
    "answers": [("yes", "Đã xong"), ("partly", "Một phần"), ("no", "Chưa")],
    "agency": "Cơ quan",
    "agencies": [("A1", "UBND phường Hoa Sen"), ("A2", "Sở Xây dựng")],
    "choose": "Chọn cơ quan",
    "subject": "Tiêu đề",
    "subject_hint": "Một câu ngắn, ví dụ: Đèn đường hỏng ở ngõ 12",
    "phone": "Số điện thoại",
    "text": "Nội dung phản ánh",
    "text_hint": "Việc gì, ở đâu, từ khi nào. Xin không ghi số căn cước.",
    "photo": "Ảnh kèm theo",
    "consent": "Tôi đồng ý để cơ quan liên hệ theo số điện thoại này",
    "refused": "Vụ việc đang chờ người dân bổ sung.",
    "story": "Diễn biến",
    "change": "Sửa",
}
AGENCIES = [
    ("UBND phường Hoa Sen", "above", 0.952, 0.931, 0.967, "in_time", timedelta(hours=19)),
    ("Sở Xây dựng", "below", 0.784, 0.751, 0.813, "overdue", timedelta(hours=-11)),
    ("Trung tâm Phục vụ hành chính công", "undetermined", 0.905, 0.862, 0.936, "due_soon",
     timedelta(hours=3)),
    ("UBND xã Sông Lam", None, 0.88, 0.6, 0.97, "paused", None),
]  # fmt: skip
FAULTS = {"subject": "Xin nhập tiêu đề.", "overall": "Xin chọn một mức."}
_AT = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)
ENTRIES = [
    {"at": _AT, "title": "Đã tiếp nhận", "by": "Hệ thống"},
    {"at": _AT + timedelta(hours=2), "title": "Đã phân công", "by": "UBND phường Hoa Sen"},
    {
        "at": _AT + timedelta(days=1),
        "title": "Đã trả lời",
        "text": "Đèn đã được thay.\nXin cảm ơn.",
    },
]


def every_component(language: str = i18n.LANGUAGES[0], **values: Any) -> str:
    """The text of that page; `faults=FAULTS` shows a form sent back."""
    faults = values.pop("faults", {})
    template = rendering.environment(language).from_string(TEMPLATE.read_text("utf-8"))
    known = {
        "words": WORDS,
        "agencies": AGENCIES,
        "entries": ENTRIES,
        "csrf_token": "token",
        "demo": True,
        "form": form(values={"text": "Đèn hỏng <b>"}, faults=faults),
    }
    return template.render({**known, **values})
