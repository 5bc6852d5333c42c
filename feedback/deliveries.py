"""Calls to agencies' own systems: owed in the transaction of their cause, made by a sweep.

Each is made at least once, and a repeat carries the same key. Calls to one address may overtake
one another: what they say is only which case to look at, and how it is then is read there.
A call says codes and references, never what somebody wrote or who they are.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import orjson
from tortoise.connection import get_connection

from feedback import audit, notices, webhook_kinds, webhook_secrets
from feedback.codes import Keyring
from feedback.deeds import Deed, Subject
from feedback.events import CaseEvent, CaseTransferred, WebhookOwed
from feedback.models import DeliveryRow, WebhookRow
from feedback.models.holds import NOT_HELD
from feedback.webhook_kinds import WebhookKind
from sla.acts import Act

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(days=3)
REMEMBERED = timedelta(days=30)
JUST_WISHED = timedelta(hours=1)  # what somebody has sent again by hand is tried first
TOGETHER = 40  # calls in one act, and how many of them to one address that takes them
EACH = 10
GONE = 410  # the receiver wants no more (RFC 9110, 15.5.11)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make. `secrets`: each signs it, so that a receiver can change over in peace."""

    url: str
    key: str
    kind: WebhookKind
    facts: dict[str, str]
    owed_at: datetime
    at: datetime
    secrets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a call: the status it was answered with, or why there was no answer."""

    status: int | None = None
    error: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Caller(Protocol):
    """Whoever makes calls."""

    async def call(self, call: Call) -> Heard:
        """Make the call, in a few seconds at most; never raises."""


async def owe_about(event: CaseEvent, act: Act, detail: dict[str, object]) -> None:
    """Owe what this event of one case tells, to the agency that holds it and whoever gave it."""
    kind = webhook_kinds.TOLD.get(type(event))
    if kind is None:
        return
    if not isinstance(event, CaseTransferred):
        await owe(kind, [event.case_id], act)
        return
    # It is told while whoever hands the case on still holds it; the call says who will.
    both = [str(detail[end]) for end in ("from", "to") if end in detail]
    await owe(kind, [event.case_id], act, others=both)
    if "to" in detail:
        values = [event.case_id, act.at, kind.value, str(detail["to"])]
        await get_connection("default").execute_query(NOW_HELD_BY, values)


NOW_HELD_BY = "select webhooks_now_held_by($1, $2, $3, $4)"


OWE = "select owe_webhooks($1, $2::bigint[], $3, $4::text[]) as owed"


async def owe(
    kind: WebhookKind, case_ids: Sequence[int], act: Act, *, others: Sequence[str] = ()
) -> None:
    """Owe a call about each case to whoever listens in its agency, and in `others` (by code)."""
    connection = get_connection("default")
    rows = await connection.execute_query_dict(
        OWE, [kind.value, list(case_ids), act.at, list(others)]
    )
    if rows[0]["owed"]:
        act.events.append(WebhookOwed())


OWE_ALL = """
insert into webhook_delivery (webhook_id, key, kind, facts, owed_at, next_try_at)
select id, $1, $2::text, $3::jsonb, $4, $4 from webhook
where ended_at is null and paused_at is null and $2::text = any(string_to_array(kinds, ' '))
order by id
on conflict (webhook_id, key) do nothing
returning id
"""


async def owe_edition(name: str, act: Act) -> None:
    """Owe the news of a published edition to everybody who listens for it; once an edition."""
    kind = WebhookKind.EDITION_PUBLISHED
    facts = {"edition": name}
    rows = await get_connection("default").execute_query_dict(
        OWE_ALL, [f"edition_{name}", kind.value, orjson.dumps(facts).decode(), act.at]
    )
    if rows:
        act.events.append(WebhookOwed())


# As in the alerts: a clock that stands because the resident was asked alarms nobody.
DEADLINES = f"""
insert into webhook_delivery (webhook_id, key, kind, facts, owed_at, next_try_at)
select w.id, 'watch_' || f.id, 'case.' || f.kind,
       jsonb_build_object('reference', c.reference, 'agency', a.code), $1, $1
from webhook w
join agency a on a.id = w.agency_id
join inbox_entry e on e.agency_id = w.agency_id
join resident_case c on c.id = e.case_id
join promise p on p.id = c.promise_id
join watch f on f.promise_id = p.id and f.round = p.round
where w.ended_at is null and w.paused_at is null
    and ('case.' || f.kind) = any(string_to_array(w.kinds, ' '))
    and e.status in ('filed', 'in_hand', 'waiting') and e.due_soon_at <= $1 and e.due_at >= $2
    and f.at >= w.created_at
    and (f.kind = 'breached' and e.due_at < $1 or f.kind = 'due_soon' and e.due_at >= $1)
    and (e.paused_at is null or e.lapses_at <= $1 or e.paused_at >= e.due_at)
    and {NOT_HELD}
    and not exists (
        select from webhook_delivery d where d.webhook_id = w.id and d.key = 'watch_' || f.id)
order by f.id, w.id limit $3
on conflict (webhook_id, key) do nothing
returning id
"""  # noqa: S608 -- our own conditions
OLDEST = timedelta(days=2)  # a deadline this long passed is no news any more
AT_ONCE = 1000


async def tell_deadlines(act: Act) -> bool:
    """Owe calls about deadlines that are near or have passed; whether there were any."""
    rows = await get_connection("default").execute_query_dict(
        DEADLINES, [act.at, act.at - OLDEST, AT_ONCE]
    )
    if rows:
        act.events.append(WebhookOwed())
    return bool(rows)


# Of an address that fails one call is tried, so that a dead one costs a few seconds now and then.
DUE = """
select d.id, d.key, d.kind, d.facts, d.owed_at, d.attempts, w.id as webhook_id
from webhook w, lateral (
    select * from webhook_delivery q
    where q.webhook_id = w.id and q.next_try_at <= $1
        and q.delivered_at is null and q.given_up_at is null
    order by q.next_try_at, q.id
    limit case when w.failures > 0 then 1 else $2::int end
    for update skip locked) d
where w.ended_at is null and w.paused_at is null and w.next_try_at <= $1
order by d.next_try_at, d.id
limit $3
"""


async def send(act: Act, caller: Caller, keys: Keyring) -> bool:
    """Make some of the calls that are due, at the same time; whether there were any."""
    rows = await get_connection("default").execute_query_dict(DUE, [act.at, EACH, TOGETHER])
    if not rows:
        return False
    found = await WebhookRow.filter(id__in={row["webhook_id"] for row in rows})
    webhooks = {row.id: row for row in found}
    calls = [_call(row, webhooks[row["webhook_id"]], act.at, keys) for row in rows]
    heard = await asyncio.gather(*(caller.call(call) for call in calls))
    for row, answer in zip(rows, heard, strict=True):
        await _settle(row, answer, act)
    for webhook in found:
        of_it = [a for r, a in zip(rows, heard, strict=True) if r["webhook_id"] == webhook.id]
        await _judge(webhook, of_it, act)
    return True


def _call(row: dict[str, Any], webhook: WebhookRow, at: datetime, keys: Keyring) -> Call:
    return Call(
        url=webhook.url,
        key=row["key"],
        kind=WebhookKind(row["kind"]),
        facts=row["facts"],
        owed_at=row["owed_at"],
        at=at,
        secrets=webhook_secrets.of(webhook, keys, at=at),
    )


async def _settle(row: dict[str, Any], answer: Heard, act: Act) -> None:
    facts: dict[str, Any] = {
        "attempts": row["attempts"] + 1,
        "tried_at": act.at,
        "status": answer.status,
        "error": answer.error[: notices.ERROR_AT_MOST] or None,
    }
    if answer.is_taken:
        facts["delivered_at"] = act.at
    elif row["owed_at"] <= act.at - GIVE_UP_AFTER:
        facts["given_up_at"] = act.at
    else:
        facts["next_try_at"] = act.at + notices.delay(row["key"], row["attempts"])
    await DeliveryRow.filter(id=row["id"]).update(**facts)


async def _judge(webhook: WebhookRow, answers: Iterable[Heard], act: Act) -> None:
    """One call taken, and the address is well; none, and it is left in peace for a while."""
    told = list(answers)
    this = WebhookRow.filter(id=webhook.id)
    if any(answer.is_taken for answer in told):
        if webhook.failures:
            await this.update(failures=0, failing_since=None)
        return
    failures = min(webhook.failures + 1, 1000)
    await this.update(
        failures=failures,
        failing_since=webhook.failing_since or act.at,
        next_try_at=act.at + notices.delay(f"webhook {webhook.id}", failures - 1),
    )
    if any(answer.status == GONE for answer in told):
        await this.update(paused_at=act.at)
        after = {"paused_at": act.at, "status": GONE}
        await audit.record(Subject.WEBHOOK, str(webhook.id), Deed.CHANGED, act, after=after)


EXPIRE = """
update webhook_delivery set given_up_at = $1, error = coalesce(error, 'never_tried')
where delivered_at is null and given_up_at is null and owed_at < $2
    and next_try_at < $3
returning id
"""
FORGET = "delete from webhook_delivery where owed_at < $1"


async def tend(act: Act) -> bool:
    """Give up what waited too long, and forget the old. Always says: no more to do."""
    connection = get_connection("default")
    late = await connection.execute_query_dict(
        EXPIRE, [act.at, act.at - GIVE_UP_AFTER, act.at - JUST_WISHED]
    )
    if late:
        log.warning("webhook calls given up", extra={"count": len(late)})
    await connection.execute_query(FORGET, [act.at - REMEMBERED])
    return False
