"""`hailong import`"""

import asyncio
import contextlib
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import asyncpg
import click
from rich.console import Console
from rich.progress import Progress

from feedback.actors import System
from feedback.codes import Keyring
from sla.acts import Act
from web import clock, reactions
from web.commands import _running
from web.imports import lines, mapping, run
from web.imports.errors import FileRefused
from web.imports.kinds import KINDS, Kind
from web.imports.mapping import Mapping
from web.imports.report import Summary
from web.sending import outgoing
from web.settings import Settings
from web.storage import database
from web.tables import registering

SOME_REFUSED = 3

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

SENTENCES = {
    "empty": "the file is empty",
    "not_text": "these are the bytes of a zip, spreadsheet or PDF file; save it as CSV",
    "utf16": "not UTF-8 but UTF-16; save it as CSV UTF-8",
    "not_utf8": "not UTF-8; save it as CSV UTF-8, or name its encoding with --encoding",
    "nul_byte": "a NUL byte",
    "broken_gzip": "the gzip file is damaged or cut off",
    "line_too_long": "a line without end",
    "unclosed_quote": "a quote opened here is never closed",
    "broken_header": "the header cannot be read",
    "empty_header": "the header is empty",
    "missing_column": "a column is missing",
    "duplicate_column": "a column appears twice",
}


class Refused(click.ClickException):
    """The file as a whole is refused: one line on stderr, exit code 2, nothing stored."""

    exit_code = 2


@click.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV of the refused rows: line, column, reason, value.",
)
@click.option("--mapping", "map_file", type=FILE, help="TOML with the names the columns have.")
@click.option("--encoding", type=click.Choice(lines.ENCODINGS), default="utf-8", show_default=True)
@click.option("--history", is_flag=True, help="Dossiers of the past: nobody is invited to rate.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the embedded servers.")
@click.pass_context
def import_(
    context: click.Context,
    kind: str,
    file: Path,
    *,
    dry_run: bool,
    report: Path | None,
    map_file: Path | None,
    encoding: str,
    history: bool,
    data: Path | None,
) -> None:
    """Take the rows of FILE (CSV, CSV.gz or JSONL) into the register KIND.

    Taking the same file again changes nothing. Exit code 0: all rows taken; 3: some refused, the
    others are in; 2: the file as a whole refused, nothing is stored.
    """
    settings = Settings.read(data=data)
    chosen = _mapping(map_file, KINDS[kind], settings)
    with _running.servers(settings, as_owner=True) as running, _progress() as progress:
        try:
            summary = asyncio.run(
                _import(
                    str(running.owners_url),
                    file,
                    kind,
                    mapping=chosen,
                    keys=reactions.keyring(settings),
                    inside=outgoing.inside(settings),
                    is_history=history,
                    encoding=encoding,
                    report=report,
                    dry_run=dry_run,
                    progress=progress,
                )
            )
        except FileRefused as why:
            raise Refused(f"{file.name}: {_sentence(why)}; nothing was stored") from None
        except asyncpg.FeatureNotSupportedError:  # COPY, into what is under row security
            raise click.ClickException("the past is imported by HAILONG_OWNER_URL") from None
        except OSError as error:
            raise click.ClickException(f"{error.filename or file}: {error.strerror}") from None
    click.echo(_told(summary, dry_run=dry_run))
    if summary.refusals:
        context.exit(SOME_REFUSED)


async def _import(
    url: str,
    file: Path,
    kind: str,
    *,
    mapping: Mapping,
    keys: Keyring,
    inside: Collection[str],
    is_history: bool,
    encoding: str,
    report: Path | None,
    dry_run: bool,
    progress: run.Progress,
) -> Summary:
    act = Act(by=System("import"), at=clock.now())
    reason = await asyncio.to_thread(registering.named, file)
    async with database.connected(url, patient=True):
        return await run.run(
            file,
            KINDS[kind],
            act,
            mapping=mapping,
            keys=keys,
            is_history=is_history,
            inside=inside,
            encoding=encoding,
            report=report,
            dry_run=dry_run,
            progress=progress,
            watched=registering.watched(kind, act, reason=reason),
        )


def _mapping(file: Path | None, kind: Kind, settings: Settings) -> Mapping:
    if file is None:
        return Mapping(timezone=settings.timezone)
    try:
        return mapping.load(file, names=kind.columns)
    except mapping.BadMapping as why:
        raise Refused(f"{file.name}: {why.key}: {why.reason.replace('_', ' ')}") from None


@contextlib.contextmanager
def _progress() -> Iterator[run.Progress]:
    """A bar on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda read, size: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=None)
        yield lambda read, size: bar.update(task, completed=read, total=size)


def _sentence(why: FileRefused) -> str:
    where = f"line {why.line}: " if why.line else ""
    what = f" ({why.column})" if why.column else ""
    return f"{where}{SENTENCES[why.reason]}{what}"


def _told(summary: Summary, *, dry_run: bool) -> str:
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in summary.refused.most_common())
    told = (
        f"taken {summary.taken:,}, unchanged {summary.unchanged:,}, refused {summary.refusals:,}"
        + (f" ({reasons})" if reasons else "")
    )
    return f"Nothing was changed (dry run); otherwise: {told}" if dry_run else told.capitalize()
