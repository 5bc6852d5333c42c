"""What an agency asks about its cases: deadline first, what nobody promised last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.connection import get_connection

from feedback import permissions as may
from feedback.actors import Staff
from feedback.office import inbox_rows, inbox_views, inbox_words
from feedback.office.inbox_rows import InboxRow
from feedback.office.inbox_views import Filter, Place, Sort, Where
from feedback.office.inbox_words import PAGE, Order, Stretch
from sla import charter
from sla.acts import Actor


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of a list, and where the pages beside it begin."""

    rows: tuple[InboxRow, ...]
    next: Place | None
    previous: Place | None


_SORTED_BY = {Sort.DUE: "sort_at", Sort.NEWEST: "filed_at"}


async def listed(by: Actor, wanted: Filter, *, at: datetime) -> Inbox:
    """The cases `by` may see, a page from the place where `wanted` starts.

    A page is found by its key, so that what is filed or answered meanwhile moves nothing. Raises
    `NotText` for words no database stores.
    """
    start = wanted.start
    found = stretches(by, wanted, at=at)
    rows, more = await _found(found, wanted, start)
    if start and start.backward and not more:
        # What stood before is gone or moved: what is first now is the first page.
        rows, more = await _found(found, wanted, None)
        start = None
    known = await charter.current()
    return Inbox(
        rows=tuple(inbox_rows.read(row, known, at) for row in rows),
        next=_beside(rows[-1], wanted) if rows and (more or (start and start.backward)) else None,
        previous=_beside(rows[0], wanted, backward=True)
        if rows and start and (more or not start.backward)
        else None,
    )


def _beside(row: Mapping[str, Any], wanted: Filter, *, backward: bool = False) -> Place:
    return Place(row["stretch"], row[_SORTED_BY[wanted.sort]], row["case_id"], backward)


def stretches(by: Actor, wanted: Filter, *, at: datetime) -> list[Stretch]:
    """What to list, one after the other, of what `by` may see."""
    own = inbox_views.whose(by, at)
    return inbox_words.stretches(own, inbox_views.agency_of(by), wanted)


async def _found(
    found: list[Stretch], wanted: Filter, start: Place | None
) -> tuple[list[dict[str, Any]], bool]:
    """The rows of one page in the order shown, and whether there are more beyond its far end."""
    backward = start is not None and start.backward
    rows: list[dict[str, Any]] = []
    for number in range(len(found))[:: -1 if backward else 1]:
        if start is not None and (number > start.stretch if backward else number < start.stretch):
            continue
        here = start if start is not None and start.stretch == number else None
        order = Order(_SORTED_BY[wanted.sort], (wanted.sort is Sort.DUE) is not backward)
        stretch = found[number].after(here, order) if here else found[number]
        told = await _read(stretch, order, PAGE + 1 - len(rows))
        rows += [row | {"stretch": number} for row in told]
        if len(rows) > PAGE:
            break
    shown, more = rows[:PAGE], len(rows) > PAGE
    return (shown[::-1] if backward else shown), more


async def _read(stretch: Stretch, order: Order, limit: int) -> list[dict[str, Any]]:
    """So many rows of a stretch, in its order, read along the list as far as that is worth it."""
    if stretch.question is None:
        return await _told(ENTRIES, stretch.where, order, limit)
    rows = await _along(stretch, order, inbox_words.SEEN, limit)
    length = inbox_words.worth_reading(len(rows)) if len(rows) < limit else 0
    if length:
        beyond = stretch.after(Place(0, rows[-1][order.key], rows[-1]["case_id"]), order)
        rows += await _along(beyond, order, length, limit - len(rows))
    if len(rows) == limit or await _is_read(stretch, order, max(length, inbox_words.SEEN)):
        return rows
    return await _by_index(stretch, order, limit)


async def _is_read(stretch: Stretch, order: Order, length: int) -> bool:
    """Whether so many entries are all there are; where words were read, that is not asked."""
    return not stretch.is_along_words(order) and not await is_longer(stretch.where, length)


async def _along(stretch: Stretch, order: Order, length: int, limit: int) -> list[dict[str, Any]]:
    """Those that have the words among the first of the list."""
    if stretch.is_along_words(order):
        return await _told(*stretch.by_words(order, length), order, limit, by="f")
    where = stretch.where
    near = f"(select e.* from {ENTRIES} where {where.condition} {order.by('e')} limit {length:d}) e"  # noqa: S608 -- our own conditions
    return await _told(near, stretch.one_by_one(Where("true", where.values)), order, limit)


async def _by_index(stretch: Stretch, order: Order, limit: int) -> list[dict[str, Any]]:
    """What fits, by the index of words: by its whole words alone where few cases have those."""
    few = stretch.few()
    if few is not None:
        [row] = await get_connection("default").execute_query_dict(*few)
        if row["number"] <= inbox_words.FEW:
            found = stretch.where.plus("e.case_id = any({}::bigint[])", row["found"] or [])
            return await _told(ENTRIES, found, order, limit)
    if stretch.is_in_words(order):
        return await _told(*stretch.by_words(order, None), order, limit, by="f")
    return await _told(ENTRIES, stretch.by_index(), order, limit)


ENTRIES = "inbox_entry e"


async def _told(
    entries: str, where: Where, order: Order, limit: int, *, by: str = "e"
) -> list[dict[str, Any]]:
    statement = (
        f"{inbox_rows.COLUMNS} from (select e.* from {entries} where {where.condition}"  # noqa: S608 -- our own conditions
        f" {order.by(by)} limit {limit:d}) e {inbox_rows.JOINED} {order.by('e')}"
    )
    return await get_connection("default").execute_query_dict(statement, list(where.values))


async def is_longer(where: Where, length: int) -> bool:
    """Whether a list has more entries than that."""
    statement = f"select 1 from inbox_entry e where {where.condition} offset {length:d} limit 1"  # noqa: S608 -- our own conditions
    found, _ = await get_connection("default").execute_query(statement, list(where.values))
    return bool(found)


def referring(own: Where, typed: str) -> str:
    """Asks for the reference of the case that bears just what was typed, of those in `own`.

    `typed` is the place of a value: a reference, in whatever case, or nothing.
    """
    asked = f"{own.condition} and e.case_id = c.id and {typed}::text <> ''"
    return (
        "select c.reference from resident_case c"  # noqa: S608 -- our own conditions
        f" where exists (select from inbox_entry e where {asked})"
        f" and c.reference in ({typed}::text, upper({typed}::text)) order by c.reference limit 1"
    )


# Who may be put in charge of an agency's cases; without an agency, who works on everybody's.
WORKING = """
select name, display_name from account
where agency_id is not distinct from {agency}::int and disabled_at is null
  and role = any({roles}::text[])
order by display_name, id
"""


async def colleagues(agency_id: int | None) -> list[tuple[str, str]]:
    """Who may be put in charge of an agency's cases: (account name, display name).

    Without an agency, those who work on everybody's.
    """
    rows = await get_connection("default").execute_query_dict(
        WORKING.format(agency="$1", roles="$2"), [agency_id, sorted(may.WORK_ON_CASES)]
    )
    return [(row["name"], row["display_name"]) for row in rows]


async def officers(by: Staff) -> dict[str, str]:
    """Whose cases `by` can ask for and give out, by account name: those of the same house."""
    return dict(await colleagues(by.agency_id))
