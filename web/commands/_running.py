"""What commands share: their settings, and the servers they need."""

import asyncio
import contextlib
import fcntl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

import asyncpg

from web import mistakes
from web.running import embedded, processes
from web.settings import Settings
from web.storage import database

PATIENCE = 60  # seconds for a server that another process starts, restarts or stops


@dataclass(eq=False)
class Unreachable(mistakes.Mistake):
    """The configured database does not let us in; `why` holds no password."""

    why: str

    def __str__(self) -> str:
        return f"the database of HAILONG_DATABASE_URL cannot be reached: {self.why}"


@contextlib.contextmanager
def servers(settings: Settings, *, as_owner: bool = False) -> Iterator[Settings]:
    """The settings with a database that answers, migrated: `database_url` is never None inside.

    With `as_owner` it is `owners_url` that answers: the application's role may not exist yet.

    The configured one; or with none configured that of `settings.data`: the one which runs
    there, or one started for the length of this command. Raises EmbeddedError, Unreachable.
    """
    if settings.database_url is not None:
        wanted = settings.owners_url if as_owner else settings.database_url
        asyncio.run(_reach(str(wanted)))
        yield settings
        return
    settings = settings.with_secrets()
    postgres = embedded.Postgres(settings.data)
    with contextlib.ExitStack() as stack:
        _take(postgres, stack)
        yield settings.model_copy(update=postgres.addresses())


def _take(postgres: embedded.Postgres, stack: contextlib.ExitStack) -> None:
    """Start the server, or share the one that runs: it may be recovering, or about to end."""
    end = time.monotonic() + PATIENCE
    while True:
        # One after the other: nobody meets a server whose database is not yet prepared.
        with _lock(postgres, "entrance", fcntl.LOCK_EX):
            try:
                postgres.start()
            except processes.InUse:
                if _shares(postgres, stack):
                    return
                if time.monotonic() > end:
                    raise
            else:
                stack.callback(_stop_when_unused, postgres)
                prepare(postgres)
                return
        time.sleep(0.1)


def _shares(postgres: embedded.Postgres, stack: contextlib.ExitStack) -> bool:
    """Whether a server answers; it is then kept for us until the stack is left."""
    users = _lock(postgres, "users", fcntl.LOCK_SH)
    if postgres.is_ready():
        stack.callback(users.close)
        return True
    users.close()
    return False


def _stop_when_unused(postgres: embedded.Postgres) -> None:
    """Not before the other commands that share our server have ended."""
    with _lock(postgres, "users", fcntl.LOCK_EX):
        postgres.stop()


def _lock(postgres: embedded.Postgres, name: str, kind: int) -> TextIO:
    """Held until the file is closed."""
    postgres.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (postgres.home / name).open("a", encoding="utf-8")
    fcntl.flock(file, kind)
    return file


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
    asyncio.run(database.migrate(postgres.url(), application=postgres.application_url()))
