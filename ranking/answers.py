"""What residents answered in a window, read from the ratings: by service, without some, by month.

One resident, one voice: of m counted answers of a resident to one agency in the window each weighs
1/m (method, section 2). Answers in quarantine are left out, but where it is asked what they would
have made. All counts are whole numbers or exact fractions of them.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tortoise.connection import get_connection

from ranking.edition_detail import Month, Stratum
from ranking.gathered import NOTHING_ASIDE, Aside
from ranking.models import QuarantineState
from ranking.tallies import LEVELS, SATISFIED, Effective

# A stratum is what the resident brought: the kind of work and its field, and the way it came in.
_COUNTED = """
with counted as (
    select c.agency_id, c.resident, c.channel, r.mode, r.overall,
           (r.overall >= {satisfied})::int as satisfied,
           p.kind || ':' || coalesce(s.field, '') as category,
           to_char(c.closed_at at time zone $3, 'YYYY-MM') as month,
           (r.given_at at time zone $3)::date as day,
           exists (select 1 from quarantined_rating m join quarantine q on q.id = m.quarantine_id
                   where m.rating_id = r.id and q.state <> 'released') as aside
    from rating r
    join closure c on c.id = r.closure_id
    join promise p on p.id = c.promise_id
    left join service s on s.id = c.service_id
    where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2
)""".replace("{satisfied}", str(SATISFIED))

CELLS = f"""{_COUNTED}
select agency_id, category, channel, m, count(*)::int as answers, sum(satisfied)::int as satisfied
from (select *, count(*) over (partition by agency_id, resident) as m
      from counted where not aside) as w
group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""  # noqa: S608 -- made of constants

GIVEN = f"""{_COUNTED}
select agency_id, overall, count(*)::int as answers
from counted where not aside group by 1, 2 order by 1, 2
"""  # noqa: S608 -- made of constants

MONTHS = f"""{_COUNTED}
select agency_id, month, m, count(*)::int as answers, sum(satisfied)::int as satisfied
from (select *, count(*) over (partition by agency_id, resident, month) as m
      from counted where not aside) as w
group by 1, 2, 3 order by 1, 2, 3
"""  # noqa: S608 -- made of constants

_WEIGHED = """
select agency_id, m, count(*)::int as answers, sum(satisfied)::int as satisfied
from (select *, count(*) over (partition by agency_id, resident) as m from chosen) as w
group by 1, 2 order by 1, 2
"""

# Each: the answers that are left. The busiest day is the local one on which most were given.
WITHOUT = {
    "counter": f"""{_COUNTED}, chosen as (
    select * from counted where not aside and mode <> 'counter')
    {_WEIGHED}""",  # noqa: S608 -- made of constants
    "busiest_day": f"""{_COUNTED}, busiest as (
    select distinct on (agency_id) agency_id, day
    from (select agency_id, day, count(*) as answers from counted where not aside group by 1, 2) d
    order by agency_id, answers desc, day
), chosen as (
    select c.* from counted c join busiest b using (agency_id) where not c.aside and c.day <> b.day)
    {_WEIGHED}""",  # noqa: S608 -- made of constants
}

WITH_ALL = f"""{_COUNTED}, chosen as (
    select * from counted where agency_id in (select agency_id from counted where aside))
    {_WEIGHED}
"""  # noqa: S608 -- made of constants

ASIDE = """
select c.agency_id, q.state, count(distinct m.rating_id)::int as answers
from quarantine q
join quarantined_rating m on m.quarantine_id = q.id
join rating r on r.id = m.rating_id
join closure c on c.id = r.closure_id
where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2
group by 1, 2 order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Voices:
    """What is counted of one agency in a window."""

    counts: Effective
    cells: tuple[Stratum, ...] = ()
    without: tuple[tuple[str, int, Fraction], ...] = ()
    """(what was left out, residents, satisfied)."""
    aside: Aside = NOTHING_ASIDE


async def voices(starts_at: datetime, ends_at: datetime, zone: str) -> dict[int, Voices]:
    """Each agency with any answer to what was closed in [starts_at, ends_at)."""
    of = [starts_at, ends_at, zone]
    strata = await cells(starts_at, ends_at, zone)
    levels = await _levels(of)
    aside = await _aside(of)
    less = {name: _weighed(await _rows(query, of)) for name, query in WITHOUT.items()}
    return {
        agency: Voices(
            counts(strata.get(agency, ()), levels.get(agency, (0,) * LEVELS)),
            strata.get(agency, ()),
            tuple((name, *found.get(agency, (0, Fraction(0)))) for name, found in less.items()),
            aside.get(agency, Aside()),
        )
        for agency in sorted(strata.keys() | aside.keys())
    }


async def cells(
    starts_at: datetime, ends_at: datetime, zone: str
) -> dict[int, tuple[Stratum, ...]]:
    """By agency what its residents said of each kind of service; every cell, however small."""
    found: dict[int, dict[tuple[str, str], tuple[Fraction, Fraction]]] = defaultdict(dict)
    for row in await _rows(CELLS, [starts_at, ends_at, zone]):
        own, key = found[row["agency_id"]], (row["category"], row["channel"])
        n, x = own.get(key, (Fraction(0), Fraction(0)))
        own[key] = (
            n + Fraction(row["answers"], row["m"]),
            x + Fraction(row["satisfied"], row["m"]),
        )
    return {
        agency: tuple(
            Stratum(category=category, channel=channel, n=n, x=x)
            for (category, channel), (n, x) in sorted(own.items())
        )
        for agency, own in found.items()
    }


async def months(starts_at: datetime, ends_at: datetime, zone: str) -> dict[int, tuple[Month, ...]]:
    """By agency each month with any answer; as they are, not yet as they may be shown."""
    found: dict[int, dict[str, tuple[Fraction, Fraction]]] = defaultdict(dict)
    for row in await _rows(MONTHS, [starts_at, ends_at, zone]):
        own = found[row["agency_id"]]
        n, x = own.get(row["month"], (Fraction(0), Fraction(0)))
        own[row["month"]] = (
            n + Fraction(row["answers"], row["m"]),
            x + Fraction(row["satisfied"], row["m"]),
        )
    return {
        agency: tuple(Month(period=month, n=int(n), x=x) for month, (n, x) in sorted(own.items()))
        for agency, own in found.items()
    }


async def _levels(of: list[Any]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = defaultdict(lambda: [0] * LEVELS)
    for row in await _rows(GIVEN, of):
        found[row["agency_id"]][row["overall"] - 1] = row["answers"]
    return {agency: tuple(levels) for agency, levels in found.items()}


async def _aside(of: list[Any]) -> dict[int, Aside]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in await _rows(ASIDE, of[:2]):
        found[row["agency_id"]][row["state"]] = row["answers"]
    if not found:
        return {}
    whole = _weighed(await _rows(WITH_ALL, of))
    return {
        agency: Aside(
            held=states.get(QuarantineState.HELD, 0),
            excluded=states.get(QuarantineState.EXCLUDED, 0),
            released=states.get(QuarantineState.RELEASED, 0),
            n_with=n,
            x_with=x,
        )
        for agency, states in found.items()
        for n, x in [whole.get(agency, (0, Fraction(0)))]
    }


def counts(strata: tuple[Stratum, ...], levels: tuple[int, ...]) -> Effective:
    """The voices of all strata together."""
    n = sum((cell.n for cell in strata), Fraction(0))
    return Effective(int(n), sum((cell.x for cell in strata), Fraction(0)), levels)


def _weighed(rows: list[dict[str, Any]]) -> dict[int, tuple[int, Fraction]]:
    found: dict[int, tuple[Fraction, Fraction]] = {}
    for row in rows:
        n, x = found.get(row["agency_id"], (Fraction(0), Fraction(0)))
        found[row["agency_id"]] = (
            n + Fraction(row["answers"], row["m"]),
            x + Fraction(row["satisfied"], row["m"]),
        )
    return {agency: (int(n), x) for agency, (n, x) in found.items()}


async def _rows(query: str, of: list[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(query, of)
    return rows
