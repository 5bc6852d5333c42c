"""The database engine: Tortoise's asyncpg client with deadlines and without its leaks.

The stock client waits for ever for a connection of a full pool, and loses a connection when its
BEGIN fails or is cancelled. Here a full pool answers `Busy` after two seconds, and every
connection comes back. JSON columns arrive as Python values in raw queries too. Whatever is asked
is asked in the sight of whoever asks (`web.storage.sight`).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import asyncpg
import orjson
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    PoolConnectionWrapper,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections
from tortoise.exceptions import DBConnectionError

from web.storage import sight

ACQUIRE_SECONDS = 2.0

# The database went away, or takes too long: whatever was asked, come back in a moment.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    DBConnectionError,
    ConnectionError,
    FileNotFoundError,  # the socket of a server that is being restarted
    TimeoutError,
)


_plans: ContextVar[str] = ContextVar("plans", default="auto")


@contextmanager
def planning_once() -> Iterator[None]:
    """Statements inside are planned once a connection, not anew for the values of each call.

    For those which many send, and whose plan is the same for any values.
    """
    token = _plans.set("force_generic_plan")
    try:
        yield
    finally:
        _plans.reset(token)


class Busy(Exception):
    """No database connection became free in time; the request is to be tried again later."""


CARRY = """
select set_config('hailong.sight', $1, false), set_config('plan_cache_mode', $2, false),
       set_config('default_transaction_read_only', $3, false)
"""


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg is untyped
    """A connection that knows in whose sight it shows rows, and how it plans.

    In an auditor's sight whatever begins reads only.
    """

    carried: tuple[str, str] | None = None  # not known

    async def carry(self) -> None:
        """Show what whoever asks now may see; one question to the server, where that differs.

        For the session, not for a transaction: most reading is done outside of any, and nobody
        gets this connection without saying again in whose sight. Who asks only for what every
        sight shows takes it as it is; not an auditor's, through which nothing is written.
        """
        wanted = sight.current(), _plans.get()
        if wanted[0] == sight.ANYBODY:
            if self.carried is not None and self.carried[0] != sight.AUDITOR:
                return
            wanted = sight.NOBODY, wanted[1]
        if wanted != self.carried:
            self.carried = None
            await self.execute(CARRY, *wanted, "on" if wanted[0] == sight.AUDITOR else "off")
            self.carried = wanted

    def unsettle(self) -> None:
        """A rollback takes back what was carried since its transaction began."""
        self.carried = None


async def _acquire(pool: asyncpg.Pool) -> Any:
    try:
        connection = await pool.acquire(timeout=ACQUIRE_SECONDS)
    except TimeoutError:
        raise Busy from None
    try:
        await connection.carry()
    except BaseException:
        await _release(pool, connection)
        raise
    return connection


async def _release(pool: asyncpg.Pool, connection: Any) -> None:
    # The pool shields it: a cancelled request still gives its connection back.
    await pool.release(connection)


class _Acquired(PoolConnectionWrapper[Any]):
    async def __aenter__(self) -> Any:
        await self.ensure_connection()
        self.connection = await _acquire(self.client._pool)  # noqa: SLF001 -- the engine's own
        return self.connection

    async def __aexit__(self, *_: object) -> None:
        if self.connection is not None:
            await _release(self.client._pool, self.connection)  # noqa: SLF001


class _Within(ConnectionWrapper[Any]):
    """The connection of a transaction, in the sight of whoever asks now."""

    async def __aenter__(self) -> Any:
        connection = await super().__aenter__()
        try:
            await connection.carry()
        except BaseException:
            self._lock.release()
            raise
        return connection


class _Wrapper(TransactionWrapper):
    def acquire_connection(self) -> Any:
        return _Within(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(_Wrapper(self))

    async def rollback(self) -> None:
        self._connection.unsettle()
        await super().rollback()


class _Transaction(TransactionContextPooled):
    async def __aenter__(self) -> Any:
        await self.ensure_connection()
        pool = self.client._parent._pool  # noqa: SLF001
        self.client._connection = await _acquire(pool)  # noqa: SLF001
        self.token = get_connections().set(self.connection_name, self.client)
        try:
            await self.client.begin()
        except BaseException:
            get_connections().reset(self.token)
            await _release(pool, self.client._connection)  # noqa: SLF001
            raise
        return self.client

    async def __aexit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        pool = self.client._parent._pool  # noqa: SLF001
        try:
            await self._finish(failed=exc_type is not None)
        finally:
            get_connections().reset(self.token)
            if pool:
                await _release(pool, self.client._connection)  # noqa: SLF001

    async def _finish(self, *, failed: bool) -> None:
        if self.client._finalized:  # noqa: SLF001
            return
        if not failed:
            await self.client.commit()
            return
        try:
            await asyncio.shield(self.client.rollback())
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            # The connection is gone and the transaction with it; the first error tells why.
            return


async def _speak_json(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_as_text, decoder=orjson.loads
        )


async def _clean(_: Any) -> None:
    """Nothing to ask of the server: all we set, and every lock we take, ends with its transaction.

    asyncpg has rolled back what was open before it calls this.
    """


def _as_text(value: object) -> str:
    # Tortoise hands JSON fields over as text; raw queries hand over values.
    return value if isinstance(value, str) else orjson.dumps(value).decode()


class Client(AsyncpgDBClient):
    """The engine's client; Tortoise finds it through `client_class`."""

    connection_class = Connection

    async def create_pool(self, **options: Any) -> Any:
        return await asyncpg.create_pool(None, init=_speak_json, reset=_clean, **options)

    def acquire_connection(self) -> Any:
        return _Acquired(self, self._pool_init_lock)

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(_Wrapper(self), self._pool_init_lock)


client_class = Client
