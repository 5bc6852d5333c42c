"""Everything counted again: each tallied answer compared with the rating it was made from, the
voices they come to with those counted from the ratings in another way (`voiced`), and each agency's
tally of the quarter with the rows it was counted from.

Row by row, each part in one statement and so in one snapshot of the database: where no row differs,
no count made of them does. Then the voices, then its tallies, of answers and of promises: four
looks. What is still to be tallied is left out on both sides, for it is not yet said. The server
sorts and spills; nothing is held in memory here, however many there are.

Each look is taken some agencies at a time, an act for each part, and how far it has come is kept:
whatever ends a sweep, the next one goes on from there. Only the whole is a result.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ranking import statements
from ranking.counts import parted, rereading, tallies, tallying, voiced
from ranking.counts.tallying import Window
from ranking.frozen import edition_rows
from ranking.frozen.life_errors import RecountDiffers, RecountMissing
from ranking.method import periods
from ranking.method.periods import Period
from ranking.models import PeriodRow, RecountBegunRow, RecountRow
from sla import charter
from sla.acts import Act
from sla.charter import Agency

log = logging.getLogger(__name__)

EVERY = timedelta(hours=20)
"""A quarter counted again within this time is not counted again by the sweep: once a night."""
ANSWERS_AT_ONCE = 20_000_000
"""Closures and promises whose answers are compared at once: about a minute of work."""
AT_ONCE = 4_000_000
"""Closures and promises whose tallies are, less than a minute of work for either; there are as many
of each as are settled at once (`tallying.AT_ONCE`), for the same reason.
"""

# Of several sweeps one compares.
LOCK = 0x48A1_106A

SIZES = """
select agency_id, sum(rows)::int as rows from (
    select agency_id, count(*) as rows from closure
    where closed_at >= $1 and closed_at < $2 group by 1
    union all
    select agency_id, count(*) from promise where due_at >= $1 and due_at < $2 group by 1) as of
group by 1
"""

LATEST = """
select (array_agg(id order by at desc, id desc))[1] as id from recount
group by period order by period desc limit $1
"""

SPAN = "select min(month) as first, max(month) as last from counted_answer"


@dataclass(frozen=True, slots=True)
class Recount:
    """How a quarter stood when it was counted again.

    `differing`: by agency's number, how many answers, kinds of work and tallies.
    """

    period: str
    at: datetime
    answers: int
    differing: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """A recount under way: so many of the `LOOKS` are taken at all agencies, and the next at those
    up to number `after`; the others come in parts that end with these numbers.
    """

    found: Recount
    after: int
    ends: tuple[int, ...]
    look: int = 0


async def again(period: Period, at: datetime, zone: ZoneInfo) -> list[Recount]:
    """Count the quarters of a period again, and keep what was found; a difference is logged.

    All in this act, and first of all what no sweep has tallied yet.
    """
    while await tallies.count_some(zone):
        pass
    found = []
    for quarter in _quarters(period, zone):
        begun = await _begun(quarter, at)
        while begun.ends:
            begun = await _further(begun, quarter, zone)
        await _keep(begun.found)
        found.append(begun.found)
    return found


async def recount_next(act: Act, zone: ZoneInfo) -> bool:
    """Count again some agencies of a quarter that was not counted again since last night; whether
    there was one.
    """
    [span] = await statements.rows(SPAN)
    if span["first"] is None:
        return False
    fresh = {row.period for row in await RecountRow.filter(at__gt=act.at - EVERY)}
    for first in range(span["first"] // 3 * 3, span["last"] + 1, 3):
        name = f"{first // 12}-Q{first % 12 // 3 + 1}"
        if name not in fresh:
            return await advance(periods.parse(name, zone), act.at, zone)
    return False


async def advance(quarter: Period, at: datetime, zone: ZoneInfo) -> bool:
    """Count again some agencies of a quarter, and keep what was found when they were the last.

    Goes on with what was begun since last night, or begins: what nobody has tallied yet comes
    first, an act at a time. False when somebody else is at it.
    """
    if not await statements.is_alone(LOCK):
        return False
    row = await RecountBegunRow.get_or_none(period=quarter.name)
    if row is not None and row.at > at - EVERY:
        begun = Begun(
            Recount(row.period, row.at, row.answers, _of_agencies(row.differing)),
            row.after,
            tuple(row.ends),
            row.look,
        )
    elif await tallies.count_some(zone) == tallies.AT_ONCE:
        return True
    else:
        begun = await _begun(quarter, at)
    begun = await _further(begun, quarter, zone)
    await RecountBegunRow.filter(period=quarter.name).delete()
    if begun.ends:
        await RecountBegunRow.create(
            **_fields(begun.found), after=begun.after, ends=list(begun.ends), look=begun.look
        )
    else:
        await _keep(begun.found)
    return True


async def ends(quarter: Period, at_once: int) -> tuple[int, ...]:
    """With which agencies' numbers the parts of a quarter end, of so many closures and promises;
    the last with whoever may come to be meanwhile.
    """
    rows = await statements.rows(SIZES, [quarter.starts_at, quarter.ends_at])
    parts = parted.parts({row["agency_id"]: row["rows"] for row in rows}, at_once)
    return (*(part[-1] for part in parts[:-1]), tallying.LAST)


async def latest(limit: int = 8) -> list[tuple[Recount, tuple[Agency, ...]]]:
    """The last recount of each of the latest quarters, the latest first, and whose counts differed
    in it, in alphabetical order.
    """
    known = (await charter.current()).agencies.values()
    ids = await statements.rows(LATEST, [limit])
    found = []
    for row in await RecountRow.filter(id__in=[of["id"] for of in ids]).order_by("-period"):
        of = Recount(row.period, row.at, row.answers, _of_agencies(row.differing))
        named = [agency for agency in known if agency.id in of.differing]
        found.append((of, tuple(sorted(named, key=lambda one: (one.sort_key, one.code)))))
    return found


async def last_recount(period: Period, zone: ZoneInfo) -> list[Recount]:
    """The last count of each quarter of a period that was ever counted again."""
    found = []
    for quarter in _quarters(period, zone):
        row = await RecountRow.filter(period=quarter.name).order_by("-at", "-id").first()
        if row is not None:
            differing = _of_agencies(row.differing)
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


async def next_due(
    period: Period, at: datetime, zone: ZoneInfo, *, since: datetime
) -> Period | None:
    """The first quarter of a period not counted again since last night, with the period over.

    A count that differed is good for nothing from `since` on.
    """
    last = {of.period: of for of in await last_recount(period, zone)}
    earliest = max(period.ends_at, at - EVERY)
    for quarter in _quarters(period, zone):
        of = last.get(quarter.name)
        if of is None or of.at < earliest or (of.differing and of.at < since):
            return quarter
    return None


async def _begun(quarter: Period, at: datetime) -> Begun:
    """Nothing is compared yet."""
    return await _from_the_first(Recount(quarter.name, at, 0), quarter, look=0)


async def _from_the_first(found: Recount, quarter: Period, *, look: int) -> Begun:
    at_once = ANSWERS_AT_ONCE if LOOKS[look] in OF_ANSWERS else AT_ONCE
    return Begun(found, 0, await ends(quarter, at_once), look)


async def _further(begun: Begun, quarter: Period, zone: ZoneInfo) -> Begun:
    """With the next part looked at; what differs in it is counted anew by the next sweep."""
    await statements.patient(**tallying.PATIENCE)
    found = await LOOKS[begun.look](begun.found, quarter, zone, (begun.after, begun.ends[0]))
    if len(begun.ends) == 1 and begun.look + 1 < len(LOOKS):
        return await _from_the_first(found, quarter, look=begun.look + 1)
    return Begun(found, begun.ends[0], begun.ends[1:], begun.look)


async def _answers(found: Recount, quarter: Period, zone: ZoneInfo, of: tuple[int, int]) -> Recount:
    looked = await rereading.compared(quarter, zone, after=of[0], until=of[1])
    return replace(_with(found, looked.differing), answers=found.answers + looked.answers)


async def _voices(found: Recount, quarter: Period, _: ZoneInfo, of: tuple[int, int]) -> Recount:
    return _with(found, await voiced.differing(quarter, after=of[0], until=of[1]))


async def _said(found: Recount, quarter: Period, _: ZoneInfo, of: tuple[int, int]) -> Recount:
    return await _tallies(found, tallying.of_answers(quarter), of)


async def _kept(found: Recount, quarter: Period, _: ZoneInfo, of: tuple[int, int]) -> Recount:
    committed = edition_rows.committed(await PeriodRow.get_or_none(name=quarter.name), quarter)
    return await _tallies(found, tallying.of_promises(committed), of)


async def _tallies(found: Recount, window: Window, of: tuple[int, int]) -> Recount:
    return _with(found, Counter(await tallying.differing(window, after=of[0], until=of[1])))


def _with(found: Recount, differing: Counter[int]) -> Recount:
    return replace(found, differing=dict(Counter(found.differing) + differing))


LOOKS = (_answers, _voices, _said, _kept)
OF_ANSWERS = (_answers, _voices)


async def _keep(found: Recount) -> None:
    await RecountRow.create(**_fields(found))
    if found.differing:
        log.error(
            "recount differs",
            extra={"period": found.period, "answers": sum(found.differing.values())},
        )


def _fields(found: Recount) -> dict[str, Any]:
    differing = {str(agency): answers for agency, answers in found.differing.items()}
    return {
        "period": found.period,
        "at": found.at,
        "answers": found.answers,
        "differing": differing,
    }


def _of_agencies(stored: Mapping[str, int]) -> dict[int, int]:
    return {int(agency): answers for agency, answers in stored.items()}


def _quarters(period: Period, zone: ZoneInfo) -> list[Period]:
    found = [periods.containing(period.starts_at, zone)]
    while found[-1].ends_at < period.ends_at:
        found.append(found[-1].following())
    return found
