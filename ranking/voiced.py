"""The effective counts of whole periods in one pass, in the same memory whatever their size.

Twice: from what was tallied, and from the ratings alone, which must come to the same. The database
joins, and says each answer in two numbers; these are parted by resident on disk and weighed part
by part. `recounting` looks row by row for what differs.
"""

import bisect
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ranking import columns, spill
from ranking.columns import Rows
from ranking.method import weighing
from ranking.method.periods import Period
from ranking.method.weighing import Voiced

Counts = dict[str, dict[tuple[int, int], Voiced]]
"""By name of the period: by agency and stratum what was said."""

_AGENCY_BITS, _STRATUM_BITS = 24, 20
_TYPES = {"voice": "i8", "answer": "i8"}

# Whoever answers in two periods is a voice in each. Both ways tell residents apart by 64 bits.
#
# One number of all that an answer is counted by. Of the bounds that begin and end the periods the
# last that was passed says which one it belongs to, or that it lies between two.
_ANSWER = f"""(((of.bound::bigint << {_AGENCY_BITS} | of.agency_id) << {_STRATUM_BITS}
    | {{stratum}}) << {weighing.LEVEL_BITS} | {{overall}})"""

_TALLIED = f"""
select of.voice # (of.bound::bigint << 48),
       {_ANSWER.format(stratum="of.stratum_id", overall="of.overall")}
from (select voice, agency_id, stratum_id, overall, width_bucket(month::int, $1::int[]) as bound
      from counted_answer where month >= $2 and month < $3) as of
"""  # noqa: S608 -- made of constants

_RATED = f"""
select hashbyteaextended(of.resident, of.bound::bigint << {_AGENCY_BITS} | of.agency_id),
       {_ANSWER.format(stratum="coalesce(st.id, 0)", overall="r.overall")}
from (select *, width_bucket(closed_at, $1::timestamptz[]) as bound
      from closure where void_at is null and closed_at >= $2 and closed_at < $3) as of
join rating r on r.closure_id = of.id
join promise p on p.id = of.promise_id
left join stratum st on {columns.STRATUM.format(p="p", c="of")}
"""  # noqa: S608 -- made of constants


async def of_tallies(wanted: Sequence[Period], zone: ZoneInfo) -> Counts:
    """What was tallied of what was closed in each of these periods, of which none overlap."""
    bounds = [columns.months(of.starts_at, of.ends_at, zone) for of in wanted]
    return await _counts(_TALLIED, bounds, wanted)


async def of_ratings(wanted: Sequence[Period]) -> Counts:
    """The same from the ratings alone, tallied or not."""
    return await _counts(_RATED, [(of.starts_at, of.ends_at) for of in wanted], wanted)


async def _counts(query: str, spans: Sequence[tuple[Any, Any]], wanted: Sequence[Period]) -> Counts:
    bounds = sorted(bound for span in spans for bound in span)
    with spill.spilling(len(_TYPES)) as held:

        def take(rows: Rows) -> None:
            held.add(np.stack([rows[name].astype(np.int64) for name in _TYPES], axis=1))

        await columns.stream(query, [bounds, bounds[0], bounds[-1]], _TYPES, take)
        parts = (weighing.of_voices(part[:, 0], part[:, 1]) for part in held.parts())
        weights = weighing.folded(parts)
    found: Counts = {of.name: {} for of in wanted}
    passed = [bisect.bisect_right(bounds, begin) for begin, _ in spans]
    names = dict(zip(passed, (of.name for of in wanted), strict=True))
    for kind, voices in weighing.voiced(weights).items():
        bound = kind >> _AGENCY_BITS + _STRATUM_BITS
        agency, stratum = divmod(kind & 2 ** (_AGENCY_BITS + _STRATUM_BITS) - 1, 2**_STRATUM_BITS)
        if bound in names:
            found[names[bound]][agency, stratum] = voices
    return found
