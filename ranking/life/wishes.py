"""Drafts that publishers wish for, made in the background: counting a city takes its time."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from feedback import permissions
from ranking.errors import RankingError
from ranking.events import EditionWished
from ranking.frozen import edition_rows
from ranking.frozen.edition_errors import (
    AlreadyPublished,
    NoSuchEdition,
    NotPublishable,
    PeriodNotOver,
)
from ranking.frozen.life_errors import AlreadyWished
from ranking.life import drafting
from ranking.method import periods
from ranking.models import EditionWishRow, WishKind
from sla.acts import Act


@dataclass(frozen=True, slots=True)
class Wish:
    """What was wished for and what came of it; neither edition nor fault: it is being made."""

    kind: WishKind
    period: str
    at: datetime
    done_at: datetime | None
    edition: str | None
    fault: str | None


async def wish(period_name: str, reason: str, act: Act, zone: ZoneInfo) -> Wish:
    """Wish for the draft of a period; with a reason, for one that corrects its edition.

    What can be refused at once is: `RoleMayNot`, `NotAPeriod`, `NotPublishable`, `PeriodNotOver`,
    `AlreadyPublished`, `NoSuchEdition`, `AlreadyWished`.
    """
    permissions.check_may_publish(act.by)
    period = periods.parse(period_name, zone)
    if period.months < 3:
        raise NotPublishable(period.name)
    if act.at < period.ends_at:
        raise PeriodNotOver(period.name, period.ends_at)
    published = await edition_rows.latest_published(period.name)
    if published and not reason:
        raise AlreadyPublished(period.name)
    if reason and not published:
        raise NoSuchEdition(period.name)
    if await EditionWishRow.filter(period=period.name, done_at__isnull=True).exists():
        raise AlreadyWished(period.name)
    row = await EditionWishRow.create(
        kind=WishKind.CORRECTION if reason else WishKind.DRAFT,
        period=period.name,
        reason=reason,
        by=act.by.reference,
        at=act.at,
    )
    act.events.append(EditionWished(period.name))
    return _read(row)


async def grant_next(act: Act, zone: ZoneInfo, *, packs_dir: Path | None = None) -> bool:
    """Make the draft that has been wished for longest, or count some of its period again for that;
    whether there was one.
    """
    row = (
        await EditionWishRow.filter(done_at__isnull=True)
        .order_by("id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return False
    period = periods.parse(row.period, zone)
    is_counted = await drafting.counted_again(period, act, zone, since=row.at)
    if not is_counted:
        return is_counted is not None
    edition = fault = None
    try:
        async with in_transaction():  # a refusal undoes the draft, not its note
            if row.kind is WishKind.CORRECTION:
                made = await drafting.correct(
                    row.period, row.reason, act, zone, packs_dir=packs_dir, since=row.at
                )
            else:
                made = await drafting.draft(
                    row.period, act, zone, packs_dir=packs_dir, since=row.at
                )
        edition = made.name
    except RankingError as refusal:
        fault = type(refusal).__name__
    await EditionWishRow.filter(id=row.id).update(done_at=act.at, edition=edition, fault=fault)
    return True


async def last(limit: int = 5) -> list[Wish]:
    """The latest wishes, the latest first."""
    rows = await EditionWishRow.all().order_by("-id").limit(limit)
    return [_read(row) for row in rows]


def _read(row: EditionWishRow) -> Wish:
    return Wish(row.kind, row.period, row.at, row.done_at, row.edition, row.fault)
