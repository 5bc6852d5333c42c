"""What agencies of the demo say to their results, and the plans of those clearly below the target.

Invented, as all of the demo: of the agencies that are low in an edition the first writes its plan
in time, the second late, the others never; of their measures the first is done, the second left to
go late. The demo ward replies; a correction waits for objections.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from feedback.actors import Staff
from feedback.models import Role
from ranking.life import editions, objections, plans, replies
from ranking.life.plans import MeasureDraft, PlanDraft
from sla import charter
from sla.acts import Act
from sla.charter import Agency
from web.demo import accounts

REPLY = (
    "Cảm ơn người dân đã đánh giá. Chúng tôi đã bố trí thêm người trực vào buổi sáng và niêm yết"
    " thời hạn trả lời ngay tại quầy."
)
OBJECTION = "Ba hồ sơ ngày 14 đã trả trước hạn nhưng hệ thống ghi nhận vào hôm sau."
REASON = "Bổ sung kết quả của các hồ sơ được gửi đến sau ngày chốt số liệu."
FIRST, SECOND = timedelta(days=40), timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A plan as it is written so long `after` publication: each measure with who answers for it."""

    after: timedelta
    cause: str
    goal: str
    first: tuple[str, str]
    second: tuple[str, str]
    evidence: str


SKETCHES = (
    Sketch(
        timedelta(days=12),
        "Nhiều hồ sơ dồn vào cuối tháng, chỉ có một người trực quầy; câu trả lời thiếu lý do.",
        "Trả lời đúng hẹn trên 90% phản ánh và nêu rõ lý do trong mọi câu trả lời.",
        ("Thêm một người trực quầy buổi sáng", "Trưởng bộ phận một cửa"),
        ("Tập huấn cách viết câu trả lời", "Phó Chủ tịch phụ trách"),
        "Thông báo phân công số 18.",
    ),
    Sketch(
        timedelta(days=36),
        "Người dân phải đi lại nhiều lần vì giấy tờ được yêu cầu bổ sung từng đợt.",
        "Mỗi hồ sơ chỉ yêu cầu bổ sung một lần, bằng văn bản, trong hai ngày làm việc đầu.",
        ("Niêm yết bảng kê giấy tờ của từng thủ tục tại quầy", "Trưởng bộ phận một cửa"),
        ("Rà soát các hồ sơ bị yêu cầu bổ sung từ hai lần", "Chánh Văn phòng"),
        "Ảnh bảng kê đã niêm yết, biên bản kiểm tra số 7.",
    ),
)


async def reply(edition: str, at: datetime) -> None:
    """The demo ward replies to a draft."""
    known = await charter.current()
    head = _head(known.agencies[accounts.WARD].id)
    await replies.reply(edition, REPLY, Act(by=head, at=at))


async def plan(period: str, published_at: datetime, now: datetime, zone: ZoneInfo) -> None:
    """The agencies an edition asks for a plan write theirs, those who do."""
    owed = await plans.owed(published_at, zone, period=period)
    for one, sketch in zip(owed, SKETCHES, strict=False):
        if published_at + sketch.after <= now:
            at = published_at + sketch.after
            await _write(period, one.agency, sketch, at, now=now, zone=zone)


async def _write(
    period: str, agency: Agency, sketch: Sketch, at: datetime, *, now: datetime, zone: ZoneInfo
) -> None:
    head, day = _head(agency.id), at.astimezone(zone).date()
    measures = (
        MeasureDraft(*sketch.first, day + FIRST),
        MeasureDraft(*sketch.second, day + SECOND),
    )
    draft = PlanDraft(sketch.cause, sketch.goal, measures)
    await plans.write(period, draft, Act(by=head, at=at), zone)
    done = at + FIRST - timedelta(days=3)
    if done <= now:
        found = await plans.one(period, agency.code, done, zone)
        act = Act(by=head, at=done)
        await plans.report(found.measures[0][0], sketch.evidence, act, is_done=True)


async def correction(period: str, by: Staff, now: datetime, zone: ZoneInfo) -> None:
    """A correction drafted two days ago, to which the demo ward objects."""
    row = await editions.correct(period, REASON, Act(by=by, at=now - timedelta(days=2)), zone)
    known = await charter.current()
    act = Act(by=_head(known.agencies[accounts.WARD].id), at=now - timedelta(days=1))
    await objections.object_to(row.name, "punctuality", OBJECTION, act)


def _head(agency_id: int) -> Staff:
    """The head of an agency; that of the demo ward has an account."""
    return Staff(0, "lanhdao", "Lãnh đạo (giả định)", Role.HEAD, agency_id)
