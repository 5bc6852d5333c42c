"""`hailong demo`"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from ranking.frozen.edition_body import Edition
from ranking.life import editions
from web import clock, reactions
from web.board import release
from web.commands import _running, up
from web.demo import accounts, city, filling, folder
from web.demo.folder import Demo
from web.language import i18n
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
    with up.listen(host, port) as listening:  # before the minute it takes to fill
        if not found.is_filled:
            found = _fill(settings, found)
        up.run(settings, listening, host=host, on_ready=lambda address: _welcome(address, found))


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
        secrets = filling.fill(
            postgres.url(),
            reactions.keyring(settings),
            now=now,
            seed=wanted.seed,
            scale=city.SCALES[wanted.scale],
            tell=lambda step: click.echo(f"  {step} ..."),
        )
        made = asyncio.run(_published(postgres.url()))
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


async def _published(url: str) -> list[Edition]:
    async with database.connected(url, patient=True):
        return [await editions.read(name) for name in await editions.published_names()]


HONEST = """
Hồ sơ, phản ánh, đánh giá và con người đều là giả định; chỉ danh mục cơ quan, thủ tục là thật.
Ai cũng biết các mật khẩu này; chúng chỉ dùng được cho thư mục này: đây là bản trình diễn.
Không đưa dữ liệu thật vào đây, không mở ra mạng.

All work, ratings, complaints and people are invented; only the registers are real.
These passwords are known to everybody and good for this folder alone: it is a demo.
Never put real data into it, and never open it to a network."""


def _welcome(address: str, found: Demo) -> None:
    roles = [
        [i18n.name_of(one.role, language) for language in i18n.LANGUAGES]
        for one in accounts.ACCOUNTS
    ]
    rows = [
        (*names, one.name, accounts.PASSWORD, one.agency or "")
        for names, one in zip(roles, accounts.ACCOUNTS, strict=True)
    ]
    click.echo(f"\nThành phố trình diễn: {address}/vi/   đăng nhập: {address}/vi/sign-in")
    click.echo(f"The demo city:        {address}/en/   sign in:   {address}/en/sign-in\n")
    _echo_table(rows)
    click.echo()
    told = "để xem, để đánh giá / to look at and rate"
    _echo_table(
        [
            ("khóa API / API key", found.agency_key, accounts.WARD),
            ("mã tra cứu / tracking code", found.tracking_code, told),
        ]
    )
    click.echo(HONEST)


def _echo_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  " + "  ".join(cells).rstrip())
