"""The two places where many come at once: filing a case, and rating a result.

Each gathers those who come together into one transaction, and gives a repeated request the
answer it got before.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from feedback import intake, ratings
from feedback.codes import Keyring
from feedback.errors import KeyReused, Refusal
from feedback.intake import Filing, Receipt
from feedback.ratings import Answer, Recorded
from sla.acts import Act, Event
from sla.charter import Agency, Service
from sla.commitments import Commitment
from web.clock import Clock
from web.gathering import Gathering
from web.guarding import idempotency
from web.guarding.idempotency import Once, Stored

AskT = TypeVar("AskT")
OutcomeT = TypeVar("OutcomeT")

CREATED = 201
OK = 200


@dataclass(frozen=True, slots=True)
class Keyed(Generic[AskT]):
    """An ask with the idempotency key it came with, if any."""

    ask: AskT
    once: Once | None


@dataclass(frozen=True, slots=True)
class Desks:
    """What residents hand in; answers are as the API gives them."""

    filings: Gathering[Keyed[Filing], Stored]
    ratings: Gathering[Keyed[Answer], Stored]


def desks(
    keys: Keyring, zone: ZoneInfo, *, clock: Clock, after: Callable[[Sequence[Event]], None]
) -> Desks:
    """The desks of one process; `after` is called with the events of each commit."""

    async def file(asks: Sequence[Filing], act: Act) -> Sequence[Receipt | Refusal]:
        return await intake.file_complaints(asks, act, keys)

    async def rate(asks: Sequence[Answer], act: Act) -> Sequence[Recorded | Refusal]:
        return await ratings.rate_many(asks, act, keys)

    def receipt(outcome: Receipt) -> Stored:
        return Stored(CREATED, receipt_json(outcome, zone))

    def recorded(outcome: Recorded) -> Stored:
        return Stored(OK, {"recorded": True, "closes_at": in_zone(outcome.closes_at, zone)})

    return Desks(
        Gathering(partial(_once_each, keys=keys, do=file, said=receipt), clock=clock, after=after),
        Gathering(partial(_once_each, keys=keys, do=rate, said=recorded), clock=clock, after=after),
    )


async def _once_each(
    asks: Sequence[Keyed[AskT]],
    act: Act,
    *,
    keys: Keyring,
    do: Callable[[Sequence[AskT], Act], Awaitable[Sequence[OutcomeT | Refusal]]],
    said: Callable[[OutcomeT], Stored],
) -> list[Stored | Refusal]:
    """Do what was not done before under its key, and answer the rest as then."""
    before = await idempotency.answers([a.once for a in asks if a.once], keys)
    fresh: list[Keyed[AskT]] = []
    firsts: dict[bytes, Once] = {}
    for one in asks:
        if one.once is None:
            fresh.append(one)
        elif one.once.key_hash not in before and one.once.key_hash not in firsts:
            firsts[one.once.key_hash] = one.once
            fresh.append(one)
    done = await do([one.ask for one in fresh], act) if fresh else []
    told = [o if isinstance(o, Refusal) else said(o) for o in done]
    kept = [(one.once, t) for one, t in zip(fresh, told, strict=True) if one.once]
    await idempotency.keep([(k, t) for k, t in kept if isinstance(t, Stored)], act, keys)
    by_key: dict[bytes, Stored | Refusal] = {**before, **{k.key_hash: t for k, t in kept}}
    unkeyed = iter(t for one, t in zip(fresh, told, strict=True) if one.once is None)
    return [next(unkeyed) if one.once is None else _same(one.once, firsts, by_key) for one in asks]


def _same(
    once: Once, firsts: dict[bytes, Once], told: dict[bytes, Stored | Refusal]
) -> Stored | Refusal:
    first = firsts.get(once.key_hash)
    if first is not None and first.body_hash != once.body_hash:
        return KeyReused()
    return told[once.key_hash]


def in_zone(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """A moment as the API writes it: ISO 8601, with the local offset."""
    return moment.astimezone(zone).isoformat() if moment else None


def agency_json(agency: Agency) -> dict[str, Any]:
    return {
        "code": agency.code,
        "name_vi": agency.name_vi,
        "name_en": agency.name_en,
        "kind": agency.kind,
        "level": agency.level,
        "peer_group": agency.peer_group,
    }


def service_json(service: Service) -> dict[str, Any]:
    return {
        "code": service.code,
        "name_vi": service.name_vi,
        "name_en": service.name_en,
        "field": service.field,
    }


def commitment_json(commitment: Commitment | None) -> dict[str, Any] | None:
    """What was promised, or null: nothing."""
    if commitment is None:
        return None
    return {
        **commitment.within.to_json(),
        "cut_off": commitment.cut_off.strftime("%H:%M") if commitment.cut_off else None,
        "effective_on": commitment.effective_on.isoformat(),
        "text_vi": commitment.text_vi,
        "text_en": commitment.text_en,
        "legal_act": commitment.act,
    }


def receipt_json(receipt: Receipt, zone: ZoneInfo) -> dict[str, Any]:
    """A receipt as it is handed out, and given again to a repeated request."""
    return {
        "reference": receipt.reference,
        "tracking_code": receipt.tracking_code,
        "filed_at": in_zone(receipt.filed_at, zone),
        "due_at": in_zone(receipt.due_at, zone),
        "agency": agency_json(receipt.agency),
        "service": service_json(receipt.service) if receipt.service else None,
        "commitment": commitment_json(receipt.commitment),
    }
