"""What agencies of the demo say to their results, and the plans of those clearly below the target.

Invented, as all of the demo: the first agency that is low writes a plan, does one measure in time
and lets another go late; the demo ward replies; a correction waits for objections.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from feedback.actors import Staff
from feedback.models import Role
from ranking import editions, objections, plans, replies
from ranking.plans import MeasureDraft, PlanDraft
from sla import charter
from sla.acts import Act
from web.demo import accounts

REPLY = (
    "Cảm ơn người dân đã đánh giá. Chúng tôi đã bố trí thêm người trực vào buổi sáng và niêm yết"
    " thời hạn trả lời ngay tại quầy."
)
CAUSE = "Nhiều hồ sơ dồn vào cuối tháng, chỉ có một người trực quầy; câu trả lời thiếu lý do."
GOAL = "Trả lời đúng hẹn trên 90 % phản ánh và nêu rõ lý do trong mọi câu trả lời."
OBJECTION = "Ba hồ sơ ngày 14 đã trả trước hạn nhưng hệ thống ghi nhận vào hôm sau."
REASON = "Bổ sung kết quả của các hồ sơ được gửi đến sau ngày chốt số liệu."
WRITTEN, FIRST, SECOND = timedelta(days=12), timedelta(days=40), timedelta(days=60)


async def reply(edition: str, at: datetime) -> None:
    """The demo ward replies to a draft."""
    known = await charter.current()
    head = _head(known.agencies[accounts.WARD].id)
    await replies.reply(edition, REPLY, Act(by=head, at=at))


async def plan(period: str, published_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """The first agency the edition asks for one writes its plan; whether any was asked."""
    owed = await plans.owed(published_at, zone, period=period)
    written = published_at + WRITTEN
    if not owed or written > now:
        return False
    head = _head(owed[0].agency.id)
    first = written.astimezone(zone).date()
    measures = (
        MeasureDraft("Thêm một người trực quầy buổi sáng", "Trưởng bộ phận một cửa", first + FIRST),
        MeasureDraft("Tập huấn cách viết câu trả lời", "Phó Chủ tịch phụ trách", first + SECOND),
    )
    draft = PlanDraft(CAUSE, GOAL, measures)
    await plans.write(period, draft, Act(by=head, at=written), zone)
    done = written + FIRST - timedelta(days=3)
    if done <= now:
        found = await plans.one(period, owed[0].agency.code, done, zone)
        act = Act(by=head, at=done)
        await plans.report(found.measures[0][0], "Thông báo phân công số 18.", act, is_done=True)
    return True


async def correction(period: str, by: Staff, now: datetime, zone: ZoneInfo) -> None:
    """A correction drafted two days ago, to which the demo ward objects."""
    row = await editions.correct(period, REASON, Act(by=by, at=now - timedelta(days=2)), zone)
    known = await charter.current()
    act = Act(by=_head(known.agencies[accounts.WARD].id), at=now - timedelta(days=1))
    await objections.object_to(row.name, "punctuality", OBJECTION, act)


def _head(agency_id: int) -> Staff:
    """The head of an agency; that of the demo ward has an account."""
    return Staff(0, "lanhdao", "Lãnh đạo (giả định)", Role.HEAD, agency_id)
