"""Effective counts: one resident, one voice, however often they answer. Method, section 2.

Kept as increments, so that a quarter is never counted again from its beginning; `recount` does
count again, from the ratings alone, and must agree. All counts are whole numbers: an agency's x*
is the sum of satisfied/ratings over its voices, an exact fraction.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

SATISFIED = 4
"""The lowest of the five levels that counts as satisfied; 3 does not."""
LEVELS = 5
AT_ONCE = 500
"""Ratings counted in one act."""

PERIOD = "to_char(c.closed_at at time zone {zone}, 'YYYY-\"Q\"Q')"

PICK = """
select id from rating where tallied_revision < revision
order by id limit $1 for update skip locked
"""

# A second statement, for it sees what was committed before the locks were had: a closure voided
# in between would look open in the first one's snapshot.
PICKED = f"""
select r.tallied_overall as before, case when c.void_at is null then r.overall end as now,
       c.agency_id, c.resident, {PERIOD.format(zone="$2")} as period
from rating r join closure c on c.id = r.closure_id
where r.id = any($1)
"""  # noqa: S608 -- made of constants

COUNTED = """
update rating r
set tallied_revision = r.revision,
    tallied_overall = case when c.void_at is null then r.overall end
from closure c
where c.id = r.closure_id and r.id = any($1)
"""

# The rows are locked in one order before any changes, so that sweeps side by side never wait for
# each other in a circle; made with zeros, for a difference alone may be below 0.
LOCK_VOICES = """
insert into voice (agency_id, period, resident, ratings, satisfied)
select *, 0, 0 from unnest($1::int[], $2::text[], $3::bytea[]) as v(agency_id, period, resident)
order by 1, 2, 3
on conflict (agency_id, period, resident) do update set ratings = voice.ratings
"""

CHANGE_VOICES = """
update voice set ratings = voice.ratings + d.ratings, satisfied = voice.satisfied + d.satisfied
from unnest($1::int[], $2::text[], $3::bytea[], $4::int[], $5::int[])
    as d(agency_id, period, resident, ratings, satisfied)
where (voice.agency_id, voice.period, voice.resident) = (d.agency_id, d.period, d.resident)
"""

FORGET_VOICES = """
delete from voice using unnest($1::int[], $2::text[], $3::bytea[]) as d(agency_id, period, resident)
where (voice.agency_id, voice.period, voice.resident) = (d.agency_id, d.period, d.resident)
  and voice.ratings = 0
"""

LOCK_TALLIES = """
insert into tally (agency_id, period, level_1, level_2, level_3, level_4, level_5)
select *, 0, 0, 0, 0, 0 from unnest($1::int[], $2::text[]) as t(agency_id, period) order by 1, 2
on conflict (agency_id, period) do update set level_1 = tally.level_1
"""

CHANGE_TALLIES = """
update tally
set level_1 = level_1 + d.one, level_2 = level_2 + d.two, level_3 = level_3 + d.three,
    level_4 = level_4 + d.four, level_5 = level_5 + d.five
from unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])
    as d(agency_id, period, one, two, three, four, five)
where (tally.agency_id, tally.period) = (d.agency_id, d.period)
"""

VOICES = """
select agency_id, ratings, satisfied, count(*) as voices
from (select agency_id, sum(ratings)::int as ratings, sum(satisfied)::int as satisfied
      from voice where period = any($1) group by agency_id, resident) as v
group by 1, 2, 3 order by 1, 2, 3
"""

GIVEN = """
select agency_id, sum(level_1)::int as l1, sum(level_2)::int as l2, sum(level_3)::int as l3,
       sum(level_4)::int as l4, sum(level_5)::int as l5
from tally where period = any($1) group by 1 order by 1
"""

_COUNTABLE = f"""
from rating r join closure c on c.id = r.closure_id
where c.void_at is null and {PERIOD.format(zone="$2")} = any($1)
"""

VOICES_AGAIN = f"""
select agency_id, ratings, satisfied, count(*) as voices
from (select c.agency_id, count(*)::int as ratings,
             (count(*) filter (where r.overall >= {SATISFIED}))::int as satisfied
      {_COUNTABLE} group by c.agency_id, c.resident) as v
group by 1, 2, 3 order by 1, 2, 3
"""  # noqa: S608 -- made of constants

GIVEN_AGAIN = f"""
select c.agency_id, {
    ", ".join(
        f"(count(*) filter (where r.overall = {level}))::int as l{level}"
        for level in range(1, LEVELS + 1)
    )
}
{_COUNTABLE} group by 1 order by 1
"""

INVITED = """
select agency_id, count(distinct resident)::int as residents
from closure
where void_at is null and closed_at >= $1 and closed_at < $2
group by 1 order by 1
"""


@dataclass(frozen=True, slots=True)
class Effective:
    """What residents said of one agency: n voices, x of them satisfied, and every level given."""

    n: int = 0
    x: Fraction = Fraction(0)
    levels: tuple[int, ...] = (0,) * LEVELS
    """How often 1, 2, 3, 4 and 5 were given: answers, not residents."""


async def count_some(zone: ZoneInfo) -> bool:
    """Count up to 500 ratings that changed since they were last counted; whether there were any.

    A rating counts for the agency and the local quarter of its closure; of a void closure it
    counts nothing. The difference and the mark that it is counted are one transaction.
    """
    connection = get_connection("default")
    picked = [row["id"] for row in await connection.execute_query_dict(PICK, [AT_ONCE])]
    if not picked:
        return False
    rows = await connection.execute_query_dict(PICKED, [picked, zone.key])
    await _change_voices(rows)
    await _change_tallies(rows)
    await connection.execute_query(COUNTED, [picked])
    return True


async def effective(periods: Sequence[str]) -> dict[int, Effective]:
    """The counts of each agency with any answer, over these quarters together.

    A resident who answered in several of them is one voice all the same.
    """
    return await _read(VOICES, GIVEN, [list(periods)])


async def recount(periods: Sequence[str], zone: ZoneInfo) -> dict[int, Effective]:
    """The same from the ratings alone: equal to `effective` when nothing is left to be counted."""
    return await _read(VOICES_AGAIN, GIVEN_AGAIN, [list(periods), zone.key])


async def residents_served(starts_at: Any, ends_at: Any) -> dict[int, int]:
    """How many residents had a case closed by each agency in [starts_at, ends_at).

    All of them, also those who cannot be reached: the denominator of the response rate.
    """
    rows = await get_connection("default").execute_query_dict(INVITED, [starts_at, ends_at])
    return {row["agency_id"]: row["residents"] for row in rows}


async def _read(voices: str, given: str, arguments: list[Any]) -> dict[int, Effective]:
    connection = get_connection("default")
    counts: dict[int, tuple[int, Fraction]] = defaultdict(lambda: (0, Fraction(0)))
    for row in await connection.execute_query_dict(voices, arguments):
        n, x = counts[row["agency_id"]]
        share = Fraction(row["satisfied"], row["ratings"])
        counts[row["agency_id"]] = n + row["voices"], x + row["voices"] * share
    levels = {
        row["agency_id"]: tuple(row[f"l{level}"] for level in range(1, LEVELS + 1))
        for row in await connection.execute_query_dict(given, arguments)
    }
    return {agency: Effective(n, x, levels[agency]) for agency, (n, x) in counts.items()}


async def _change_voices(rows: Iterable[dict[str, Any]]) -> None:
    ratings: Counter[tuple[int, str, bytes]] = Counter()
    satisfied: Counter[tuple[int, str, bytes]] = Counter()
    for row in rows:
        voice = row["agency_id"], row["period"], bytes(row["resident"])
        for overall, sign in ((row["before"], -1), (row["now"], 1)):
            if overall is not None:
                ratings[voice] += sign
                satisfied[voice] += sign * (overall >= SATISFIED)
    changed = sorted(voice for voice in ratings if ratings[voice] or satisfied[voice])
    keys = [[voice[i] for voice in changed] for i in range(3)]
    connection = get_connection("default")
    await connection.execute_query(LOCK_VOICES, keys)
    differences = [[of[voice] for voice in changed] for of in (ratings, satisfied)]
    await connection.execute_query(CHANGE_VOICES, [*keys, *differences])
    await connection.execute_query(FORGET_VOICES, keys)


async def _change_tallies(rows: Iterable[dict[str, Any]]) -> None:
    levels: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * LEVELS)
    for row in rows:
        tally = levels[row["agency_id"], row["period"]]
        for overall, sign in ((row["before"], -1), (row["now"], 1)):
            if overall is not None:
                tally[overall - 1] += sign
    changed = sorted(key for key, by in levels.items() if any(by))
    keys = [[key[i] for key in changed] for i in range(2)]
    by_level = [[levels[key][level] for key in changed] for level in range(LEVELS)]
    connection = get_connection("default")
    await connection.execute_query(LOCK_TALLIES, keys)
    await connection.execute_query(CHANGE_TALLIES, [*keys, *by_level])
