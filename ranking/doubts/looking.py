"""Looking for answers that seem arranged: what is found is held, and people say what it is."""

import itertools
from datetime import date, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from ranking import statements
from ranking.doubts import quarantine
from ranking.frozen import edition_rows
from ranking.frozen.edition_rows import Looked
from ranking.method import anomalies, bursts, limits, periods
from ranking.method.bursts import Burst, Series
from ranking.method.limits import Looks
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


# $1 <= given < $2; the last comment of each resident about each agency, if it is long enough that
# two people would hardly write it alike.
COMMENTS = """
select distinct on (c.agency_id, c.resident) c.agency_id, r.id, r.comment, r.given_at,
       exists (select from quarantined_rating q where q.rating_id = r.id) as is_known
from rating r join closure c on c.id = r.closure_id
where r.given_at >= $1 and r.given_at < $2 and c.void_at is null and length(r.comment) >= $3
order by c.agency_id, c.resident, r.given_at desc, r.id
"""


# $1 <= given < $2, by local day; satisfied answers less than $4 seconds after the result.
HASTY = """
select c.agency_id, (r.given_at at time zone $3)::date as day, array_agg(r.id order by r.id) as ids
from rating r join closure c on c.id = r.closure_id
where r.given_at >= $1 and r.given_at < $2 and r.overall >= 4 and c.void_at is null
  and r.mode in ('link', 'code', 'counter') and r.given_at < c.closed_at + make_interval(secs => $4)
group by 1, 2 order by 1, 2
"""


async def look_for_anomalies(act: Act, zone: ZoneInfo) -> bool:
    """Hold what looks arranged in the last days and is not held or settled yet; if there was any.

    Bursts of the highest or lowest answer, answers given too soon after the result, and comments
    that many residents wrote alike; each by the thresholds of the period it falls in.
    """
    today = act.at.astimezone(zone).date()
    first = periods.midnight(today - timedelta(days=LOOK_BACK), zone)
    found = [
        await look(looked, act, zone)
        for looked in await edition_rows.looks_between(first, periods.midnight(today, zone))
        for look in (_look_for_bursts, _look_for_hasty, _look_for_copies)
    ]
    return any(found)


async def _look_for_bursts(looked: Looked, act: Act, zone: ZoneInfo) -> bool:
    since, until = (at.astimezone(zone).date() for at in (looked.starts_at, looked.ends_at))
    first = since - timedelta(days=looked.by.burst_days)
    span = [periods.midnight(first, zone), looked.ends_at, zone.key]
    rows = await statements.rows(DAILY, span)
    held = [
        await _hold(burst, first + timedelta(days=burst.day), zone, act)
        for burst in bursts.bursts(_series(rows, first, (until - first).days), looked.by)
    ]
    return any(held)


async def _look_for_hasty(looked: Looked, act: Act, zone: ZoneInfo) -> bool:
    seconds = looked.by.hasty_seconds
    span = [looked.starts_at, looked.ends_at, zone.key, seconds]
    held = [
        await quarantine.hold(
            f"hasty/{row['agency_id']}/{row['day'].isoformat()}",
            Finding.HASTY,
            row["agency_id"],
            row["ids"],
            window=periods.local_day(row["day"], zone),
            evidence={"answers": len(row["ids"]), "seconds": seconds},
            act=act,
        )
        for row in await statements.rows(HASTY, span)
    ]
    return any(number is not None for number in held)


async def _look_for_copies(looked: Looked, act: Act, _: ZoneInfo) -> bool:
    # So many runs of three letters are in no shorter comment.
    shortest = looked.by.copied_trigrams + 2
    rows = await statements.rows(COMMENTS, [looked.starts_at, looked.ends_at, shortest])
    of_agency = itertools.groupby(rows, key=itemgetter("agency_id"))
    held = [
        await _hold_copies(agency, {str(row["id"]): row for row in of}, looked.by, act)
        for agency, of in of_agency
    ]
    return any(held)


async def _hold_copies(agency: int, rows: dict[str, dict[str, Any]], by: Looks, act: Act) -> bool:
    made = False
    clusters = anomalies.copied(
        {key: row["comment"] for key, row in rows.items()},
        similarity=limits.exactly(by.copied_likeness),
        residents=by.copied_residents,
        shortest=by.copied_trigrams,
    )
    for cluster in clusters:
        new = sorted(int(key) for key in cluster if not rows[key]["is_known"])
        if new:
            days = [rows[str(number)]["given_at"] for number in new]
            number = await quarantine.hold(
                f"copied/{agency}/{new[0]}",
                Finding.COPIED,
                agency,
                new,
                window=(min(days), max(days) + timedelta(seconds=1)),
                evidence={"residents": len(cluster)},
                act=act,
            )
            made = made or number is not None
    return made


def _series(rows: list[dict[str, Any]], first: date, days: int) -> list[Series]:
    counts: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        own = counts.setdefault((row["agency_id"], row["level"]), [0] * days)
        own[(row["day"] - first).days] = row["answers"]
    return [Series(agency, level, tuple(own)) for (agency, level), own in sorted(counts.items())]


async def _hold(burst: Burst, day: date, zone: ZoneInfo, act: Act) -> bool:
    window = periods.local_day(day, zone)
    ratings = await statements.rows(OF_DAY, [burst.agency_id, burst.level, *window])
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
