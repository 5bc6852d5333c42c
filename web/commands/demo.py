"""`hailong demo`"""

import asyncio
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from ranking import editions
from ranking.edition_body import Edition
from web import clock, reactions
from web.board import release
from web.commands import _running, up
from web.demo import accounts, city, filling, folder
from web.demo.folder import Demo
from web.running import embedded
from web.settings import Settings
from web.storage import database

# A demo has servers of its own and writes to nobody, whatever else is configured here.
ALONE = {
    "demo": True,
    "database_url": None,
    "owner_url": None,
    "redis_url": None,
    "smtp_url": None,
    "sms_webhook": None,
}


@click.command()
@click.option(
    "--scale",
    type=click.Choice(list(city.SCALES)),
    default="small",
    show_default=True,
    help="tiny: a tenth of the wards. city: about a million dossiers; takes minutes.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: a free one."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="Folder of the demo; a new one, or one that holds it already.",
)
def demo(scale: str, seed: int, host: str, port: int, data: Path) -> None:
    """Fill a folder with an invented city, once, and start everything on it.

    The registers are those of a real city; work, ratings, complaints and people are made up.
    """
    settings = Settings.read(data=data).model_copy(update=ALONE)
    found = folder.claim(settings.data, scale=scale, seed=seed)
    if not found.is_filled:
        found = _fill(settings, found)
    up.run(settings, host=host, port=port, on_ready=lambda address: _welcome(address, found))


def _fill(settings: Settings, wanted: Demo) -> Demo:
    """Fill the folder from the beginning, whatever an earlier filling left; noted at the end."""
    settings = settings.with_secrets()
    # Nothing waits for the disk: whoever is cut off begins again.
    with embedded.Postgres(settings.data, durable=False) as postgres:
        found = folder.claim(settings.data, scale=wanted.scale, seed=wanted.seed)
        if found.is_filled:  # by another process, while this one waited for the server
            return found
        click.echo("Making the demo city. This happens once.")
        postgres.psql(f"drop database if exists {embedded.DATABASE} with (force)")
        folder.clear(settings.data)
        _running.prepare(postgres)
        now = clock.now()
        secrets, made = asyncio.run(_filled(settings, postgres.url(), wanted, now))
    click.echo("  pages of the editions ...")
    for edition in made:
        into = release.folder(settings) / edition.name
        release.draw(edition, into, demo=settings.demo, base_url=settings.base_url)
    os.sync()
    found = replace(
        wanted,
        made_at=now.isoformat(timespec="seconds"),
        tracking_code=secrets.tracking_code,
        agency_key=secrets.agency_key,
    )
    folder.keep(settings.data, found)
    return found


async def _filled(
    settings: Settings, url: str, wanted: Demo, now: datetime
) -> tuple[filling.Secrets, list[Edition]]:
    async with database.connected(url, patient=True):
        secrets = await filling.fill(
            reactions.keyring(settings),
            now=now,
            seed=wanted.seed,
            scale=city.SCALES[wanted.scale],
            tell=lambda step: click.echo(f"  {step} ..."),
        )
        return secrets, [await editions.read(name) for name in await editions.published_names()]


def _welcome(address: str, found: Demo) -> None:
    rows = [
        (one.role.value, one.name, accounts.PASSWORD, one.agency or "") for one in accounts.ACCOUNTS
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    click.echo(f"\nThe demo city is at {address}/vi/ and {address}/en/; sign in at /vi/sign-in:\n")
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  " + "  ".join(cells).rstrip())
    click.echo(f"\n  API key of {accounts.WARD}   {found.agency_key}")
    click.echo(
        f"  tracking code      {found.tracking_code}   (an answered case: track it, rate it)"
    )
    click.echo(
        "\nAll work, ratings, complaints and people are invented; only the registers are real."
        "\nThese passwords are known to everybody and good for this folder alone: it is a demo."
        "\nNever put real data into it, and never open it to a network."
    )
