"""Tortoise's configuration, connections with deadlines, and migrations one process at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext

from web.storage import migrating, rights, roles, schema, sight

POOL_SIZE = 8
# Two processes that start together migrate one after the other.
MIGRATION_LOCK = 0x48A1_1060

SERVER_SETTINGS = {
    "application_name": "hailong",
    "statement_timeout": "5s",
    "lock_timeout": "1s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
}


def config(url: str, *, pool_size: int = POOL_SIZE, patient: bool = False) -> dict[str, Any]:
    """Tortoise's configuration for the database at `url` (`postgres://user:password@host/name`).

    `patient` leaves out the statement deadline: for imports, editions and migrations.
    """
    parts = urlsplit(url)
    options = {key: values[0] for key, values in parse_qs(parts.query).items()}
    server = {k: v for k, v in SERVER_SETTINGS.items() if not (patient and k != "timezone")}
    credentials: dict[str, Any] = {
        "host": options.get("host", parts.hostname or "localhost"),
        "port": int(options.get("port", parts.port or 5432)),
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/"),
        "minsize": 1,
        "maxsize": pool_size,
        "server_settings": server,
    }
    if options.get("sslmode", "disable") not in {"disable", "prefer"}:
        credentials["ssl"] = True
    return {
        "connections": {"default": {"engine": "web.storage.engine", "credentials": credentials}},
        "apps": {
            app: {
                "models": [f"{app}.models"],
                "migrations": f"{app}.migrations",
                "default_connection": "default",
            }
            for app in schema.APPS
        },
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def connected(url: str, *, patient: bool = False) -> AsyncIterator[TortoiseContext]:
    """A Tortoise context on the database at `url`, closed again at the end.

    For what the program does by itself, which sees all there is; a request sees what is its own.
    """
    async with TortoiseContext() as context:
        await context.init(config=config(url, patient=patient))
        with sight.seeing(sight.SYSTEM):
            yield context


async def connection(url: str) -> Any:
    """One bare connection, for locks and for moving rows in bulk."""
    credentials = config(url, patient=True)["connections"]["default"]["credentials"]
    names = ("host", "port", "user", "password", "database", "server_settings", "ssl")
    return await asyncpg.connect(**{k: v for k, v in credentials.items() if k in names})


async def migrate(url: str, *, application: str | None = None) -> None:
    """Bring the schema of the database at `url` up to date; a second caller waits its turn.

    `url` is the owner's. The role of the address `application` is given its rights (`roles`).
    """
    lock = await connection(url)
    try:
        await lock.execute("select pg_advisory_lock($1)", MIGRATION_LOCK)
        try:
            await migrating.apply(config(url, patient=True))
            if application is not None:
                await roles.give(lock, application)
        finally:
            await Tortoise.close_connections()
    finally:
        await lock.close()


async def is_migrated() -> bool:
    """Whether the database of the current context holds every migration of this code."""
    rows = await get_connection("default").execute_query_dict(schema.APPLIED)
    return schema.is_complete((row["app"], row["name"]) for row in rows)


async def standing() -> rights.Standing:
    """What the role of the current context may do."""
    asked = await get_connection("default").execute_query_dict(
        rights.STANDING, [[*rights.APPENDED]]
    )
    return rights.standing(asked[0])


UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


async def dangers(url: str) -> list[str]:
    """What `serve` refuses a database for, one sentence each.

    An acknowledged write may be lost, or the application may change what is only ever appended
    though it has a role of its own.
    """
    asked = await connection(url)
    try:
        off = [name for name in DURABLE if await asked.fetchval(f"show {name}") == "off"]
        row = await asked.fetchrow(rights.STANDING, [*rights.APPENDED])
    finally:
        await asked.close()
    faults = [f"the database has {name} off: a receipt could be lost" for name in off]
    if rights.standing(row) is rights.Standing.LOOSE:
        faults.append("the application's role has rights it must not have: run hailong migrate")
    return faults
