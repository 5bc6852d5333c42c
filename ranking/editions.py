"""Editions: a period's configuration committed, its figures drafted, published once, corrected.

A draft may be thrown away and made again; a published edition never changes (the database refuses
it). What was wrong in one is put right by another, which names it and says why.
"""

import dataclasses
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from feedback import permissions
from feedback.actors import System
from ranking import cohorts, computing, edition_body, gathering, periods, tallies
from ranking.config import Config
from ranking.edition_body import Edition
from ranking.edition_errors import (
    AlreadyPublished,
    ConfigCommitted,
    NoSuchEdition,
    NotPublishable,
    PeriodNotOver,
)
from ranking.events import EditionDrafted, EditionPublished
from ranking.models import EditionRow, EditionStatus, PeriodRow
from ranking.periods import Period
from sla.acts import Act

LONGEST_NAME = 20

# One draft or publication at a time: two would each find no draft of the period.
LOCK = 0x48A1_1062


class Listed(NamedTuple):
    """An edition as a list shows it. `superseded_by` names the latest correction."""

    name: str
    period: str
    status: EditionStatus
    drafted_at: datetime
    published_at: datetime | None
    published_by: str | None
    supersedes: str | None
    superseded_by: str | None


async def commit_config(period: Period, config: Config, act: Act) -> PeriodRow:
    """Fix what the period will be counted by; before it begins it may still be changed.

    Committing the same again changes nothing. Raises `ConfigCommitted` when the period has begun
    under another one.
    """
    await _alone()
    row = await PeriodRow.get_or_none(name=period.name)
    values = {
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "cutoff_at": period.cutoff_at,
        "config": edition_body.to_json(config),
        "config_digest": config.digest(),
        "committed_at": act.at,
    }
    if row is None:
        return await PeriodRow.create(name=period.name, **values)
    if row.config_digest == config.digest():
        return row
    if act.at >= row.starts_at or await EditionRow.filter(period=row).exists():
        raise ConfigCommitted(period.name, row.config_digest)
    await PeriodRow.filter(id=row.id).update(**values)
    return await PeriodRow.get(id=row.id)


async def draft(
    period_name: str,
    act: Act,
    zone: ZoneInfo,
    *,
    preliminary: bool = False,
    packs_dir: Path | None = None,
) -> EditionRow:
    """Compute the edition of a period and keep it as its draft, in place of an earlier draft.

    `packs_dir` holds official score sheets beside those that come along.

    Raises `NotAPeriod`, `NotPublishable` for a single month, `AlreadyPublished`, and
    `PeriodNotOver` unless `preliminary`: a trial that cannot be published.
    """
    period = periods.parse(period_name, zone)
    await _alone()
    published = await EditionRow.filter(
        period__name=period.name, status=EditionStatus.PUBLISHED
    ).exists()
    if published:
        raise AlreadyPublished(period.name)
    return await _draft(period, act, preliminary=preliminary, packs_dir=packs_dir)


async def correct(
    period_name: str, reason: str, act: Act, zone: ZoneInfo, *, packs_dir: Path | None = None
) -> EditionRow:
    """Draft a further edition of a published period, which will supersede the latest one.

    Raises `NotAPeriod`, and `NoSuchEdition` where there is nothing to correct.
    """
    period = periods.parse(period_name, zone)
    await _alone()
    latest = await _latest_published(period.name)
    if latest is None:
        raise NoSuchEdition(period.name)
    return await _draft(period, act, corrected=latest, reason=reason, packs_dir=packs_dir)


async def publish(name: str, by: str, act: Act) -> EditionRow:
    """Publish the draft of that name, for good. `by` is who answers for it, in words.

    A web user must be a publisher. Raises `RoleMayNot`, `NoSuchEdition`, `AlreadyPublished`,
    `PeriodNotOver`.
    """
    if not isinstance(act.by, System):
        permissions.check_may_publish(act.by)
    await _alone()
    row = await _named(name)
    if row.status is EditionStatus.PUBLISHED:
        raise AlreadyPublished(name)
    if min(act.at, row.drafted_at) < row.period.ends_at:
        raise PeriodNotOver(row.period.name, row.period.ends_at)
    await EditionRow.filter(id=row.id).update(
        status=EditionStatus.PUBLISHED, published_at=act.at, published_by=by
    )
    act.events.append(EditionPublished(name))
    return await EditionRow.get(id=row.id)


async def draft_due(act: Act, zone: ZoneInfo, *, packs_dir: Path | None = None) -> bool:
    """Draft the quarter that ended last, after its cut-off, if it has no edition; whether it did.

    Nothing is drafted of a quarter in which nothing happened.
    """
    period = periods.containing(act.at, zone, cutoff_days=Config().cutoff_days).previous()
    row = await PeriodRow.get_or_none(name=period.name)
    period = _committed(row, period)
    if act.at < period.cutoff_at:
        return False
    await _alone()
    if await EditionRow.filter(period__name=period.name).exists():
        return False
    served = await tallies.residents_served(period.starts_at, period.ends_at)
    if not served and not await cohorts.cohorts(period, act.at):
        return False
    await _draft(period, act, packs_dir=packs_dir)
    return True


async def read(name: str) -> Edition:
    """The edition of that name, draft or published. Raises `NoSuchEdition`, `BadBody`."""
    return gathering.frozen(await _named(name))


async def listed() -> list[Listed]:
    """All editions, the latest period first, of one period the latest first."""
    rows = (
        await EditionRow.all()
        .order_by("-period__starts_at", "-id")
        .select_related("period", "supersedes")
    )
    later = {
        row.supersedes.name: row.name
        for row in rows
        if row.supersedes and row.status is EditionStatus.PUBLISHED
    }
    return [
        Listed(
            name=row.name,
            period=row.period.name,
            status=row.status,
            drafted_at=row.drafted_at,
            published_at=row.published_at,
            published_by=row.published_by,
            supersedes=row.supersedes.name if row.supersedes else None,
            superseded_by=later.get(row.name),
        )
        for row in rows
    ]


async def published_names() -> list[str]:
    """The names of all published editions, in the order in which they were published."""
    found = EditionRow.filter(status=EditionStatus.PUBLISHED).order_by("published_at", "id")
    return list(await found.values_list("name", flat=True))  # type: ignore[arg-type]  # one column


async def note_manifest(name: str, digest: str) -> str:
    """Keep the digest of a published edition's manifest, once; the one that is kept."""
    await EditionRow.filter(
        name=name, status=EditionStatus.PUBLISHED, manifest_digest__isnull=True
    ).update(manifest_digest=digest)
    row = await _named(name)
    return row.manifest_digest or digest


async def without_manifest() -> list[str]:
    """Published editions whose files' digest is not known yet, in the order of publication."""
    found = EditionRow.filter(
        status=EditionStatus.PUBLISHED, manifest_digest__isnull=True
    ).order_by("published_at", "id")
    return list(await found.values_list("name", flat=True))  # type: ignore[arg-type]  # one column


async def _draft(
    period: Period,
    act: Act,
    *,
    preliminary: bool = False,
    corrected: EditionRow | None = None,
    reason: str | None = None,
    packs_dir: Path | None = None,
) -> EditionRow:
    _check_publishable(period)
    row = await PeriodRow.get_or_none(name=period.name)
    if row is None:
        row = await commit_config(period, Config(), act)
    period = _committed(row, period)
    if act.at < period.ends_at and not preliminary:
        raise PeriodNotOver(period.name, period.ends_at)
    name = period.name if corrected is None else _next_name(corrected.name, period.name)
    edition = await computing.computed(
        name, period, row, act.at, corrected=corrected, packs_dir=packs_dir
    )
    edition = dataclasses.replace(
        edition, supersedes=corrected.name if corrected else None, reason=reason
    )
    await EditionRow.filter(name=name, status=EditionStatus.DRAFT).delete()
    drafted = await EditionRow.create(
        name=name,
        period=row,
        status=EditionStatus.DRAFT,
        body=edition_body.to_json(edition),
        drafted_at=act.at,
        supersedes=corrected,
    )
    act.events.append(EditionDrafted(name))
    return drafted


def _committed(row: PeriodRow | None, period: Period) -> Period:
    """The period with the cut-off that was committed for it."""
    if row is None:
        return period
    return dataclasses.replace(period, cutoff_at=row.cutoff_at)


def _check_publishable(period: Period) -> None:
    if period.months < 3:
        raise NotPublishable(period.name)


def _next_name(latest: str, period_name: str) -> str:
    """2026-Q3, 2026-Q3.2, 2026-Q3.3 ..."""
    _, _, number = latest.removeprefix(period_name).partition(".")
    return f"{period_name}.{int(number or 1) + 1}"


async def _named(name: str) -> EditionRow:
    row = None
    if len(name) <= LONGEST_NAME:
        row = await EditionRow.get_or_none(name=name).select_related("period")
    if row is None:
        raise NoSuchEdition(name)
    return row


async def _latest_published(period_name: str) -> EditionRow | None:
    return (
        await EditionRow.filter(period__name=period_name, status=EditionStatus.PUBLISHED)
        .order_by("-id")
        .first()
    )


async def _alone() -> None:
    await get_connection("default").execute_query("select pg_advisory_xact_lock($1)", [LOCK])
