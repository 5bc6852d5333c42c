"""The office most examples are about: Ho Chi Minh City hours, Tết 2026 as it was."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sla import writing
from sla.calendars import Day, DayKind, WorkingCalendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = writing.windows([["07:30", "11:30"], ["13:00", "17:00"]], "week")
TET = {
    date(2026, 2, day): Day(DayKind.HOLIDAY, name_vi="Tết Nguyên đán", name_en="Lunar New Year")
    for day in range(14, 23)
}
SWAP = {
    date(2026, 1, 1): Day(DayKind.HOLIDAY, name_vi="Tết Dương lịch", name_en="New Year's Day"),
    date(2026, 1, 2): Day(DayKind.SWAPPED_OFF, name_vi="Nghỉ hoán đổi", name_en="Swapped day off"),
    date(2026, 1, 10): Day(DayKind.SWAPPED_WORKING, name_vi="Làm bù", name_en="Worked in lieu"),
}
OFFICE = WorkingCalendar(ZONE, (HOURS,) * 5 + ((), ()), TET | SWAP, date(2026, 12, 31))


def at(local: str) -> datetime:
    """Local time at the office: "2026-02-13 16:00"."""
    return datetime.fromisoformat(local).replace(tzinfo=ZONE)


def office(**changes: object) -> WorkingCalendar:
    return replace(OFFICE, **changes)
