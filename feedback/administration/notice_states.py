"""What operators see of the outbox: how many of what wait, since when, and why. Never to whom."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tortoise.connection import get_connection

from feedback import audit
from feedback import permissions as may
from feedback.deeds import Deed, Subject
from feedback.models import NoticeRow
from sla.acts import Act

log = logging.getLogger(__name__)

STUCK_AFTER = timedelta(hours=1)
# Of what has left only the recent is counted; what was given up is forgotten after this, with
# whom it was for.
RECENT = timedelta(days=30)


class NoticeState(StrEnum):
    """Where a notice stands."""

    OWED = "owed"
    PUT_OFF = "put_off"
    GIVEN_UP = "given_up"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Group:
    """Notices of one kind, way and state. `errors` are classes of failure, not their words."""

    kind: str
    channel: str
    state: NoticeState
    count: int
    oldest_at: datetime
    next_try_at: datetime | None
    errors: tuple[str, ...]


GROUPS = """
with seen as (
    select kind, channel, owed_at, next_try_at, error,
           case when sent_at is not null then 'sent'
                when given_up_at is not null then 'given_up'
                when attempts > 0 then 'put_off'
                else 'owed' end as state
    from notice
    where sent_at is null or sent_at >= $1
)
select state, kind, channel, count(*) as count, min(owed_at) as oldest_at,
       min(next_try_at) filter (where state in ('owed', 'put_off')) as next_try_at,
       array_remove(array_agg(distinct error), null) as errors
from seen
where state <> 'given_up' or owed_at >= $1
group by state, kind, channel
order by state, oldest_at, kind, channel
"""


async def groups(at: datetime) -> list[Group]:
    """The whole outbox in a few lines; of what was sent or given up, the last 30 days."""
    rows = await get_connection("default").execute_query_dict(GROUPS, [at - RECENT])
    return [
        Group(
            kind=row["kind"],
            channel=row["channel"],
            state=NoticeState(row["state"]),
            count=row["count"],
            oldest_at=row["oldest_at"],
            next_try_at=row["next_try_at"],
            errors=tuple(row["errors"]),
        )
        for row in rows
    ]


async def try_again(act: Act, *, kind: str, channel: str) -> int:
    """Have all that waits or was given up, of a kind and way, tried at once; how many.

    Raises `RoleMayNot` for whoever does not administer.
    """
    may.check_may_administer(act.by)
    waiting = NoticeRow.filter(kind=kind, channel=channel, sent_at=None, attempts__gt=0)
    tried = await waiting.exclude(sealed=b"").update(
        next_try_at=act.at, given_up_at=None, attempts=1, error=None
    )
    about = f"{kind}/{channel}"
    await audit.record(Subject.NOTICE, about, Deed.RETRIED, act, after={"tried": tried})
    return tried


async def owed_since(at: datetime) -> datetime | None:
    """Since when the oldest of what should have left waits; None when nothing is stuck.

    What was given up is not waiting any more: it is an operator's.
    """
    waiting = NoticeRow.filter(sent_at=None, given_up_at=None, owed_at__lt=at - STUCK_AFTER)
    row = await waiting.order_by("owed_at", "id").first()
    return row.owed_at if row else None


async def tend(act: Act) -> bool:
    """Warn of what is stuck; forget whom the long given up was for. Always says: no more to do."""
    since = await owed_since(act.at)
    if since is not None:
        waited = int((act.at - since).total_seconds())
        log.warning("notices are stuck", extra={"oldest_waits_seconds": waited})
    old = NoticeRow.filter(given_up_at__lt=act.at - RECENT).exclude(sealed=b"")
    await old.update(sealed=b"")
    return False
