"""The effective counts of a whole period in one pass, in the same memory whatever its size.

Twice: from what was tallied, and from the ratings alone, which must come to the same. The database
joins, and says each answer in two numbers; these are parted by resident on disk and weighed part
by part. `recounting` looks row by row for what differs.
"""

from typing import Any

import numpy as np
from tortoise.transactions import in_transaction

from ranking import statements
from ranking.counts import columns, spill
from ranking.counts.columns import Rows
from ranking.method import weighing
from ranking.method.periods import Period
from ranking.method.weighing import Voiced

Counts = dict[tuple[int, int], Voiced]
"""By agency and stratum what was said."""

_STRATUM_BITS = 20
_TYPES = {"voice": "i8", "answer": "i8"}

# One number of all that an answer is counted by. Both ways tell residents apart by 64 bits.
_ANSWER = f"""((of.agency_id::bigint << {_STRATUM_BITS} | {{stratum}}) << {weighing.LEVEL_BITS}
    | {{overall}})"""

_TALLIED = f"""
select of.voice, {_ANSWER.format(stratum="of.stratum_id", overall="of.overall")}
from counted_answer of where month >= $1 and month < $2
"""  # noqa: S608 -- made of constants

_RATED = f"""
select hashbyteaextended(of.resident, of.agency_id),
       {_ANSWER.format(stratum="coalesce(st.id, 0)", overall="r.overall")}
from closure of
join rating r on r.closure_id = of.id
join promise p on p.id = of.promise_id
left join stratum st on {columns.STRATUM.format(p="p", c="of")}
where of.void_at is null and of.closed_at >= $1 and of.closed_at < $2
"""  # noqa: S608 -- made of constants


async def of_tallies(period: Period) -> Counts:
    """What was tallied of what was closed in a period of whole local months."""
    months = columns.months(period.starts_at, period.ends_at, period.timezone)
    return await _counts(_TALLIED, *months)


async def of_ratings(period: Period) -> Counts:
    """The same from the ratings alone, tallied or not."""
    return await _counts(_RATED, period.starts_at, period.ends_at)


async def _counts(query: str, *span: Any) -> Counts:
    async with in_transaction(), statements.whole_tables():
        return await _weighed(query, *span)


async def _weighed(query: str, *span: Any) -> Counts:
    with spill.spilling(len(_TYPES)) as held:

        def take(rows: Rows) -> None:
            held.add(np.stack([rows[name].astype(np.int64) for name in _TYPES], axis=1))

        await columns.stream(query, span, _TYPES, take)
        parts = (weighing.of_voices(part[:, 0], part[:, 1]) for part in held.parts())
        weights = weighing.folded(parts)
    return {
        divmod(kind, 2**_STRATUM_BITS): voices for kind, voices in weighing.voiced(weights).items()
    }
