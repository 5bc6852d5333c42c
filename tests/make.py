"""Makers of what tests need: each shows only what matters, the rest is a plain default.

A small city: agencies `W1`, `W2` (wards), services `BIN` and `CERT`, a calendar of weekdays
7:30-11:30 and 13:00-17:00, five working days promised for everything.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback import agency_keys, casework, intake, ratings
from feedback.actors import Resident, Staff, System
from feedback.agency_keys import Wish
from feedback.codes import Keyring
from feedback.drafts import ComplaintDraft, Contact, RatingDraft
from feedback.intake import Filing, Receipt
from feedback.models import AccountRow, CaseKind, Role
from feedback.ratings import Answer, Recorded
from feedback.staff import accounts
from sla import spelling
from sla.acts import Act, Actor
from sla.calendars import WorkingCalendar
from sla.models import AgencyRow, CalendarRow, CommitmentRow, ServiceRow
from sla.openings import Window
from tests.conftest import KEYS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Monday 5 October 2026, 9:00 in Ho Chi Minh City.
NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)
PASSWORD = "correct horse battery"


@dataclass(slots=True)
class Clock:
    """A clock that stands until a test moves it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


def act(by: Actor | None = None, at: datetime = NOW) -> Act:
    return Act(by=by or System("test"), at=at)


def hours(begin: str, end: str) -> Window:
    first, last = time.fromisoformat(begin), time.fromisoformat(end)
    return Window(first.hour * 3600 + first.minute * 60, last.hour * 3600 + last.minute * 60)


def calendar() -> WorkingCalendar:
    day = [["07:30", "11:30"], ["13:00", "17:00"]]
    return WorkingCalendar.from_json(
        {
            "timezone": "Asia/Ho_Chi_Minh",
            "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day),
            "known_until": "2027-12-31",
        }
    )


async def make_calendar(code: str = "city", version: int = 1) -> CalendarRow:
    rules = calendar().to_json()
    return await CalendarRow.create(
        code=code, version=version, rules=rules, known_until=date(2027, 12, 31), published_at=NOW
    )


async def make_agency(code: str = "W1", name: str = "Phường Một", **facts: object) -> AgencyRow:
    defaults: dict[str, object] = {
        "name_vi": name,
        "name_en": f"Ward {code}",
        "kind": "ward",
        "level": "commune",
        "peer_group": "wards",
        "calendar_code": "city",
        "search_key": spelling.search_key(name),
        "sort_key": spelling.sort_key(name),
    }
    return await AgencyRow.create(code=code, **(defaults | facts))


async def make_service(code: str = "BIN", name: str = "Thu gom rác") -> ServiceRow:
    return await ServiceRow.create(
        code=code,
        name_vi=name,
        name_en=f"Service {code}",
        field="Môi trường",
        search_key=spelling.search_key(name),
        sort_key=spelling.sort_key(name),
    )


async def make_commitment(**facts: object) -> CommitmentRow:
    defaults: dict[str, object] = {
        "amount": 5,
        "unit": "working_day",
        "rule": "civil",
        "effective_on": date(2020, 1, 1),
        "text_vi": "Trong 5 ngày làm việc.",
        "text_en": "Within 5 working days.",
    }
    return await CommitmentRow.create(**(defaults | facts))


async def make_city() -> None:
    """The small city of this module's first lines."""
    await make_calendar()
    await make_agency("W1", "Phường Một")
    await make_agency("W2", "Phường Hai")
    await make_service("BIN", "Thu gom rác")
    await make_service("CERT", "Chứng thực bản sao")
    await make_commitment()


async def make_staff(
    name: str = "lan", *, role: Role = Role.OFFICER, agency: str | None = "W1", at: datetime = NOW
) -> Staff:
    row: AccountRow = await accounts.add(
        name, act(at=at), password=PASSWORD, role=role, display_name=name.title(), agency=agency
    )
    return Staff(row.id, row.name, row.display_name, row.role, row.agency_id)


async def make_key(agency: str, by: Act, keys: Keyring = KEYS, **facts: object) -> str:
    """The secret of a key for an agency's own system; it opens everything unless told otherwise."""
    wish = Wish(**facts)  # type: ignore[arg-type]
    return (await agency_keys.add(agency, wish, by, keys)).secret


def draft(**facts: object) -> ComplaintDraft:
    defaults: dict[str, object] = {
        "agency": "W1",
        "service": "BIN",
        "kind": CaseKind.COMPLAINT,
        "subject": "Rác không được thu gom",
        "text": "Đã ba ngày nay rác trước nhà tôi không được thu gom.",
        "location": "12 Lê Lợi",
        "contact": Contact(),
        "language": "vi",
    }
    return ComplaintDraft(**(defaults | facts))  # type: ignore[arg-type]


async def make_case(
    *, at: datetime = NOW, device: str = "phone", keys: Keyring = KEYS, **facts: object
) -> Receipt:
    """A case just filed."""
    filing = Filing(draft(**facts), Resident(device))
    return await intake.file_complaint(filing, act(Resident(device), at), keys)


async def make_answered_case(
    officer: Staff,
    *,
    at: datetime = NOW,
    answered_at: datetime | None = None,
    keys: Keyring = KEYS,
    **facts: object,
) -> Receipt:
    """A case filed, taken in hand by `officer` and answered an hour later, or at `answered_at`."""
    receipt = await make_case(at=at, keys=keys, **facts)  # type: ignore[arg-type]
    await casework.assign(receipt.reference, act(officer, at), officer=officer.name)
    done = act(officer, answered_at or at + timedelta(hours=1))
    await casework.answer(receipt.reference, "Đã thu gom xong.", done, keys)
    return receipt


async def make_rating(
    receipt: Receipt, overall: int = 5, *, at: datetime | None = None, comment: str = ""
) -> Recorded:
    """A rating of an answered case, two hours after it was filed, or at `at`."""
    moment = at or receipt.filed_at + timedelta(hours=2)
    answer = Answer(receipt.tracking_code, RatingDraft(overall, comment=comment), "code")
    return await ratings.rate(answer, act(Resident(), moment), KEYS)
