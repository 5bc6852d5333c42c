"""`hailong migrate`"""

import asyncio
from pathlib import Path

import click

from web import database
from web.commands import _running
from web.settings import Settings


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the embedded servers.")
def migrate(data: Path | None) -> None:
    """Bring the schema of the database up to date; changes nothing when it is."""
    with _running.servers(Settings.read(data=data)) as settings:
        asyncio.run(database.migrate(str(settings.database_url)))
