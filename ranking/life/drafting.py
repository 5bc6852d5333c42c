"""An edition drafted, and drafted again: nothing of it is public, and the agencies may look."""

import dataclasses
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ranking.counts import gathering, promise_rows, recounting, tallies
from ranking.events import EditionDrafted
from ranking.frozen import edition_body, edition_rows
from ranking.frozen.edition_body import Edition
from ranking.frozen.edition_errors import (
    AlreadyPublished,
    NoSuchEdition,
    NotPublishable,
    PeriodNotOver,
)
from ranking.frozen.edition_life import Commitment, Life
from ranking.life import committing, computing, differing
from ranking.method import periods
from ranking.method.config import Config
from ranking.method.periods import Period
from ranking.models import EditionRow, EditionStatus, PeriodRow
from sla.acts import Act


async def draft(
    period_name: str,
    act: Act,
    zone: ZoneInfo,
    *,
    preliminary: bool = False,
    packs_dir: Path | None = None,
    since: datetime | None = None,
) -> EditionRow:
    """Compute the edition of a period and keep it as its draft, in place of an earlier draft.

    From the first draft on the agencies may object. `packs_dir` holds official score sheets beside
    those that come along. What was last counted again otherwise is so once more, unless that was
    from `since` on: by default never too late. Raises `NotAPeriod`, `NotPublishable` for a single
    month, `AlreadyPublished`, and `PeriodNotOver` unless `preliminary`: a trial that cannot be
    published.
    """
    period = periods.parse(period_name, zone)
    await edition_rows.alone()
    if await edition_rows.latest_published(period.name):
        raise AlreadyPublished(period.name)
    return await _draft(period, act, since or act.at, preliminary=preliminary, packs_dir=packs_dir)


async def correct(
    period_name: str,
    reason: str,
    act: Act,
    zone: ZoneInfo,
    *,
    packs_dir: Path | None = None,
    since: datetime | None = None,
) -> EditionRow:
    """Draft a further edition of a published period, which will supersede the latest one.

    `since` as for `draft`. Raises `NotAPeriod`, and `NoSuchEdition` where there is nothing to
    correct.
    """
    period = periods.parse(period_name, zone)
    await edition_rows.alone()
    latest = await edition_rows.latest_published(period.name)
    if latest is None:
        raise NoSuchEdition(period.name)
    return await _draft(
        period, act, since or act.at, corrected=latest, reason=reason, packs_dir=packs_dir
    )


async def draft_due(act: Act, zone: ZoneInfo, *, packs_dir: Path | None = None) -> bool:
    """Draft the quarter that ended last, after its cut-off, if it has no edition; or count some of
    it again for that (`recounting`). Whether there was anything to do.

    Nothing is drafted of a quarter in which nothing happened.
    """
    period = periods.containing(act.at, zone, cutoff_days=Config().cutoff_days).previous()
    row = await PeriodRow.get_or_none(name=period.name)
    period = edition_rows.committed(row, period)
    if act.at < period.cutoff_at:
        return False
    await edition_rows.alone()
    if await EditionRow.filter(period__name=period.name).exists():
        return False
    if not await promise_rows.is_anything(period):
        return False
    is_counted = await counted_again(period, act, zone, since=period.ends_at)
    if is_counted:
        await _draft(period, act, period.ends_at, packs_dir=packs_dir)
    return is_counted is not None


async def counted_again(
    period: Period, act: Act, zone: ZoneInfo, *, since: datetime
) -> bool | None:
    """Whether a period is counted again, as its draft asks for; if it was not, some of it now is,
    or (None) somebody else is at it.
    """
    quarter = await recounting.next_due(period, act.at, zone, since=since)
    if quarter is None:
        return True
    if not await recounting.advance(quarter, act.at, zone):
        return None
    return await recounting.next_due(period, act.at, zone, since=since) is None


async def _draft(
    period: Period,
    act: Act,
    since: datetime,
    *,
    preliminary: bool = False,
    corrected: EditionRow | None = None,
    reason: str | None = None,
    packs_dir: Path | None = None,
) -> EditionRow:
    if period.months < 3:
        raise NotPublishable(period.name)
    row = await PeriodRow.get_or_none(name=period.name)
    if row is None:
        row = await committing.commit_late(period, act)
    period = edition_rows.committed(row, period)
    is_over = act.at >= period.ends_at
    if not is_over and not preliminary:
        raise PeriodNotOver(period.name, period.ends_at)
    name = period.name if corrected is None else _next_name(corrected.name, period.name)
    zone = tallies.zone_of(period)
    if await recounting.next_due(period, act.at, zone, since=since):
        await recounting.again(period, act.at, zone)
    edition = await computing.computed(
        name, period, row, act.at, corrected=corrected, packs_dir=packs_dir
    )
    edition = dataclasses.replace(
        edition,
        supersedes=corrected.name if corrected else None,
        reason=reason,
        life=_life(edition, row, corrected),
    )
    drafted = await _kept(edition, row, corrected, act, opens=is_over and not preliminary)
    act.events.append(EditionDrafted(name))
    return drafted


async def _kept(
    edition: Edition, row: PeriodRow, corrected: EditionRow | None, act: Act, *, opens: bool
) -> EditionRow:
    """In place of the draft of that name, whose time for objections goes on."""
    values = {
        "body": edition_body.to_json(edition),
        "drafted_at": act.at,
        "supersedes": corrected,
    }
    earlier = await EditionRow.get_or_none(name=edition.name, status=EditionStatus.DRAFT)
    opened = (earlier.preview_at if earlier else None) or (act.at if opens else None)
    if earlier is None:
        return await EditionRow.create(
            name=edition.name,
            period=row,
            status=EditionStatus.DRAFT,
            preview_at=opened,
            **values,
        )
    changed = earlier.update_from_dict({**values, "preview_at": opened})
    await changed.save(update_fields=["body", "drafted_at", "supersedes_id", "preview_at"])
    return earlier


def _life(edition: Edition, row: PeriodRow, corrected: EditionRow | None) -> Life:
    """What is known around a draft when it is made."""
    return Life(
        commitment=_commitment(edition, row),
        terms=edition_rows.terms_of(row),
        changes=differing.changes(gathering.frozen(corrected), edition) if corrected else (),
        supersedes_manifest=corrected.manifest_digest if corrected else None,
    )


def _commitment(edition: Edition, row: PeriodRow) -> Commitment | None:
    terms = edition_rows.terms_of(row)
    if terms is None:
        return None
    known = {one.code for one in terms.agencies}
    return Commitment(
        digest=terms.digest(),
        publish_on=terms.publish_on,
        objection_days=terms.schedule.objection_days,
        plan_days=terms.schedule.plan_days,
        agencies=len(known),
        late_agencies=tuple(one.code for one in edition.agencies if one.code not in known),
    )


def _next_name(latest: str, period_name: str) -> str:
    """2026-Q3, 2026-Q3.2, 2026-Q3.3 ..."""
    _, _, number = latest.removeprefix(period_name).partition(".")
    return f"{period_name}.{int(number or 1) + 1}"
