"""A POST with an Idempotency-Key: same key and body, same answer; same key, other body, refused.

The answer is stored, sealed, in the transaction of what it answers.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from tortoise.connection import get_connection

from feedback import codes, contacts
from feedback.codes import Keyring
from feedback.errors import KeyReused
from feedback.models import IdempotencyRow
from sla.acts import Act

KEPT = timedelta(days=2)
KEY_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Once:
    """One key as stored, and the digest of the body that came with it."""

    key_hash: bytes
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer given before."""

    status: int
    body: Any


def once_of(key: str, scope: str, body: bytes, keys: Keyring) -> Once | None:
    """The key of a request, or None without one. `scope` is the call and who makes it."""
    if not key:
        return None
    hashed = codes.keyed_hash("idempotency", f"{scope}\0{key[:KEY_AT_MOST]}", keys)
    return Once(hashed, sha256(body).digest())


async def once(request: Request) -> Once | None:
    """The key of a JSON call, scoped to its path and caller."""
    key = request.headers.get("idempotency-key", "")
    if not key:
        return None
    scope = f"{request.url.path}\0{request.state.actor.reference}"
    return once_of(key, scope, await request.body(), request.app.state.keys)


async def answers(asked: list[Once], keys: Keyring) -> dict[bytes, Stored | KeyReused]:
    """What was answered to these keys before; a key with another body is `KeyReused`."""
    if not asked:
        return {}
    rows = await get_connection("default").execute_query_dict(
        "select key_hash, body_hash, status, sealed_answer from idempotency"
        " where key_hash = any($1)",
        [[one.key_hash for one in asked]],
    )
    bodies = {one.key_hash: one.body_hash for one in asked}
    return {
        row["key_hash"]: Stored(row["status"], contacts.unseal(row["sealed_answer"], keys))
        if row["body_hash"] == bodies[row["key_hash"]]
        else KeyReused()
        for row in rows
    }


async def keep(kept: list[tuple[Once, Stored]], act: Act, keys: Keyring) -> None:
    """Store answers. A key stored meanwhile by somebody else is an IntegrityError."""
    if not kept:
        return
    await get_connection("default").execute_query_dict(
        "insert into idempotency (key_hash, body_hash, status, sealed_answer, at)"
        " select *, $5::timestamptz from"
        " unnest($1::bytea[], $2::bytea[], $3::smallint[], $4::bytea[])",
        [
            [one.key_hash for one, _ in kept],
            [one.body_hash for one, _ in kept],
            [stored.status for _, stored in kept],
            [contacts.seal(stored.body, keys) for _, stored in kept],
            act.at,
        ],
    )


async def answered(
    asked: Once | None, act: Act, keys: Keyring, do: Callable[[], Awaitable[Stored]]
) -> Stored:
    """The stored answer, or what `do` answers, stored. Raises `KeyReused`."""
    if asked is None:
        return await do()
    # Of two with the same key at once, the second waits here and then finds the answer.
    await get_connection("default").execute_query_dict(
        "select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))", [asked.key_hash]
    )
    before = (await answers([asked], keys)).get(asked.key_hash)
    if isinstance(before, KeyReused):
        raise before
    if before is not None:
        return before
    stored = await do()
    await keep([(asked, stored)], act, keys)
    return stored


async def forget(act: Act) -> bool:
    """Forget answers nobody will ask for again; whether any were left."""
    old = await IdempotencyRow.filter(at__lt=act.at - KEPT).order_by("at", "id").limit(1000)
    await IdempotencyRow.filter(id__in=[row.id for row in old]).delete()
    return bool(old)
