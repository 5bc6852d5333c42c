"""`hailong user`: accounts of staff."""

import sys
from pathlib import Path

import click

from feedback import drafts
from feedback.codes import Keyring
from feedback.errors import Refusal
from feedback.models import Role
from feedback.staff import accounts, apart
from sla.acts import Act
from web.commands import _acts
from web.settings import Settings

_data = click.option("--data", type=click.Path(path_type=Path), help="Folder of all that is kept.")
_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, one line."
)


@click.group()
def user() -> None:
    """Add, disable, reset staff accounts; forget a lost second factor; confirm whose they are."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--agency", metavar="CODE", help="For officers and heads: their agency.")
@click.option("--email")
@click.option("--display-name", help="What people are called; else the account's name.")
@_password_stdin
@_data
def add(
    name: str,
    *,
    role: str,
    agency: str | None,
    email: str | None,
    display_name: str | None,
    password_stdin: bool,
    data: Path | None,
) -> None:
    """Open the account NAME. Its password is printed once, unless it was given."""
    given = {
        "name": name,
        "role": role,
        "agency": agency,
        "email": email,
        "display_name": display_name,
    }
    try:
        draft = drafts.account(given)
    except Refusal as refusal:
        raise click.ClickException(_acts.sentence(refusal)) from None
    password = _given() if password_stdin else accounts.generated()

    async def work(act: Act, _: Keyring) -> None:
        await accounts.add(
            draft.name,
            act,
            password=password,
            role=draft.role,
            display_name=draft.display_name,
            email=draft.email,
            agency=draft.agency,
        )

    _acts.one_act(Settings.read(data=data), work)
    click.echo(f"Account {name} is open.", err=True)
    if not password_stdin:
        click.echo(password)


@user.command()
@click.argument("name")
@_data
def disable(name: str, *, data: Path | None) -> None:
    """Close the account NAME: its sessions end, and nobody signs in with it."""

    async def work(act: Act, _: Keyring) -> bool:
        return await accounts.disable(name, act)

    if not _acts.one_act(Settings.read(data=data), work):
        raise click.ClickException(f"there is no account named {name}")
    click.echo(f"Account {name} is closed.", err=True)


@user.command()
@click.argument("name")
@_password_stdin
@_data
def reset(name: str, *, password_stdin: bool, data: Path | None) -> None:
    """Give the account NAME a new password, printed once unless given; its sessions end."""
    password = _given() if password_stdin else accounts.generated()

    async def work(act: Act, _: Keyring) -> bool:
        return await accounts.reset(name, act, password=password)

    if not _acts.one_act(Settings.read(data=data), work):
        raise click.ClickException(f"there is no account named {name}")
    click.echo(f"Account {name} has a new password.", err=True)
    if not password_stdin:
        click.echo(password)


@user.command()
@click.argument("name")
@_data
def forget_factor(name: str, *, data: Path | None) -> None:
    """Take the second factor off the account NAME, whose owner lost it; its sessions end."""

    async def work(act: Act, _: Keyring) -> bool:
        return await accounts.forget_factor(name, act)

    if not _acts.one_act(Settings.read(data=data), work):
        raise click.ClickException(f"no account named {name} has a second factor")
    click.echo(f"Account {name} has no second factor any more.", err=True)


@user.command()
@click.argument("name")
@_data
def confirm(name: str, *, data: Path | None) -> None:
    """Say that the account NAME is in its owner's hands alone, whoever gave it its password.

    For a city whose administrators have opened each other's accounts, so that nobody is left who
    could say so on the page. Stands in the audit trail.
    """

    async def work(act: Act, _: Keyring) -> bool:
        return await apart.confirm(name, act)

    if not _acts.one_act(Settings.read(data=data), work):
        raise click.ClickException(f"there is no account named {name}")
    click.echo(f"Account {name} is in its owner's hands.", err=True)


def _given() -> str:
    return sys.stdin.readline().rstrip("\r\n")
