"""What was sent to an agency's system, what waits and what was given up; sent again on request."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tortoise.connection import get_connection
from tortoise.expressions import Q

from feedback import audit, webhooks
from feedback import webhook_permissions as may
from feedback.deeds import Deed, Subject
from feedback.errors import NoSuchWebhook
from feedback.events import WebhookOwed
from feedback.models import DeliveryRow, WebhookRow
from feedback.webhook_kinds import WebhookKind
from sla.acts import Act, Actor

PAGE = 50


class DeliveryState(StrEnum):
    """GIVEN_UP: a dead letter, which somebody may have sent again."""

    OWED = "owed"
    PUT_OFF = "put_off"
    GIVEN_UP = "given_up"
    DELIVERED = "delivered"


STATES: dict[DeliveryState, Q] = {
    DeliveryState.OWED: Q(delivered_at=None, given_up_at=None, attempts=0),
    DeliveryState.PUT_OFF: Q(delivered_at=None, given_up_at=None, attempts__gt=0),
    DeliveryState.GIVEN_UP: Q(given_up_at__not_isnull=True),
    DeliveryState.DELIVERED: Q(delivered_at__not_isnull=True),
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call as the log shows it."""

    id: int
    key: str
    kind: WebhookKind
    about: str
    owed_at: datetime
    tried_at: datetime | None
    next_try_at: datetime
    attempts: int
    status: int | None
    error: str
    state: DeliveryState


@dataclass(frozen=True, slots=True)
class Log:
    """A page of calls, the latest first; `older` is where the next one goes on."""

    rows: tuple[Delivery, ...]
    older: int | None
    counts: dict[DeliveryState, int]


async def read(
    number: int, by: Actor, *, at: datetime, state: DeliveryState | None, before: int | None
) -> Log:
    """What was owed to an address in the last thirty days. Raises `NoSuchWebhook`."""
    await webhooks.one(number, by, at=at)
    every = DeliveryRow.filter(webhook_id=number)
    found = every.filter(STATES[state]) if state else every
    if before is not None:
        found = found.filter(id__lt=before)
    rows = await found.order_by("-id").limit(PAGE + 1)
    shown = tuple(map(_shown, rows[:PAGE]))
    counted = await get_connection("default").execute_query_dict(COUNTS, [number])
    counts = {state: int(counted[0][state.value]) for state in DeliveryState}
    return Log(shown, shown[-1].id if len(rows) > PAGE else None, counts)


COUNTS = """
select count(*) filter (where delivered_at is not null) as delivered,
       count(*) filter (where given_up_at is not null) as given_up,
       count(*) filter (where delivered_at is null and given_up_at is null and attempts > 0)
           as put_off,
       count(*) filter (where delivered_at is null and given_up_at is null and attempts = 0)
           as owed
from webhook_delivery where webhook_id = $1
"""


def _shown(row: DeliveryRow) -> Delivery:
    if row.delivered_at is not None:
        state = DeliveryState.DELIVERED
    elif row.given_up_at is not None:
        state = DeliveryState.GIVEN_UP
    else:
        state = DeliveryState.PUT_OFF if row.attempts else DeliveryState.OWED
    return Delivery(
        id=row.id,
        key=row.key,
        kind=WebhookKind(row.kind),
        about=row.facts.get("reference") or row.facts.get("edition") or "",
        owed_at=row.owed_at,
        tried_at=row.tried_at,
        next_try_at=row.next_try_at,
        attempts=row.attempts,
        status=row.status,
        error=row.error or "",
        state=state,
    )


async def ping(number: int, act: Act) -> None:
    """Owe a test call, made at once even if the address was failing."""
    await _check_kept(number, act)
    await DeliveryRow.create(
        webhook_id=number,
        key=f"msg_{secrets.token_hex(16)}",
        kind=WebhookKind.PING.value,
        facts={},
        owed_at=act.at,
        next_try_at=act.at,
    )
    await _wake(number, act)


async def send_again(number: int, delivery_id: int, act: Act) -> None:
    """Send one call again under its own key, given up or not. Raises `NoSuchWebhook`."""
    await _check_kept(number, act)
    found = DeliveryRow.filter(id=delivery_id, webhook_id=number)
    tried = await found.update(next_try_at=act.at, given_up_at=None, delivered_at=None)
    if not tried:
        raise NoSuchWebhook(number)
    await _wake(number, act)


async def send_all_again(number: int, act: Act) -> int:
    """Send all that was given up again; how many."""
    await _check_kept(number, act)
    given_up = DeliveryRow.filter(webhook_id=number, given_up_at__not_isnull=True)
    tried: int = await given_up.update(next_try_at=act.at, given_up_at=None)
    about = {"tried": tried}
    await audit.record(Subject.WEBHOOK, str(number), Deed.RETRIED, act, after=about)
    await _wake(number, act)
    return tried


async def _check_kept(number: int, act: Act) -> None:
    seen = await webhooks.one(number, act.by, at=act.at)
    may.check_may_keep(act.by, seen.agency.id)


async def _wake(number: int, act: Act) -> None:
    await WebhookRow.filter(id=number).update(next_try_at=act.at)
    act.events.append(WebhookOwed())
