"""What residents answered in a window, from the tallies: by service, without some, by month.

One resident, one voice: of m counted answers of a resident to one agency in the window each weighs
1/m (method, section 2). Answers in quarantine are left out, but where it is asked what they would
have made. All counts are whole numbers or exact fractions of them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from tortoise.connection import get_connection

from ranking import columns, tallies
from ranking.edition_detail import Month, Stratum
from ranking.gathered import NOTHING_ASIDE, Aside
from ranking.method import counting
from ranking.method.counting import LEVELS, Chosen, Columns
from ranking.models import QuarantineState
from ranking.tallies import Effective

WITHOUT: dict[str, Callable[[Columns], Chosen]] = {
    "counter": lambda answers: answers.counter == 0,
    "busiest_day": counting.outside_busiest_day,
}
"""By name: which answers are left when some are left out. Days are those of giving, and local."""

# What is under review or was excluded; only a release gives it back its voice.
SET_ASIDE = """
select distinct m.rating_id from quarantined_rating m join quarantine q on q.id = m.quarantine_id
where q.state <> 'released'
"""

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


async def voices(
    starts_at: datetime, ends_at: datetime, zone: str, *, agencies: Collection[int] | None = None
) -> dict[int, Voices]:
    """Each agency with any answer to what was closed in [starts_at, ends_at), or each of these.

    Both are beginnings of local months.
    """
    given = await _given(starts_at, ends_at, zone, agencies=agencies)
    aside = await _aside([starts_at, ends_at], given)
    answers = given.all.only(~given.aside)
    strata = await tallies.cells(answers)
    levels = counting.levels(answers)
    less = {name: _weighed(answers.only(chosen(answers))) for name, chosen in WITHOUT.items()}
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
    given = await _given(starts_at, ends_at, zone)
    return await tallies.cells(given.all.only(~given.aside))


async def months(
    starts_at: datetime, ends_at: datetime, zone: str, *, agencies: Collection[int] | None = None
) -> dict[int, tuple[Month, ...]]:
    """By agency each month with any answer; as they are, not yet as they may be shown."""
    given = await _given(starts_at, ends_at, zone, agencies=agencies)
    answers = given.all.only(~given.aside)
    found: dict[int, list[Month]] = defaultdict(list)
    by = [answers.agency, answers.month]
    for (agency, month), of in counting.weighed(answers, by, within=[answers.month]).items():
        name = f"{month // 12}-{month % 12 + 1:02}"
        found[agency].append(Month(period=name, n=int(of.n), x=of.x))
    return {agency: tuple(sorted(own, key=lambda of: of.period)) for agency, own in found.items()}


@dataclass(frozen=True, slots=True)
class _Given:
    """All answers of a window, and which of them are set aside."""

    all: Columns
    aside: Chosen


async def _given(
    starts_at: datetime, ends_at: datetime, zone: str, *, agencies: Collection[int] | None = None
) -> _Given:
    span = columns.months(starts_at, ends_at, ZoneInfo(zone))
    answers = await columns.tallied(*span, agencies=agencies)
    aside = [row["rating_id"] for row in await _rows(SET_ASIDE, [])]
    return _Given(answers, np.isin(answers.rating, np.array(aside, dtype=np.int64)))


async def _aside(of: list[Any], given: _Given) -> dict[int, Aside]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in await _rows(ASIDE, of):
        found[row["agency_id"]][row["state"]] = row["answers"]
    concerned = np.unique(given.all.agency[given.aside])
    whole = _weighed(given.all.only(np.isin(given.all.agency, concerned)))
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


def _weighed(answers: Columns) -> dict[int, tuple[int, Fraction]]:
    found = counting.weighed(answers, [answers.agency])
    return {agency: (int(of.n), of.x) for (agency,), of in found.items()}


async def _rows(query: str, of: list[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(query, of)
    return rows
