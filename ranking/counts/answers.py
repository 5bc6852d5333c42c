"""What residents answered in a window, from the tallies: by service, without some, by month.

One resident, one voice: of m counted answers of a resident to one agency in the window each weighs
1/m (method, section 2). Answers in quarantine are left out, but where it is asked what they would
have made. All counts are whole numbers or exact fractions of them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ranking import statements
from ranking.counts import columns, parted, tallies
from ranking.counts.gathered import NOTHING_ASIDE, Aside
from ranking.counts.tallies import Effective
from ranking.frozen.edition_detail import Month, Stratum
from ranking.method import counting
from ranking.method.counting import LEVELS, Chosen, Column, Columns
from ranking.models import QuarantineState

WITHOUT: dict[str, Callable[[Columns, Column], Chosen]] = {
    "counter": lambda answers, _: answers.counter == 0,
    "busiest_day": lambda answers, _: counting.outside_busiest_day(answers),
    "busiest_device": lambda answers, busiest: ~np.isin(answers.rating, busiest),
}
"""By name: which answers are left when some are left out; given those of busiest devices. Days are
those of giving, and local.
"""

# What is under review or was excluded; only a release gives it back its voice.
SET_ASIDE = """
select distinct m.rating_id from quarantined_rating m join quarantine q on q.id = m.quarantine_id
where q.state <> 'released'
"""

# $1: from when on; as given, not as changed since.
BUSIEST = """
select b.rating_id from busiest_answer b
join rating r on r.id = b.rating_id and r.given_at = b.given_at
where b.given_at >= $1
"""

ASIDE = """
select c.agency_id, q.state, count(distinct m.rating_id)::int as answers
from quarantine q
join quarantined_rating m on m.quarantine_id = q.id
join rating r on r.id = m.rating_id
join closure c on c.id = r.closure_id
where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2
  and ($3::int[] is null or c.agency_id = any($3))
group by 1, 2 order by 1, 2
"""


AT_ONCE = 500_000
"""Answers held in memory together, unless one agency alone has more."""

SIZES = """
select agency_id, count(*)::int as answers from counted_answer
where month >= $1 and month < $2 and ($3::int[] is null or agency_id = any($3))
group by 1 order by 1
"""


@dataclass(frozen=True, slots=True)
class Voices:
    """What is counted of one agency in a window."""

    counts: Effective
    cells: tuple[Stratum, ...] = ()
    without: tuple[tuple[str, int, Fraction], ...] = ()
    """(what was left out, residents, satisfied)."""
    aside: Aside = NOTHING_ASIDE
    months: tuple[Month, ...] = ()
    """As they are, not yet as they may be shown."""


async def voices(
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    *,
    months_from: datetime | None = None,
    agencies: Collection[int] | None = None,
) -> dict[int, Voices]:
    """Each agency with any answer to what was closed in [starts_at, ends_at), or each of these.

    Both are beginnings of local months, as is `months_from`, from which on months are told: else
    all are. Of ever so many answers only some are held in memory at a time.
    """
    span = columns.months(starts_at, ends_at, ZoneInfo(zone))
    first_month, _ = columns.months(months_from or starts_at, ends_at, ZoneInfo(zone))
    set_aside = await _ratings(SET_ASIDE)
    busiest = await _ratings(BUSIEST, starts_at)
    of = None if agencies is None else sorted(agencies)
    states: dict[int, dict[str, int]] = defaultdict(dict)
    for row in await statements.rows(ASIDE, [starts_at, ends_at, of]):
        states[row["agency_id"]][row["state"]] = row["answers"]
    sizes = dict.fromkeys(states, 0)
    sizes |= {row["agency_id"]: row["answers"] for row in await statements.rows(SIZES, [*span, of])}
    found: dict[int, Voices] = {}
    for chosen in parted.parts(sizes, AT_ONCE):
        answers = (await columns.tallied(*span, agencies=chosen)).by_voice()
        given = _Given(answers, np.isin(answers.rating, set_aside), busiest)
        some = {agency: states[agency] for agency in chosen if agency in states}
        found |= await _counted(given, some, first_month)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _Given:
    """All answers of some agencies in a window, which of them are set aside, and the numbers of
    those that came from the busiest device of their day.
    """

    all: Columns
    aside: Chosen
    busiest: Column


async def _ratings(query: str, *of: Any) -> Column:
    """The numbers of the ratings that a query gives."""
    rows = await statements.rows(query, list(of))
    return np.array([row["rating_id"] for row in rows], dtype=np.int64)


async def _counted(
    given: _Given, states: Mapping[int, Mapping[str, int]], first_month: int
) -> dict[int, Voices]:
    answers = given.all.only(~given.aside)
    strata = await tallies.cells(answers)
    levels = counting.levels(answers)
    months = _months(answers.only(answers.month >= first_month))
    less = {
        name: _weighed(answers.only(left(answers, given.busiest))) for name, left in WITHOUT.items()
    }
    concerned = np.unique(given.all.agency[given.aside])
    whole = _weighed(given.all.only(np.isin(given.all.agency, concerned)))
    return {
        agency: Voices(
            counts(strata.get(agency, ()), levels.get(agency, (0,) * LEVELS)),
            strata.get(agency, ()),
            tuple((name, *found.get(agency, (0, Fraction(0)))) for name, found in less.items()),
            _aside(states[agency], *whole.get(agency, (0, Fraction(0))))
            if agency in states
            else NOTHING_ASIDE,
            months.get(agency, ()),
        )
        for agency in strata.keys() | states.keys()
    }


def _aside(states: Mapping[str, int], n_with: int, x_with: Fraction) -> Aside:
    return Aside(
        held=states.get(QuarantineState.HELD, 0),
        excluded=states.get(QuarantineState.EXCLUDED, 0),
        released=states.get(QuarantineState.RELEASED, 0),
        n_with=n_with,
        x_with=x_with,
    )


def _months(answers: Columns) -> dict[int, tuple[Month, ...]]:
    found: dict[int, list[Month]] = defaultdict(list)
    by = [answers.agency, answers.month]
    for (agency, month), of in counting.weighed(answers, by, within=[answers.month]).items():
        name = f"{month // 12}-{month % 12 + 1:02}"
        found[agency].append(Month(period=name, n=int(of.n), x=of.x))
    return {agency: tuple(sorted(own, key=lambda of: of.period)) for agency, own in found.items()}


def counts(strata: tuple[Stratum, ...], levels: tuple[int, ...]) -> Effective:
    """The voices of all strata together."""
    n = sum((cell.n for cell in strata), Fraction(0))
    return Effective(int(n), sum((cell.x for cell in strata), Fraction(0)), levels)


def _weighed(answers: Columns) -> dict[int, tuple[int, Fraction]]:
    found = counting.weighed(answers, [answers.agency])
    return {agency: (int(of.n), of.x) for (agency,), of in found.items()}
