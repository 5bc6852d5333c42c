"""The tallies: every answer that counts, as one narrow row that voices are counted from.

A row says all that counting asks of a rating and of its closure (`columns.COUNTED`), and follows
from them alone. So whatever is repeated, lost or comes in another order, to tally a rating again
writes the row that is there already; there is nothing to be added twice. Which ratings are still
to be tallied is noted by whatever changes one (`untallied`), in the same transaction; a note goes
in the transaction that tallies. `recounting` compares with the ratings themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from ranking import statements
from ranking.counts import columns
from ranking.frozen.edition_detail import Stratum
from ranking.method import counting
from ranking.method.counting import LEVELS, SATISFIED, Columns
from ranking.method.periods import Period

__all__ = ["LEVELS", "SATISFIED", "Effective", "count_some"]

AT_ONCE = 20_000
"""Ratings tallied in one act."""

# One at a time, so that what was seen earlier is never written over what was seen later.
LOCK = 0x48A1_1069
ALONE = "select pg_advisory_xact_lock($1)"

# A row of one's own that nobody waits for: numbers commit out of order, so what is there is taken,
# and never "all up to the last one".
PICK = """
with gone as (
    delete from untallied
    where id <= (select max(id) from (select id from untallied order by id limit $1) as first)
    returning rating_id
)
select count(*)::int as notes, array_agg(distinct rating_id) as ratings from gone
"""

# Some of many, by their keys, each table once: whatever the statistics of tables just filled, or
# emptied, may say.
BY_KEY = """
select set_config(name, $1, true)
from unnest(array['enable_seqscan', 'enable_nestloop']) as of(name)
"""

# What it counted as before, if anything.
FORGET = "delete from counted_answer where rating_id = any($1)"

# A statement after the one that picks, so that it sees what was committed before that: whoever
# changes a rating, or makes its closure void, leaves another row for the next act. Each table is
# read once, in the order of the keys wanted of it. Of a kind of work that is not known yet nothing
# is done but told.
TALLY = f"""
with given as materialized (
    select id, closure_id, overall, mode, given_at from rating where id = any($2)
), closed as materialized (
    select id, promise_id, agency_id, service_id, channel, resident, closed_at, void_at
    from closure where id = any(array(select closure_id from given))
), promised as materialized (
    select id, kind, applicant from promise where id = any(array(select promise_id from closed))
), placed as materialized (
    select p.kind, c.service_id, c.channel, p.applicant, c.closed_at, c.void_at,
        st.id is null and c.void_at is null as is_unknown,
        {columns.COUNTS_AS.format(r="r", c="c")}
    from given r join closed c on c.id = r.closure_id join promised p on p.id = c.promise_id
    left join stratum st on {columns.STRATUM.format(p="p", c="c")}
), known as (
    select * from placed where not is_unknown
), counted as (
    insert into counted_answer
        (rating_id, voice, agency_id, stratum_id, given_on, month, overall, at_counter)
    select rating_id, voice, agency_id, stratum_id, given_on, month, overall, at_counter
    from known where void_at is null
), marked as (
    -- What was kept of these agencies is not what they were answered any more.
    insert into tally_mark (agency_id, since_at, until_at)
    select agency_id, min(closed_at), max(closed_at)
    from known group by agency_id, date_trunc('month', closed_at)
)
select kind, service_id, channel, applicant, array_agg(rating_id) as ratings
from placed where is_unknown group by 1, 2, 3, 4
"""  # noqa: S608 -- made of constants

# Kinds of work are few and soon all known; in one order, so that sweeps never wait in a circle.
KNOW_STRATA = """
insert into stratum (kind, service_id, channel, applicant)
select * from unnest($1::text[], $2::int[], $3::text[], $4::text[]) order by 1, 2, 3, 4
on conflict do nothing
"""

# A stratum is what the resident brought: the kind of work and its field, the way it came in,
# and whether it was for a person or a business.
STRATA = """
select st.id, st.kind || ':' || coalesce(s.field, '') as category, st.channel,
       st.applicant
from stratum st left join service s on s.id = st.service_id
"""


@dataclass(frozen=True, slots=True)
class Effective:
    """What residents said of one agency: n voices, x of them satisfied, and every level given."""

    n: int = 0
    x: Fraction = Fraction(0)
    levels: tuple[int, ...] = (0,) * LEVELS
    """How often 1, 2, 3, 4 and 5 were given: answers, not residents."""


async def is_alone() -> bool:
    """Whether nobody else tallies; then nobody does until this transaction ends."""
    return await statements.is_alone(LOCK)


async def count_some(zone: ZoneInfo) -> int:
    """Tally ratings that changed since they last were; how many changes that were, 20,000 at most.

    A rating counts for the agency and the local month of its closure; of a void closure it counts
    nothing. Waits for whoever else tallies.
    """
    connection = get_connection("default")
    await connection.execute_query(ALONE, [LOCK])
    await connection.execute_query(BY_KEY, ["off"])
    [picked] = await connection.execute_query_dict(PICK, [AT_ONCE])
    ratings = picked["ratings"]
    if ratings:
        await connection.execute_query(FORGET, [ratings])
    while ratings:
        unknown = await connection.execute_query_dict(TALLY, [zone.key, ratings])
        if unknown:
            of = ("kind", "service_id", "channel", "applicant")
            await connection.execute_query(
                KNOW_STRATA, [[row[name] for row in unknown] for name in of]
            )
        ratings = [rating for row in unknown for rating in row["ratings"]]
    await connection.execute_query(BY_KEY, ["on"])
    return int(picked["notes"])


async def cells(answers: Columns) -> dict[int, tuple[Stratum, ...]]:
    """By agency what its residents said of each kind of service; every cell, however small."""
    rows = await statements.rows(STRATA)
    names = {row["id"]: (row["category"], row["channel"], row["applicant"]) for row in rows}
    found: dict[int, dict[tuple[str, str, str], tuple[Fraction, Fraction]]] = {}
    for (agency, stratum), of in counting.weighed(
        answers, [answers.agency, answers.stratum]
    ).items():
        own = found.setdefault(agency, {})
        n, x = own.get(names[stratum], (Fraction(0), Fraction(0)))
        own[names[stratum]] = n + of.n, x + of.x
    return {agency: _strata(own) for agency, own in found.items()}


def _strata(own: Mapping[tuple[str, str, str], tuple[Fraction, Fraction]]) -> tuple[Stratum, ...]:
    return tuple(
        Stratum(category=category, channel=channel, n=n, x=x, applicant=applicant)
        for (category, channel, applicant), (n, x) in sorted(own.items())
    )


def zone_of(period: Period) -> ZoneInfo:
    """The named zone a period is cut in."""
    assert isinstance(period.timezone, ZoneInfo)  # noqa: S101 -- editions are cut in a named zone
    return period.timezone
