"""The lists of cases that a member of staff keeps under a name, for nobody else to see."""

from dataclasses import dataclass

from tortoise.connection import get_connection

from feedback import permissions as may
from feedback.actors import Staff
from feedback.errors import NotAFact, RoleMayNot
from feedback.models import SavedListRow
from sla import spelling
from sla.acts import Act, Actor

AT_MOST = 12
NAME_AT_MOST = 60
QUERY_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class SavedList:
    """A name and what it stands for, as the query of an address."""

    id: int
    name: str
    query: str


def _owner(by: Actor) -> Staff:
    may.check_may_see_inbox(by)
    if not isinstance(by, Staff):
        raise RoleMayNot(by.reference)
    return by


KEPT = "select id, name, query from saved_list where account_id = {account}::int order by id"


async def kept(by: Actor) -> tuple[SavedList, ...]:
    """Their own lists, in the order in which they were kept first."""
    rows = await get_connection("default").execute_query_dict(
        KEPT.format(account="$1"), [_owner(by).account_id]
    )
    return tuple(SavedList(**row) for row in rows)


async def keep(name: str, query: str, act: Act) -> None:
    """Keep a list; one of the same name becomes this one.

    `NotAFact` for a name that is missing or too long, for an empty list, and for one too many.
    """
    owner = _owner(act.by)
    name = _named(name)
    if not query or len(query) > QUERY_AT_MOST:
        raise NotAFact("name", "nothing_narrowed")
    mine = SavedListRow.filter(account_id=owner.account_id)
    if await mine.filter(name=name).update(query=query, saved_at=act.at):
        return
    if await mine.count() >= AT_MOST:
        raise NotAFact("name", "too_many", AT_MOST)
    await SavedListRow.create(account_id=owner.account_id, name=name, query=query, saved_at=act.at)


def _named(typed: str) -> str:
    name = spelling.one_line(typed)
    if not name:
        raise NotAFact("name", "missing")
    if len(name) > NAME_AT_MOST:
        raise NotAFact("name", "too_long", NAME_AT_MOST)
    return name


async def rename(number: int, name: str, act: Act) -> None:
    """Give one of their own another name; any other number is passed over.

    `NotAFact` for a name that is missing, too long or another list's already.
    """
    mine = SavedListRow.filter(account_id=_owner(act.by).account_id)
    name = _named(name)
    if await mine.filter(name=name).exclude(id=number).exists():
        raise NotAFact("name", "name_taken")
    await mine.filter(id=number).update(name=name)


async def forget(number: int, act: Act) -> None:
    """One of their own is no longer kept; any other number is passed over."""
    await SavedListRow.filter(account_id=_owner(act.by).account_id, id=number).delete()
