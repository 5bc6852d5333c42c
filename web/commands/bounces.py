"""`hailong bounces`: what mail servers report of invitations that never arrived."""

import contextlib
import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from feedback import bounces as reports
from feedback.codes import Keyring
from sla.acts import Act
from web.commands import _acts
from web.settings import Settings

LARGEST = 10_000_000
"""Bytes of a report; no server returns more of a mail of ours."""
STDIN = "-"


@click.command()
@click.argument("source", metavar="PATH", type=click.Path(allow_dash=True))
@click.option("--data", type=click.Path(path_type=Path), help="Folder of all that is kept.")
def bounces(source: str, *, data: Path | None) -> None:
    """Note from the reports in PATH which invitations never arrived.

    PATH is a mailbox of the sender's address: an mbox file, a Maildir, one mail, or - for one mail
    on standard input. Reading the same again changes nothing.
    """
    if source != STDIN and not Path(source).exists():
        raise click.ClickException(f"{source} does not exist")
    read = failed = noted = 0
    found = []
    for content in _mails(source):
        read += 1
        bounce = reports.read(content) if len(content) <= LARGEST else None
        if bounce is not None:
            failed += 1
            found.append(bounce)

    async def work(act: Act, keys: Keyring) -> int:
        return sum([await reports.note(bounce, act, keys) for bounce in found])

    if found:
        noted = _acts.one_act(Settings.read(data=data), work)
    click.echo(f"{read} mails read, {failed} tell of a failed invitation, {noted} newly noted.")


def _mails(source: str) -> Iterator[bytes]:
    if source == STDIN:
        yield sys.stdin.buffer.read(LARGEST + 1)
        return
    path = Path(source)
    if path.is_dir():
        folder = mailbox.Maildir(path, create=False)
        for key in sorted(folder.keys()):
            yield folder.get_bytes(key)
        return
    with path.open("rb") as file:
        is_one = file.read(5) != b"From "
    if is_one:
        yield path.read_bytes()
        return
    with contextlib.closing(mailbox.mbox(path, create=False)) as box:
        for number in box.keys():  # noqa: SIM118 -- a mailbox iterates over its mails
            yield box.get_bytes(number)
