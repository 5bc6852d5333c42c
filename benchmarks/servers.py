"""A server of its own for a benchmark."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from web.running.embedded import DATABASE, Postgres
from web.storage import database


@contextmanager
def migrated() -> Iterator[tuple[str, Path]]:
    """(address of a migrated database, a folder); both are gone afterwards."""
    with bound() as (owner, _, folder):
        yield owner, folder


@contextmanager
def bound() -> Iterator[tuple[str, str, Path]]:
    """(its owner's address, the one that the application has, a folder), as `migrated`."""
    with running(None) as (server, folder):
        server.create_database(DATABASE)
        owner, application = server.url(DATABASE), server.application_url(DATABASE)
        asyncio.run(database.migrate(owner, application=application))
        yield owner, application, folder


@contextmanager
def running(keep: Path | None) -> Iterator[tuple[Postgres, Path]]:
    """(a server, the folder it is in): one that is kept and found again, or one that is gone
    afterwards.
    """
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        yield stack.enter_context(Postgres(folder / "data")), folder
