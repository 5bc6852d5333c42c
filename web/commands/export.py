"""`hailong export`"""

import asyncio
import sys
from pathlib import Path

import click

from web.commands import _running
from web.settings import Settings
from web.storage import database
from web.tables import exports


@click.command("export")
@click.argument("kind", type=click.Choice(list(exports.TABLES)))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write; without it, to standard output.",
)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the embedded servers.")
def export(kind: str, *, output: Path | None, data: Path | None) -> None:
    """Write the register KIND as CSV, as `hailong import` takes it.

    Importing the file again changes nothing, and exporting again gives the same bytes. Accounts
    come without passwords or anything else that is secret.
    """
    settings = Settings.read(data=data)
    with _running.servers(settings) as running:
        content = asyncio.run(_export(str(running.database_url), kind))
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


async def _export(url: str, kind: str) -> bytes:
    async with database.connected(url):
        return await exports.of(kind)
