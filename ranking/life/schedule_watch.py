"""Which editions are announced, and which are late: from what was committed to, without any job.

Whoever once committed to a quarter owes every later one, committed to or not.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ranking.frozen import edition_rows, terms
from ranking.frozen.terms import Schedule, Terms
from ranking.method import periods
from ranking.method.periods import Period
from ranking.models import EditionRow, EditionStatus, PeriodRow

MOST = 40
"""Quarters looked at, from the latest back."""


@dataclass(frozen=True, slots=True)
class Announced:
    """An edition to come. No digest: nobody committed to it, and the usual day holds."""

    period: str
    starts_at: datetime
    publish_on: date
    digest: str | None
    committed_at: datetime | None
    is_drafted: bool
    terms: Terms | None
    days_late: int


async def announced(at: datetime, zone: ZoneInfo) -> list[Announced]:
    """Every quarter without an edition that is committed to or over, the earliest first."""
    rows = {row.name: row for row in await PeriodRow.all().order_by("starts_at", "id")}
    quarters = [row for name, row in rows.items() if "-Q" in name]
    if not quarters:
        return []
    done = await _periods(status=EditionStatus.PUBLISHED)
    drafted = await _periods(status=EditionStatus.DRAFT, preview_at__isnull=False)
    today = at.astimezone(zone).date()
    found = []
    for period in _expected(quarters[0].name, rows, at, zone):
        if period.name in done:
            continue
        row = rows.get(period.name)
        day = _day(row, period)
        found.append(
            Announced(
                period=period.name,
                starts_at=period.starts_at,
                publish_on=day,
                digest=row.terms_digest if row else None,
                committed_at=row.committed_at if row else None,
                is_drafted=period.name in drafted,
                terms=edition_rows.terms_of(row) if row else None,
                days_late=max((today - day).days, 0),
            )
        )
    return found


async def late(at: datetime, zone: ZoneInfo) -> list[Announced]:
    """The editions whose day of publication has passed, the earliest first."""
    return [one for one in await announced(at, zone) if one.days_late]


async def _periods(**wanted: object) -> set[str]:
    """The periods that have an edition of some kind."""
    found = await EditionRow.filter(**wanted).values("period__name")
    return {row["period__name"] for row in found}


def _expected(first: str, rows: dict[str, PeriodRow], at: datetime, zone: ZoneInfo) -> list[Period]:
    """From the first quarter ever committed to until the last that is committed to or over."""
    last = max(name for name in rows if "-Q" in name)
    running = periods.containing(at, zone)
    end = max(running.previous().name, last)
    found = [periods.parse(end, zone)]
    while found[0].name > first and len(found) < MOST:
        found.insert(0, found[0].previous())
    return [edition_rows.committed(rows.get(period.name), period) for period in found]


def _day(row: PeriodRow | None, period: Period) -> date:
    if row is not None and row.publish_on is not None:
        return row.publish_on
    return terms.usual(period, Schedule())
