"""`hailong key`: keys of agencies' own systems."""

import json
from pathlib import Path

import click

from feedback import accounts
from feedback.codes import Keyring
from sla.acts import Act
from web.commands import _acts
from web.settings import Settings

_data = click.option("--data", type=click.Path(path_type=Path), help="Folder of all that is kept.")


@click.group()
def key() -> None:
    """Add and revoke agencies' API keys."""


@key.command()
@click.argument("agency")
@click.option("--json", "as_json", is_flag=True, help='Answer {"key": …, "id": …}.')
@_data
def add(agency: str, *, as_json: bool, data: Path | None) -> None:
    """Give the agency with the code AGENCY a key, printed once."""

    async def work(act: Act, keys: Keyring) -> tuple[int, str]:
        return await accounts.add_key(agency, act, keys)

    number, secret = _acts.one_act(Settings.read(data=data), work)
    if as_json:
        click.echo(json.dumps({"key": secret, "id": number}))
        return
    click.echo(f"Key {number} of {agency}:", err=True)
    click.echo(secret)


@key.command()
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@_data
def revoke(number: int, *, data: Path | None) -> None:
    """Revoke the key with this ID: from now on it opens nothing."""

    async def work(act: Act, _: Keyring) -> bool:
        return await accounts.revoke_key(number, act)

    if not _acts.one_act(Settings.read(data=data), work):
        raise click.ClickException(f"there is no key {number}, or it was revoked before")
    click.echo(f"Key {number} is revoked.", err=True)
