"""What agencies say to their results: published with the edition, in their own words.

The publisher reads a reply for personal data only, and says why where one is kept back.
"""

from dataclasses import dataclass
from datetime import datetime

from feedback import permissions
from feedback.staff import accounts
from ranking.frozen.edition_life import Reply
from ranking.frozen.life_errors import NoSuchReply, WindowClosed
from ranking.life import objections
from ranking.models import EditionRow, EditionStatus, ReplyRow
from sla import charter
from sla.acts import Act

TEXT_AT_MOST = 4000


@dataclass(frozen=True, slots=True)
class Written:
    """A reply as staff see it."""

    id: int
    agency: charter.Agency
    text: str
    by: str
    at: datetime
    withheld: str | None


async def reply(name: str, text: str, act: Act) -> int:
    """The head of an agency replies to its result; a later reply takes the place of this one.

    It may be written until publication. Raises `RoleMayNot`, `NoSuchEdition`, `NotInEdition`,
    `WindowClosed` once it is published.
    """
    me = objections.check_may_speak(act.by)
    await objections.preview(name, act.by, act.at)
    row = await ReplyRow.create(
        edition=name, agency_id=me.agency_id, text=text, by=me.reference, at=act.at
    )
    return row.id


async def withhold(reply_id: int, reason: str, act: Act) -> None:
    """Keep back a text that names persons, with a reason that is published in its place.

    Raises `RoleMayNot`, `NoSuchReply` where it is withheld already, `WindowClosed` once the
    edition is published.
    """
    permissions.check_may_publish(act.by)
    row = await ReplyRow.filter(id=reply_id, withheld__isnull=True).select_for_update().first()
    if row is None:
        raise NoSuchReply(reply_id)
    if await EditionRow.filter(name=row.edition, status=EditionStatus.PUBLISHED).exists():
        raise WindowClosed(row.edition)
    await ReplyRow.filter(id=reply_id).update(
        withheld=reason, withheld_by=act.by.reference, withheld_at=act.at
    )


async def latest(name: str) -> list[Written]:
    """The last reply of each agency to an edition, in alphabetical order of agencies."""
    rows = await ReplyRow.filter(edition=name).order_by("id")
    last = {row.agency_id: row for row in rows}
    known = await charter.current()
    names = await accounts.display_names({row.by for row in last.values()})
    found = [
        Written(
            row.id,
            known.agency_of_id(row.agency_id),
            row.text,
            names.get(row.by, row.by),
            row.at,
            row.withheld,
        )
        for row in last.values()
    ]
    return sorted(found, key=lambda one: (one.agency.sort_key, one.agency.code))


async def of_agency(name: str, agency_id: int) -> Written | None:
    """What an agency says to an edition, as it stands."""
    return next((one for one in await latest(name) if one.agency.id == agency_id), None)


async def published(name: str) -> tuple[Reply, ...]:
    """The replies as they go into the edition."""
    return tuple(
        Reply(
            agency=one.agency.code,
            at=one.at,
            text=None if one.withheld else one.text,
            withheld=one.withheld,
        )
        for one in await latest(name)
    )
