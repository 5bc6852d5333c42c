"""Everything counted again: each tallied answer compared with the rating it was made from, and
each agency's tally of the quarter with the rows it was counted from.

Row by row, in one statement and so in one snapshot of the database: where no row differs, no count
made of them does. What is still to be tallied is left out on both sides, for it is not yet said.
The server sorts and spills; nothing is held in memory here, however many there are.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from ranking import columns, edition_rows, tallies, tallying
from ranking.life_errors import RecountDiffers, RecountMissing
from ranking.method import periods
from ranking.method.periods import Period
from ranking.models import PeriodRow, RecountRow
from sla.acts import Act

log = logging.getLogger(__name__)

EVERY = timedelta(hours=20)
"""A quarter counted again within this time is not counted again by the sweep: once a night."""
PATIENCE = "290s"

DIFFERING = f"""
with again as ({columns.COUNTED}
    and c.closed_at >= $2 and c.closed_at < $3
    and r.id not in (select rating_id from untallied)
), tallied as (
    select rating_id, voice, agency_id, stratum_id, given_on, month, overall, at_counter
    from counted_answer
    where month >= $4 and month < $5
      and rating_id not in (select rating_id from untallied)
)
select coalesce(t.agency_id, a.agency_id) as agency_id, count(*)::int as answers,
       (count(*) filter (where t is distinct from a))::int as differing
from tallied t full join again a on a.rating_id = t.rating_id
group by 1 order by 1
"""  # noqa: S608 -- made of constants

SPAN = "select min(month) as first, max(month) as last from counted_answer"


@dataclass(frozen=True, slots=True)
class Recount:
    """How a quarter stood when it was counted again.

    `differing`: by agency's number, how many answers and tallies.
    """

    period: str
    at: datetime
    answers: int
    differing: dict[int, int] = field(default_factory=dict)


async def again(period: Period, at: datetime, zone: ZoneInfo) -> list[Recount]:
    """Count the quarters of a period again, and keep what was found; a difference is logged."""
    return [await _quarter(quarter, at, zone) for quarter in _quarters(period, zone)]


async def recount_next(act: Act, zone: ZoneInfo) -> bool:
    """Count again one quarter that was not since last night; whether there was one."""
    [span] = await get_connection("default").execute_query_dict(SPAN)
    if span["first"] is None:
        return False
    fresh = {row.period for row in await RecountRow.filter(at__gt=act.at - EVERY)}
    for first in range(span["first"] // 3 * 3, span["last"] + 1, 3):
        name = f"{first // 12}-Q{first % 12 // 3 + 1}"
        if name not in fresh:
            await _quarter(periods.parse(name, zone), act.at, zone)
            return True
    return False


async def last_recount(period: Period, zone: ZoneInfo) -> list[Recount]:
    """The last count of each quarter of a period that was ever counted again."""
    found = []
    for quarter in _quarters(period, zone):
        row = await RecountRow.filter(period=quarter.name).order_by("-at", "-id").first()
        if row is not None:
            differing = {int(agency): answers for agency, answers in row.differing.items()}
            found.append(Recount(row.period, row.at, row.answers, differing))
    return found


async def check(period: Period, zone: ZoneInfo) -> None:
    """Everything was counted again since the period ended, and came to the same.

    Raises `RecountMissing`, `RecountDiffers`.
    """
    last = await last_recount(period, zone)
    if len(last) < len(_quarters(period, zone)) or any(of.at < period.ends_at for of in last):
        raise RecountMissing(period.name)
    differing = sum(sum(of.differing.values()) for of in last)
    if differing:
        raise RecountDiffers(period.name, differing)


async def is_fresh(period: Period, at: datetime, zone: ZoneInfo) -> bool:
    """Whether all of a period that is over was counted again since last night, to the same end."""
    last = await last_recount(period, zone)
    return len(last) == len(_quarters(period, zone)) and all(
        of.at >= max(period.ends_at, at - EVERY) and not of.differing for of in last
    )


async def _quarter(quarter: Period, at: datetime, zone: ZoneInfo) -> Recount:
    while await tallies.count_some(zone):
        pass  # what a sweep has not come to yet
    connection = get_connection("default")
    await connection.execute_query("select set_config('statement_timeout', $1, true)", [PATIENCE])
    months = columns.months(quarter.starts_at, quarter.ends_at, zone)
    rows = await connection.execute_query_dict(
        DIFFERING, [zone.key, quarter.starts_at, quarter.ends_at, *months]
    )
    differing = Counter({row["agency_id"]: row["differing"] for row in rows if row["differing"]})
    committed = edition_rows.committed(await PeriodRow.get_or_none(name=quarter.name), quarter)
    for window in (tallying.of_answers(quarter), tallying.of_promises(committed)):
        differing.update(await tallying.differing(window))
    found = Recount(quarter.name, at, sum(row["answers"] for row in rows), dict(differing))
    await RecountRow.create(
        period=found.period,
        at=found.at,
        answers=found.answers,
        differing={str(agency): answers for agency, answers in differing.items()},
    )
    if differing:
        log.error(
            "recount differs",
            extra={"period": quarter.name, "answers": sum(differing.values())},
        )
    return found


def _quarters(period: Period, zone: ZoneInfo) -> list[Period]:
    found = [periods.containing(period.starts_at, zone)]
    while found[-1].ends_at < period.ends_at:
        found.append(found[-1].following())
    return found
