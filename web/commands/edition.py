"""`hailong edition`: commit to terms; draft, publish, list, export and verify editions."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from tortoise.transactions import in_transaction

from feedback.actors import System
from ranking import errors
from ranking.frozen import edition_errors, life_errors
from ranking.frozen.edition_body import Edition
from ranking.frozen.terms import Schedule
from ranking.life import editions
from ranking.method import measures, packs, periods
from ranking.method.config import Config
from ranking.method.pack_fields import Fault
from ranking.verifying import verify
from sla.acts import Act
from web import clock
from web.board import release
from web.commands import _running
from web.settings import Settings
from web.storage import database

T = TypeVar("T")

# What is wrong in an official score sheet; {} is what stands there.
_FAULTS = {
    "no_folder": "HAILONG_PACKS_DIR names no folder",
    "not_toml": "not TOML: {}",
    "not_utf8": "not UTF-8 from byte {} on",
    "missing": "missing",
    "unknown": "not a field of a score sheet",
    "not_text": "{} is no text",
    "not_number": "{} is no number",
    "not_date": "{} is no date, such as 2026-01-01",
    "not_table": "{} is no table",
    "not_list": "{} is no list",
    "not_yes_or_no": "{} is neither true nor false",
    "out_of_range": "{} is out of range",
    "sum_differs": "the maxima of its parts do not come to the whole: {}",
    "above_maximum": "more points than its maximum of {}",
    "beside_items": "a group has items, or levels and perhaps a measure, not both",
    "doubled": "{} stands there twice",
    "same_day": "{} is of the same code and day",
    "unknown_group": "there is no group {}",
    "not_descending": "bands stand from the best down, each with another bound: {}",
    "not_covering": "the last band begins at 0, the first within the maximum: {}",
    "not_after_start": "{} is not after effective_from",
    "unknown_measure": "{} is not measured; known are " + ", ".join(sorted(measures.NAMES)),
}


def _fault(of: Fault) -> str:
    words = _FAULTS[of.kind].format(of.value).replace("\n", " ")
    return f"{of.where}: {words}" if of.where else words


_SENTENCES: dict[type[Exception], Callable[[Any], str]] = {
    errors.NotAPeriod: lambda e: f"{e.name!r} is no period: a quarter is 2026-Q3, a year 2026",
    edition_errors.NoSuchEdition: lambda e: f"there is no edition {e.name}",
    edition_errors.AlreadyPublished: lambda e: (
        f"edition {e.name} is published and never changes; draft a correction with --correct"
    ),
    edition_errors.NotPublishable: lambda e: f"{e.name}: only quarters and years are published",
    edition_errors.PeriodNotOver: lambda e: (
        f"{e.name} runs until {e.ends_at:%Y-%m-%d %H:%M} UTC: it can be drafted only with"
        " --preliminary, and a draft made before its end is never published"
    ),
    edition_errors.ConfigCommitted: lambda e: f"{e.name} has begun under configuration {e.digest}",
    life_errors.PeriodBegun: lambda e: (
        f"{e.name} began {e.starts_at:%Y-%m-%d %H:%M} UTC: its terms are committed to before that"
    ),
    life_errors.TooEarlyADay: lambda e: (
        f"{e.publish_on} leaves no time for answers and objections; the first day is {e.earliest}"
    ),
    life_errors.ConfigChanged: lambda e: (
        f"{e.name} was drafted under other terms than were committed to; draft it again"
    ),
    life_errors.WindowOpen: lambda e: (
        f"agencies may object to {e.name} until {e.closes_at:%Y-%m-%d %H:%M} UTC; for figures of"
        " long ago say why they need not with --waive"
    ),
    life_errors.OpenObjections: lambda e: f"objections to {e.name} not decided yet: {e.count}",
    life_errors.DraftOutdated: lambda e: (
        f"an objection was upheld after {e.name} was drafted; draft it again"
    ),
    life_errors.RecountMissing: lambda e: (
        f"{e.name}: everything has to be counted again before, from the beginning"
    ),
    life_errors.RecountDiffers: lambda e: (
        f"{e.name}: counted again from the beginning, {e.answers} answers differ from the tallies"
    ),
    errors.InvalidConfig: lambda e: f"{e.field} cannot be {e.value}",
    packs.InvalidPack: lambda e: f"{e.source}: {'; '.join(map(_fault, e.faults))}",
    edition_errors.BadBody: lambda e: f"the stored edition cannot be read (field {e.field})",
}

_data = click.option("--data", type=click.Path(path_type=Path), help="Folder of all that is kept.")


@click.group()
def edition() -> None:
    """Commit to terms; draft, publish, list, export and verify editions."""


@edition.command()
@click.argument("period")
@click.option("--publish-on", type=click.DateTime(["%Y-%m-%d"]), help="The last day in time.")
@click.option("--objection-days", default=15, show_default=True)
@click.option("--plan-days", default=30, show_default=True)
@_data
def commit(
    period: str,
    *,
    publish_on: datetime | None,
    objection_days: int,
    plan_days: int,
    data: Path | None,
) -> None:
    """Fix in public what PERIOD (2026-Q3) is counted by and when, before it begins."""
    settings = Settings.read(data=data)

    async def work(act: Act) -> str:
        async with in_transaction():
            row = await editions.commit_config(
                periods.parse(period, settings.zone),
                Config(),
                act,
                schedule=Schedule(objection_days=objection_days, plan_days=plan_days),
                publish_on=publish_on.date() if publish_on else None,
            )
        return f"{row.terms_digest}, to be published by {row.publish_on}"

    click.echo(f"Committed {period}: {_run(settings, work)}.")


@edition.command()
@click.argument("period")
@click.option("--preliminary", is_flag=True, help="A trial of a period that is not over.")
@click.option("--correct", "reason", metavar="REASON", help="Correct the published edition.")
@_data
def draft(period: str, *, preliminary: bool, reason: str | None, data: Path | None) -> None:
    """Compute the edition of PERIOD (2026-Q3) from all that is counted by now."""
    settings = Settings.read(data=data)

    async def work(act: Act) -> str:
        async with in_transaction():
            if reason is not None:
                row = await editions.correct(
                    period, reason, act, settings.zone, packs_dir=settings.packs_dir
                )
            else:
                row = await editions.draft(
                    period,
                    act,
                    settings.zone,
                    preliminary=preliminary,
                    packs_dir=settings.packs_dir,
                )
        return row.name

    name = _run(settings, work)
    click.echo(f"Drafted {name}.")


@edition.command()
@click.argument("name")
@click.option("--by", required=True, help="Who answers for it.")
@click.option(
    "--waive", default="", metavar="REASON", help="Why agencies get no time to object; published."
)
@_data
def publish(name: str, by: str, waive: str, data: Path | None) -> None:
    """Publish the draft NAME, for good, and put its files in place."""
    settings = Settings.read(data=data)

    async def work(act: Act) -> None:
        async with in_transaction():
            await editions.publish(name, by, act, waived=waive)
        while await release.release_board(act, settings):
            pass

    _run(settings, work)
    click.echo(f"Published {name}: {release.folder(settings) / name}")


@edition.command(name="list")
@_data
def list_(data: Path | None) -> None:
    """List all editions, the latest period first."""

    async def work(act: Act) -> list[editions.Listed]:
        return await editions.listed()

    rows = [("edition", "status", "drafted", "published", "by")]
    for row in _run(Settings.read(data=data), work):
        superseded = f", superseded by {row.superseded_by}" if row.superseded_by else ""
        drafted, published = (
            f"{at:%Y-%m-%d %H:%M}" if at else "–" for at in (row.drafted_at, row.published_at)
        )
        status = row.status.value + superseded
        rows.append((row.name, status, drafted, published, row.published_by or "–"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for cells in rows:
        click.echo("  ".join(map(str.ljust, cells, widths)).rstrip())


@edition.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@_data
def export(name: str, folder: Path, data: Path | None) -> None:
    """Write the files of the published edition NAME into FOLDER, which must not exist."""
    settings = Settings.read(data=data)
    if folder.exists():
        raise click.ClickException(f"{folder} exists already")

    kept = release.folder(settings) / name

    async def work(act: Act) -> Edition:
        found = await editions.read(name)
        if found.published_at is None:
            raise edition_errors.NoSuchEdition(name)
        return found

    if kept.is_dir():
        release.release(release.read(kept), folder)
    else:
        found = _run(settings, work)
        release.draw(found, folder, demo=settings.demo, base_url=settings.base_url)
    click.echo(f"Exported {name}: {folder}")


@edition.command(name="verify")
@click.argument("folder", type=click.Path(path_type=Path))
def verify_(folder: Path) -> None:
    """Check every file of an edition's FOLDER and recount every figure. Exit 1 if any is wrong."""
    raise SystemExit(verify.main([str(folder)]))


def _run(settings: Settings, work: Callable[[Act], Awaitable[T]]) -> T:
    """Do the work on the configured database, or on the embedded one of the data folder."""

    async def connected(url: str) -> T:
        async with database.connected(url, patient=True):
            return await work(Act(by=System("command"), at=clock.now()))

    try:
        with _running.servers(settings) as running:
            return asyncio.run(connected(str(running.database_url)))
    except (errors.RankingError, edition_errors.BadBody) as fault:
        sentence = _SENTENCES.get(type(fault))
        raise click.ClickException(sentence(fault) if sentence else repr(fault)) from None
