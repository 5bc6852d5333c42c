"""Answers out of the database, as columns: what was tallied, or the same from the ratings alone."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from tortoise.connection import get_connection

from ranking.method.counting import Columns

MONTH = """(extract(year from {at}) * 12 + extract(month from {at}) - 1)::smallint"""

# A resident at an agency as one number. That any two of 10 million fall together happens in three
# of a million such cities; and nobody can be followed by it from one agency to another.
VOICE = """('x' || encode(substr(sha256({c}.resident || int4send({c}.agency_id)), 1, 8), 'hex')
    )::bit(64)::bigint"""

# What a rating `r` of a closure `c` counts as; $1 is the zone.
COUNTS_AS = f"""
    {{r}}.id as rating_id, {VOICE} as voice, {{c}}.agency_id, coalesce(st.id, 0) as stratum_id,
    ({{r}}.given_at at time zone $1)::date as given_on,
    {MONTH.format(at="{c}.closed_at at time zone $1")} as month,
    {{r}}.overall, ({{r}}.mode = 'counter')::int::smallint as at_counter"""

# The kind of work of a closure `c` of a promise `p`.
STRATUM = """st.kind = {p}.kind and st.channel = {c}.channel and st.applicant = {p}.applicant
    and coalesce(st.service_id, 0) = coalesce({c}.service_id, 0)"""

# Of a void closure a rating counts nothing.
COUNTED = f"""
select {COUNTS_AS.format(r="r", c="c")}
from closure c
join rating r on r.closure_id = c.id
join promise p on p.id = c.promise_id
left join stratum st on {STRATUM.format(p="p", c="c")}
where c.void_at is null
"""  # noqa: S608 -- made of constants

_TALLIED = """
select rating_id, voice, agency_id, stratum_id, given_on, month, overall, at_counter
from counted_answer
where month >= $1 and month < $2
"""
_AGAIN = f"{COUNTED} and c.closed_at >= $2 and c.closed_at < $3"
_OF_AGENCIES = "and agency_id = any($3)"

_NAMES = ("rating", "voice", "agency", "stratum", "day", "month", "overall", "counter")
_TYPES = ("i8", "i8", "i4", "i4", "i4", "i2", "i2", "i2")

# A row of COPY's binary format: how many fields, then each with its length before it. None of
# them can be null, so all rows are of one size.
_ROW = np.dtype(
    [("fields", ">i2")]
    + [
        (f"{part}{name}", f">{kind}")
        for name, of in zip(_NAMES, _TYPES, strict=True)
        for part, kind in (("length of ", "i4"), ("", of))
    ]
)
_HEADER = 19
_END = 2


async def tallied(first: int, end: int, *, agencies: Collection[int] | None = None) -> Columns:
    """What was tallied of closures in the months from `first` to before `end`, of all agencies
    or of these. Months are counted from the year 0.
    """
    if agencies is None:
        return await read(_TALLIED, [first, end])
    return await read(_TALLIED + _OF_AGENCIES, [first, end, sorted(agencies)])


async def of_ratings(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Columns:
    """The same of closures in [starts_at, ends_at) from the ratings alone, tallied or not."""
    return await read(_AGAIN, [zone.key, starts_at, ends_at])


def months(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """The local months, counted from the year 0, from the one that begins at `starts_at` to before
    the one that begins at `ends_at`.
    """
    first, end = (at.astimezone(zone) for at in (starts_at, ends_at))
    return first.year * 12 + first.month - 1, end.year * 12 + end.month - 1


async def read(query: str, of: Sequence[Any]) -> Columns:
    """The rows of a query that gives these eight columns, in whatever order it gives them."""
    taken = bytearray()

    async def take(block: bytes) -> None:
        taken.extend(block)

    async with get_connection("default").acquire_connection() as connection:
        await connection.copy_from_query(query, *of, output=take, format="binary")
    count = (len(taken) - _HEADER - _END) // _ROW.itemsize
    rows = np.frombuffer(taken, dtype=_ROW, count=count, offset=_HEADER)
    return Columns(*(rows[name].astype(np.int64) for name in _NAMES))
