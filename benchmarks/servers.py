"""A server of its own for a benchmark."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder) / "data") as server:
        server.create_database(DATABASE)
        owner, application = server.url(DATABASE), server.application_url(DATABASE)
        asyncio.run(database.migrate(owner, application=application))
        yield owner, application, Path(folder)
