"""Looking for answers that seem arranged: what is found is held, and people say what it is."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from ranking import bursts, quarantine
from ranking.bursts import Burst, Series
from ranking.models import Finding
from sla.acts import Act

LOOK_BACK = 110
"""Days that are looked at: a quarter and its days of grace."""

# $1 <= given < $2, by local day; only the levels that somebody who cheats would give.
DAILY = """
select c.agency_id, r.overall as level, (r.given_at at time zone $3)::date as day,
       count(*)::int as answers
from rating r join closure c on c.id = r.closure_id
where r.given_at >= $1 and r.given_at < $2 and r.overall in (1, 5) and c.void_at is null
group by 1, 2, 3 order by 1, 2, 3
"""

OF_DAY = """
select r.id
from rating r join closure c on c.id = r.closure_id
where c.agency_id = $1 and r.overall = $2 and r.given_at >= $3 and r.given_at < $4
  and c.void_at is null
order by r.id
"""


async def look_for_anomalies(act: Act, zone: ZoneInfo) -> bool:
    """Hold every burst of the last days that is not held or settled yet; whether there was any."""
    today = act.at.astimezone(zone).date()
    first = today - timedelta(days=LOOK_BACK + bursts.BASE)
    rows = await _rows(DAILY, [_midnight(first, zone), _midnight(today, zone), zone.key])
    held = [
        await _hold(burst, first + timedelta(days=burst.day), zone, act)
        for burst in bursts.bursts(_series(rows, first, LOOK_BACK + bursts.BASE))
    ]
    return any(held)


def _series(rows: list[dict[str, Any]], first: date, days: int) -> list[Series]:
    counts: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        own = counts.setdefault((row["agency_id"], row["level"]), [0] * days)
        own[(row["day"] - first).days] = row["answers"]
    return [Series(agency, level, tuple(own)) for (agency, level), own in sorted(counts.items())]


async def _hold(burst: Burst, day: date, zone: ZoneInfo, act: Act) -> bool:
    window = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    ratings = await _rows(OF_DAY, [burst.agency_id, burst.level, *window])
    made = await quarantine.hold(
        f"burst/{burst.agency_id}/{burst.level}/{day.isoformat()}",
        Finding.BURST,
        burst.agency_id,
        [row["id"] for row in ratings],
        window=window,
        evidence={
            "level": burst.level,
            "answers": burst.count,
            "usual": round(burst.usual, 3),
            "tail": f"{burst.tail:.3e}",
            "cusum": round(burst.cusum, 3),
        },
        act=act,
    )
    return made is not None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


async def _rows(query: str, of: list[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(query, of)
    return rows
