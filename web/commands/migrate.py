"""`hailong migrate`"""

import asyncio
from pathlib import Path

import click

from web.commands import _running
from web.settings import Settings
from web.storage import database


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the embedded servers.")
def migrate(data: Path | None) -> None:
    """Bring the schema of the database up to date; changes nothing when it is.

    Signs in by HAILONG_OWNER_URL, where that is set, and gives the role of HAILONG_DATABASE_URL
    the rights which the application needs, and no others.
    """
    with _running.servers(Settings.read(data=data), as_owner=True) as settings:
        owner = str(settings.owners_url)
        asyncio.run(database.migrate(owner, application=settings.database_url))
