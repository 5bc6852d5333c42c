"""What commands share: their settings, and the servers they need."""

import asyncio
import contextlib
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from web import database, embedded, mistakes, processes
from web.settings import Settings


@dataclass(eq=False)
class Unreachable(mistakes.Mistake):
    """The configured database does not let us in; `why` holds no password."""

    why: str

    def __str__(self) -> str:
        return f"the database of HAILONG_DATABASE_URL cannot be reached: {self.why}"


@contextlib.contextmanager
def servers(settings: Settings) -> Iterator[Settings]:
    """The settings with a database that answers, migrated: `database_url` is never None inside.

    The configured one; or with none configured that of `settings.data`: the one which runs
    there, or one started for the length of this command. Raises EmbeddedError, Unreachable.
    """
    if settings.database_url is not None:
        asyncio.run(_reach(settings.database_url))
        yield settings
        return
    settings = settings.with_secrets()
    postgres = embedded.Postgres(settings.data)
    with contextlib.ExitStack() as stack:
        try:
            postgres.start()
        except processes.InUse:
            stack.enter_context(_shared_use(postgres.home))
            _wait_for(postgres)
        else:
            stack.callback(postgres.stop)
            stack.enter_context(_last_use(postgres.home))
            prepare(postgres)
        yield settings.model_copy(update={"database_url": postgres.url()})


async def _reach(url: str) -> None:
    try:
        async with asyncio.timeout(10):
            connection = await database.connection(url)
        await connection.close()
    except asyncpg.PostgresError as error:
        raise Unreachable(str(error)) from None
    except OSError as error:
        raise Unreachable(error.strerror or type(error).__name__) from None


def prepare(postgres: embedded.Postgres) -> None:
    """The database of an embedded server that is ready: made and migrated."""
    postgres.create_database(embedded.DATABASE)
    asyncio.run(database.migrate(postgres.url()))


def _wait_for(postgres: embedded.Postgres) -> None:
    """Another process has just started it, or restarts it; it may still be recovering."""
    if not processes.wait_until(postgres.is_ready, seconds=60):
        raise processes.InUse(postgres.home, "unknown")


@contextlib.contextmanager
def _shared_use(home: Path) -> Iterator[None]:
    """While we use a server another command started, that one must not stop it."""
    with (home / "users").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def _last_use(home: Path) -> Iterator[None]:
    """Leave when the other commands that use our server have left."""
    yield
    with (home / "users").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
