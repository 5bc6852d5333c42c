"""The answers of a period read again from the ratings themselves, and compared row by row with what
was tallied of them: where no row differs, no count made of them does.
"""

from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from ranking import statements
from ranking.counts import columns
from ranking.method.periods import Period

# All that a tallied row says, but of which rating and whom it is.
_SAID = ("voice", "stratum_id", "given_on", "month", "overall", "at_counter")

# An answer counted for another agency is wrong with both, whichever part each belongs to. Only the
# numbers of wrong ones go beyond the comparison: whole rows would be sorted on disk.
DIFFERING = f"""
with again as ({columns.COUNTED}
    and c.closed_at >= $2 and c.closed_at < $3 and c.agency_id > $6 and c.agency_id <= $7
), tallied as (
    select rating_id, agency_id, {", ".join(_SAID)} from counted_answer
    where month >= $4 and month < $5 and agency_id > $6 and agency_id <= $7
), compared as materialized (
    select agency_id, case when ({", ".join(f"t.{name}" for name in _SAID)})
        is distinct from ({", ".join(f"a.{name}" for name in _SAID)}) then rating_id end as wrong
    from tallied t full join again a using (rating_id, agency_id)
    where not exists (
        select from untallied u where u.rating_id = coalesce(t.rating_id, a.rating_id))
)
select agency_id, count(*)::int as answers, count(wrong)::int as differing,
       array_agg(wrong) filter (where wrong is not null) as ratings
from compared group by 1 order by 1
"""  # noqa: S608 -- made of constants

# What differed is counted anew, or no more: then only the record of it stands in the way.
TALLY_ANEW = "insert into untallied (rating_id) select unnest($1::bigint[])"


@dataclass(frozen=True, slots=True)
class Reread:
    """So many answers were compared; by agency's number, how many of them differed."""

    answers: int
    differing: Counter[int]


async def compared(period: Period, zone: ZoneInfo, *, after: int, until: int) -> Reread:
    """The answers to what agencies closed in a period of whole local months, of those whose numbers
    come after one, up to another.

    What is still to be tallied is left out on both sides; what differs is tallied by the next
    sweep.
    """
    months = columns.months(period.starts_at, period.ends_at, zone)
    async with statements.whole_tables():
        rows = await statements.rows(
            DIFFERING, [zone.key, period.starts_at, period.ends_at, *months, after, until]
        )
    wrong = [row for row in rows if row["differing"]]
    for row in wrong:
        await get_connection("default").execute_query(TALLY_ANEW, [row["ratings"]])
    differing = Counter({row["agency_id"]: row["differing"] for row in wrong})
    return Reread(sum(row["answers"] for row in rows), differing)
