"""What stands beside a list of cases: how many each list has, one's colleagues, one's own lists.

Every page of a list shows all of it, and so it is asked at once.
"""

from dataclasses import dataclass
from datetime import datetime

from tortoise.connection import get_connection

from feedback import permissions as may
from feedback.actors import Staff
from feedback.office import inbox, inbox_counts, inbox_views, saved_lists
from feedback.office.inbox_counts import Count
from feedback.office.inbox_views import View
from feedback.office.saved_lists import SavedList


@dataclass(frozen=True, slots=True)
class Beside:
    """`reference` is that of the case which bears just what was typed, if there is one to see.

    `officers` are those whose cases can be asked for and given out, by account name.
    """

    counts: dict[View, Count]
    officers: dict[str, str]
    lists: tuple[SavedList, ...]
    reference: str | None


async def seen(by: Staff, typed: str, *, at: datetime) -> Beside:
    """What `by` sees beside any list now; `typed` may be nothing."""
    own = inbox_views.whose(by, at)
    # The moment and the account are the first two values of any list.
    agency, roles, words = own.places(3)
    values = [*own.values, by.agency_id, sorted(may.WORK_ON_CASES), typed]
    statement = (
        f"select c.*, ({inbox.referring(own, words)}) as reference,"  # noqa: S608 -- our own conditions
        f" (select json_agg(o) from ({inbox.WORKING.format(agency=agency, roles=roles)}) o)"
        " as officers,"
        f" (select json_agg(l) from ({saved_lists.KEPT.format(account='$2')}) l) as lists"
        f" from ({inbox_counts.counting(own)}) c"
    )
    [row] = await get_connection("default").execute_query_dict(statement, values)
    return Beside(
        counts=inbox_counts.read(row),
        officers={one["name"]: one["display_name"] for one in row["officers"] or ()},
        lists=tuple(SavedList(**one) for one in row["lists"] or ()),
        reference=row["reference"],
    )
