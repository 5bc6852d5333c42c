"""The effective counts of a period counted two ways at once, which must come to the same: from what
was tallied, and from the ratings themselves.

In one look at the database and so in one snapshot, in the same memory whatever the size of the
period: the database joins, and says each answer in two numbers; these are parted by resident on
disk and weighed part by part. Rows that are compared one by one (`rereading`) are made the way they
were tallied; the ratings are read in another way here, and residents told apart by another hash.
"""

from collections import Counter

import numpy as np

from ranking import statements
from ranking.counts import columns, spill
from ranking.counts.columns import Rows
from ranking.method import weighing
from ranking.method.periods import Period
from ranking.method.weighing import Voiced

Counts = dict[tuple[int, int], Voiced]
"""By agency and stratum what was said."""

_STRATUM_BITS = 20
# Above all that an answer is counted by, whether it was read from the ratings.
_RATED_BIT = 60
_TYPES = {"voice": "i8", "answer": "i8"}

# One number of all that an answer is counted by.
_ANSWER = f"""((of.agency_id::bigint << {_STRATUM_BITS} | {{stratum}}) << {weighing.LEVEL_BITS}
    | {{overall}})"""

# Both ways tell residents apart by 64 bits. What is still to be tallied is left out in both.
_BOTH = f"""
select of.voice, {_ANSWER.format(stratum="of.stratum_id", overall="of.overall")}
from counted_answer of
where of.month >= $1 and of.month < $2 and of.agency_id > $5 and of.agency_id <= $6
  and not exists (select from untallied u where u.rating_id = of.rating_id)
union all
select hashbyteaextended(of.resident, of.agency_id),
       {_ANSWER.format(stratum="coalesce(st.id, 0)", overall="r.overall")} | {1 << _RATED_BIT}
from closure of
join rating r on r.closure_id = of.id
join promise p on p.id = of.promise_id
left join stratum st on {columns.STRATUM.format(p="p", c="of")}
where of.void_at is null and of.closed_at >= $3 and of.closed_at < $4
  and of.agency_id > $5 and of.agency_id <= $6
  and not exists (select from untallied u where u.rating_id = r.id)
"""  # noqa: S608 -- made of constants


async def both(period: Period, *, after: int, until: int) -> tuple[Counts, Counts]:
    """(as tallied, as rated): what was said of what agencies closed in a period of whole local
    months; of those whose numbers come after one, up to another.
    """
    months = columns.months(period.starts_at, period.ends_at, period.timezone)
    async with statements.whole_tables():
        found = await _weighed([*months, period.starts_at, period.ends_at, after, until])
    rated = 1 << (_RATED_BIT - weighing.LEVEL_BITS)
    tallied_counts = {_named(kind): of for kind, of in found.items() if not kind & rated}
    return tallied_counts, {_named(kind ^ rated): of for kind, of in found.items() if kind & rated}


async def differing(period: Period, *, after: int, until: int) -> Counter[int]:
    """By agency's number, in how many kinds of work the two come to something else."""
    as_tallied, as_rated = await both(period, after=after, until=until)
    return Counter(
        agency
        for agency, stratum in as_tallied.keys() | as_rated.keys()
        if as_tallied.get((agency, stratum)) != as_rated.get((agency, stratum))
    )


def _named(kind: int) -> tuple[int, int]:
    return divmod(kind, 1 << _STRATUM_BITS)


async def _weighed(values: list[object]) -> dict[int, Voiced]:
    with spill.spilling(len(_TYPES)) as held:

        def take(rows: Rows) -> None:
            held.add(np.stack([rows[name].astype(np.int64) for name in _TYPES], axis=1))

        await columns.stream(_BOTH, values, _TYPES, take)
        parts = (weighing.of_voices(part[:, 0], part[:, 1]) for part in held.parts())
        weights = weighing.folded(parts)
    return weighing.voiced(weights)
