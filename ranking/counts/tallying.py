"""What was counted of each agency in a window, kept, so that an edition reads it in one look.

A tally follows from the rows it was counted from and from nothing else, and a mark is left in the
same transaction by whatever changes one of them. So whatever is repeated, lost or comes in another
order, what is marked is counted anew, and nothing is ever added to anything. Nothing depends on the
hour either: what looks up to a cut-off is only kept of windows that look up to theirs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.connection import get_connection

from ranking import statements
from ranking.counts import compact, tallied
from ranking.counts.gathered import Answers
from ranking.counts.tallied import Kept
from ranking.method.periods import Period

AT_ONCE = 2_000_000
"""Closures, or promises that fell due, of agencies counted together: less than a minute of work. Of
ten million rows much of that goes into reading whose they are: twice as many parts would cost half
as much again.
"""

LAST = 2**31 - 1
"""No agency's number is greater."""

# One at a time, so that what was seen earlier is never written over what was seen later.
LOCK = 0x48A1_1068
# What is held of the rows of a part is sorted and joined in memory, as far as that is enough.
ALONE = "select pg_advisory_xact_lock($1), set_config('work_mem', '64MB', true)"
PATIENCE = {"statement": "240s", "idle_in_transaction_session": "120s"}
"""With as many rows as are counted together."""

TAKE = """
with taken as (delete from tally_mark returning agency_id, since_at, until_at, seen_at)
update tally t set is_stale = true from (select distinct * from taken) as m
where not t.is_stale and (m.agency_id is null or m.agency_id = t.agency_id)
  and t.ends_at > m.since_at and (m.until_at is null or t.starts_at <= m.until_at)
  and (m.seen_at is null or t.cutoff_at > m.seen_at)
"""
OF = "what = $1 and starts_at = $2 and ends_at = $3 and cutoff_at = $4 and shape = $5"
MISSING = f"""
select a.id from agency a where ($6::int[] is null or a.id = any($6)) and not exists (
    select from tally t where t.agency_id = a.id and not t.is_stale and {OF})
order by a.id
"""  # noqa: S608 -- made of constants
READ = f"""
select agency_id, body from tally
where {OF} and ($6::int[] is null or agency_id = any($6)) and body <> 'null' order by 1
"""  # noqa: S608 -- made of constants
KEEP = """
insert into tally (what, starts_at, ends_at, cutoff_at, shape, agency_id, body, is_stale)
select $1, $2, $3, $4, $5, t.agency_id, t.body, false
from unnest($6::int[], $7::text[]) as t (agency_id, body)
on conflict (agency_id, what, starts_at, ends_at) do update set
    cutoff_at = excluded.cutoff_at, shape = excluded.shape, body = excluded.body, is_stale = false
"""
STOOD = f"""
select agency_id, body from tally
where {OF} and not is_stale and agency_id > $6 and agency_id <= $7 order by 1
"""  # noqa: S608 -- made of constants
SPOIL = f"update tally set is_stale = true where {OF} and agency_id = any($6)"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Window:
    """From `starts_at` to the end of the period; `what` is looked at in it."""

    what: str
    starts_at: datetime
    period: Period

    def key(self) -> list[Any]:
        """By which its tallies are found, as far as they were counted in this very way."""
        ends, shape = self.period.ends_at, compact.shape(KINDS[self.what])
        # Of what was closed in a window nothing is seen later; answers count whenever given.
        seen = self.period.cutoff_at if self.what == KEPT else ends
        return [self.what, self.starts_at, ends, seen, shape]


SAID, OVER, KEPT = "said", "over", "kept"

# As many rows as are counted together and one more, of agencies from a number on.
CLOSED = """
select agency_id, count(*)::int as rows
from (select agency_id from closure
      where closed_at >= $1 and closed_at < $2 and agency_id >= $3
      order by agency_id limit $4) as of
group by 1 order by 1
"""
DUE = """
select agency_id, count(*)::int as rows
from (select agency_id from promise
      where due_at >= $1 and due_at < $2 and agency_id >= $3
      order by agency_id limit $4) as of
group by 1 order by 1
"""
SIZES = {SAID: CLOSED, OVER: CLOSED, KEPT: DUE}


def of_answers(period: Period) -> Window:
    """What was answered of what was closed in a period."""
    return Window(SAID, period.starts_at, period)


def of_answers_over(window: Sequence[Period]) -> Window:
    """The same over several periods in a row, its months those of the last."""
    return Window(OVER, window[0].starts_at, window[-1])


def of_promises(period: Period) -> Window:
    """What became of the promises of a period, as it looked at its cut-off."""
    return Window(KEPT, period.starts_at, period)


async def read(window: Window, *, agencies: Collection[int] | None = None) -> dict[int, Any]:
    """What is counted of each agency, or of these, with anything in the window: `Answers`, and of
    promises `Kept`. What is not counted yet, or was changed since, is counted first.
    """
    await settle(window, agencies=agencies)
    of = None if agencies is None else sorted(agencies)
    rows = await statements.rows(READ, [*window.key(), of])
    kind = KINDS[window.what]
    return {row["agency_id"]: compact.read(kind, row["body"]) for row in rows}


async def from_rows(
    window: Window, *, agencies: Collection[int] | None = None, at: datetime | None = None
) -> Mapping[int, Any]:
    """The same from the rows alone; of promises as known at `at`, or at the cut-off."""
    period = window.period
    if window.what == KEPT:
        return await tallied.kept(period, at or period.cutoff_at, agencies=agencies)
    return await tallied.said(window.starts_at, period, agencies=agencies)


async def settle(
    window: Window, *, agencies: Collection[int] | None = None, parts: int | None = None
) -> int:
    """Count what is not counted yet, or was changed since; of how many agencies that was.

    All of it, or so many parts, each of which takes no longer than an act may.
    """
    connection = get_connection("default")
    await connection.execute_query(ALONE, [LOCK])
    await connection.execute_query(TAKE)
    of = None if agencies is None else sorted(agencies)
    rows = await connection.execute_query_dict(MISSING, [*window.key(), of])
    missing = [row["id"] for row in rows]
    left = list(missing)
    while left and parts != 0:
        chosen = await _part(window, left)
        found = await _written(window, chosen)
        bodies = [found.get(agency, "null") for agency in chosen]
        await connection.execute_query(KEEP, [*window.key(), chosen, bodies])
        left = left[len(chosen) :]
        parts = None if parts is None else parts - 1
    return len(missing) - len(left)


async def is_alone() -> bool:
    """Whether nobody else counts; then nobody does until this transaction ends, in which statements
    may take longer than a page may.
    """
    await statements.patient(**PATIENCE)
    return await statements.is_alone(LOCK)


async def _part(window: Window, agencies: list[int]) -> list[int]:
    """The first of these agencies, given in order: whose rows may be counted together, one at the
    least. No more rows are looked at than that.
    """
    of = [window.starts_at, window.period.ends_at, agencies[0], AT_ONCE + 1]
    rows = await statements.rows(SIZES[window.what], of)
    if sum(row["rows"] for row in rows) <= AT_ONCE:
        return agencies
    # Of the last agency there may be more than was looked at.
    until = max(rows[-1]["agency_id"], agencies[0] + 1)
    return [agency for agency in agencies if agency < until]


async def _written(window: Window, agencies: Collection[int]) -> dict[int, str]:
    """The tallies of these agencies as they are kept, from the rows alone."""
    kind = KINDS[window.what]
    found = await from_rows(window, agencies=agencies)
    return {agency: compact.written(kind, value) for agency, value in found.items()}


async def differing(window: Window, *, after: int = 0, until: int = LAST) -> list[int]:
    """Of which agencies a tally that is kept differs from one counted from the rows; of those whose
    numbers come after one, up to another.

    They are counted anew when next asked for.
    """
    connection = get_connection("default")
    await connection.execute_query(ALONE, [LOCK])
    await connection.execute_query(TAKE)
    rows = await connection.execute_query_dict(STOOD, [*window.key(), after, until])
    stood = {row["agency_id"]: row["body"] for row in rows}
    wrong: list[int] = []
    left = list(stood)
    while left:
        chosen = await _part(window, left)
        again = await _written(window, chosen)
        wrong += [agency for agency in chosen if stood[agency] != again.get(agency, "null")]
        left = left[len(chosen) :]
    await connection.execute_query(SPOIL, [*window.key(), wrong])
    return wrong


KINDS: Mapping[str, Any] = {SAID: Answers, OVER: Answers, KEPT: Kept}
