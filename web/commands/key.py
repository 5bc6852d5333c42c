"""`hailong key`: keys of agencies' own systems."""

import json
from pathlib import Path

import click

from feedback import agency_keys
from feedback.agency_keys import AgencyKey, Given
from feedback.codes import Keyring
from feedback.scopes import Scope
from sla.acts import Act
from web.commands import _acts
from web.settings import Settings

_data = click.option("--data", type=click.Path(path_type=Path), help="Folder of all that is kept.")
_json = click.option("--json", "as_json", is_flag=True, help='Answer {"key": …, "id": …}.')
_number = click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))


@click.group()
def key() -> None:
    """Add, rotate, revoke and list agencies' API keys."""


@key.command()
@click.argument("agency")
@click.option(
    "--scope",
    "opens",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it opens; may be repeated. Without any it opens everything.",
)
@click.option("--label", default="", help="What it is for, in a few words.")
@click.option(
    "--days",
    type=click.IntRange(1, agency_keys.DAYS_AT_MOST),
    help="Days until it ends; without, it has no end.",
)
@_json
@_data
def add(
    agency: str,
    *,
    opens: tuple[str, ...],
    label: str,
    days: int | None,
    as_json: bool,
    data: Path | None,
) -> None:
    """Give the agency with the code AGENCY a key, printed once."""

    async def work(act: Act, keys: Keyring) -> Given:
        every = " ".join(opens or [scope.value for scope in Scope])
        wish = agency_keys.wish(every, label, "" if days is None else str(days))
        return await agency_keys.add(agency, wish, act, keys)

    _tell(_acts.one_act(Settings.read(data=data), work), f"of {agency}", as_json=as_json)


@key.command()
@_number
@click.option(
    "--overlap",
    type=click.IntRange(0, agency_keys.OVERLAP_AT_MOST),
    default=agency_keys.OVERLAP,
    show_default=True,
    help="Days for which the old key stays good.",
)
@_json
@_data
def rotate(number: int, *, overlap: int, as_json: bool, data: Path | None) -> None:
    """Give the key with this ID a successor that opens the same, printed once."""

    async def work(act: Act, keys: Keyring) -> Given:
        return await agency_keys.rotate(number, act, keys, overlap=overlap)

    _tell(_acts.one_act(Settings.read(data=data), work), f"replaces {number}", as_json=as_json)


def _tell(given: Given, what: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"key": given.secret, "id": given.id}))
        return
    click.echo(f"Key {given.id} {what}:", err=True)
    click.echo(given.secret)


@key.command()
@_number
@_data
def revoke(number: int, *, data: Path | None) -> None:
    """Revoke the key with this ID: from now on it opens nothing."""

    async def work(act: Act, _: Keyring) -> bool:
        return await agency_keys.revoke(number, act)

    if not _acts.one_act(Settings.read(data=data), work):
        raise click.ClickException(f"there is no key {number}, or it was revoked before")
    click.echo(f"Key {number} is revoked.", err=True)


@key.command("list")
@click.option("--agency", default="", help="Only those of the agency with this code.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
@_data
def list_(agency: str, *, as_json: bool, data: Path | None) -> None:
    """List keys, the latest first: what each opens, until when, the day it was last used."""

    async def work(act: Act, _: Keyring) -> list[AgencyKey]:
        found: list[AgencyKey] = []
        before: int | None = None
        while True:
            page = await agency_keys.listed(act.at, agency=agency, before=before)
            found += page.rows
            if page.older is None:
                return found
            before = page.older

    for one in _acts.one_act(Settings.read(data=data), work):
        facts = _facts(one)
        line = json.dumps(facts, ensure_ascii=False) if as_json else "  ".join(_columns(facts))
        click.echo(line)


def _facts(one: AgencyKey) -> dict[str, object]:
    return {
        "id": one.id,
        "agency": one.agency.code,
        "state": one.state.value,
        "scopes": [scope.value for scope in Scope if scope in one.scopes],
        "created_at": one.created_at.isoformat(),
        "expires_at": one.expires_at.isoformat() if one.expires_at else None,
        "used_on": one.used_on.isoformat() if one.used_on else None,
        "replaces": one.replaces,
        "label": one.label,
    }


def _columns(facts: dict[str, object]) -> list[str]:
    scopes = facts["scopes"]
    told = facts | {"scopes": ",".join(scopes) if isinstance(scopes, list) else ""}
    return [str(value) if value not in {None, ""} else "-" for value in told.values()]
