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
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder) / "data") as server:
        server.create_database(DATABASE)
        url = server.url(DATABASE)
        asyncio.run(database.migrate(url))
        yield url, Path(folder)
