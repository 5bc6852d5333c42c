"""The small city that benchmarks work on."""

from datetime import UTC, date, datetime
from typing import Any

from tortoise.connection import get_connection

from sla import spelling
from sla.models import AgencyRow, CalendarRow, CommitmentRow, ServiceRow

DAY = [["07:30", "11:30"], ["13:00", "17:00"]]
RULES = {
    "timezone": "Asia/Ho_Chi_Minh",
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY),
    "known_until": "2030-12-31",
}


async def execute(statement: str, values: list[Any] | None = None) -> None:
    await get_connection("default").execute_query(statement, values)


async def make() -> None:
    """Two wards, one service, five working days for everything, a calendar of weekdays."""
    await CalendarRow.create(
        code="city",
        version=1,
        rules=RULES,
        known_until=date(2030, 12, 31),
        published_at=datetime(2020, 1, 1, tzinfo=UTC),
    )
    for code, name in (("W1", "Phường Một"), ("W2", "Phường Hai")):
        await AgencyRow.create(
            code=code,
            name_vi=name,
            name_en=f"Ward {code}",
            kind="ward",
            level="commune",
            peer_group="wards",
            calendar_code="city",
            search_key=spelling.search_key(name),
            sort_key=spelling.sort_key(name),
        )
    await ServiceRow.create(
        code="BIN", name_vi="Thu gom rác", name_en="Waste", field="PA", search_key="", sort_key=""
    )
    await CommitmentRow.create(
        amount=5, unit="working_day", rule="civil", effective_on=date(2020, 1, 1)
    )
