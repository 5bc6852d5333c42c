"""Rows of answers out of the database by the hundred thousand, as columns of numbers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tortoise.connection import get_connection

from ranking.method.counting import Columns

Rows = NDArray[np.void]

MONTH = """(date_part('year', {at}) * 12 + date_part('month', {at}) - 1)::smallint"""

# A resident at an agency as one number. That any two of 10 million fall together happens in three
# of a million such cities; and nobody can be followed by it from one agency to another.
VOICE = "substr(sha256({c}.resident || int4send({c}.agency_id)), 1, 8)::bigint"

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
_OF_AGENCIES = "and agency_id = any($3)"

_TYPES = {
    "rating": "i8",
    "voice": "i8",
    "agency": "i4",
    "stratum": "i4",
    "day": "i4",
    "month": "i2",
    "overall": "i2",
    "counter": "i2",
}

_HEADER = 19
_END = 2
AT_ONCE = 1 << 24
"""Bytes."""


def _row(of: Mapping[str, str]) -> np.dtype[Any]:
    """A row of COPY's binary format: how many fields, then each with its length before it. None of
    them can be null, so all rows are of one size.
    """
    parts = [[(f"length of {name}", ">i4"), (name, f">{kind}")] for name, kind in of.items()]
    return np.dtype([("fields", ">i2"), *(part for pair in parts for part in pair)])


async def tallied(first: int, end: int, *, agencies: Collection[int] | None = None) -> Columns:
    """What was tallied of closures in the months from `first` to before `end`, of all agencies
    or of these. Months are counted from the year 0.
    """
    if agencies is None:
        return await read(_TALLIED, [first, end])
    return await read(_TALLIED + _OF_AGENCIES, [first, end, sorted(agencies)])


def months(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> tuple[int, int]:
    """The local months, counted from the year 0, from the one that begins at `starts_at` to before
    the one that begins at `ends_at`.
    """
    first, end = (at.astimezone(zone) for at in (starts_at, ends_at))
    return first.year * 12 + first.month - 1, end.year * 12 + end.month - 1


async def read(query: str, of: Sequence[Any]) -> Columns:
    """The rows of a query that gives these eight columns, in whatever order it gives them."""
    taken = [np.zeros(0, dtype=_row(_TYPES))]
    await stream(query, of, _TYPES, taken.append)
    rows = np.concatenate(taken)
    return Columns(*(rows[name].astype(np.int64) for name in _TYPES))


async def stream(
    query: str, of: Sequence[Any], types: Mapping[str, str], take: Callable[[Rows], None]
) -> None:
    """Hand on the rows of a query that gives columns of these types, none of them null, as they
    come: some hundred thousand at a time.
    """
    row = _row(types)
    waiting = bytearray()
    skip = _HEADER

    def hand_on() -> None:
        nonlocal skip
        count = (len(waiting) - skip) // row.itemsize
        if count > 0:
            take(np.frombuffer(bytes(waiting[skip : skip + count * row.itemsize]), dtype=row))
            del waiting[: skip + count * row.itemsize]
            skip = 0

    async def receive(block: bytes) -> None:
        waiting.extend(block)
        if len(waiting) >= AT_ONCE:
            hand_on()

    async with get_connection("default").acquire_connection() as connection:
        await connection.copy_from_query(query, *of, output=receive, format="binary")
    hand_on()
