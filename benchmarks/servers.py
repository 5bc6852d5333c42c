"""A server of its own for a benchmark."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from web import database
from web.embedded import DATABASE, Postgres


@contextmanager
def migrated() -> Iterator[tuple[str, Path]]:
    """(address of a migrated database, a folder); both are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder) / "data") as server:
        server.create_database(DATABASE)
        url = server.url(DATABASE)
        asyncio.run(database.migrate(url))
        yield url, Path(folder)
