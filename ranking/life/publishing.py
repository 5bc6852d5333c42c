"""A draft published, once and for good, when nothing stands against it.

Each check raises its reason. Publications are numbered in their order: whoever comes late with an
older number is refused where the files are put in place.
"""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from feedback import permissions
from feedback.actors import System
from feedback.errors import RoleMayNot
from ranking import statements
from ranking.counts import gathering, recounting
from ranking.doubts import spot_drawing
from ranking.events import EditionPublished
from ranking.frozen import edition_body, edition_rows
from ranking.frozen.edition_errors import AlreadyPublished, PeriodNotOver
from ranking.frozen.edition_life import Life, Window
from ranking.frozen.life_errors import (
    ConfigChanged,
    DraftOutdated,
    OpenObjections,
    RecountDiffers,
    RecountMissing,
    WindowOpen,
)
from ranking.life import objections, plans, replies
from ranking.method import periods
from ranking.method.config import Config
from ranking.models import EditionRow, EditionStatus
from sla.acts import Act


async def publish(name: str, by: str, act: Act, *, waived: str = "") -> EditionRow:
    """Publish the draft of that name, for good. `by` is who answers for it, in words.

    `waived` is why agencies were not given their time to object, as for figures of long ago; it
    stands in the edition, and only a command on the machine itself may say so. A web user must be
    a publisher. Raises `RoleMayNot`, `NoSuchEdition` and the refusals of the checks.
    """
    if not isinstance(act.by, System):
        permissions.check_may_publish(act.by)
        if waived:
            raise RoleMayNot(act.by.reference)
    await edition_rows.alone()
    row = await edition_rows.named(name)
    for check in CHECKS:
        if not (waived and check is check_window):
            await check(row, act.at)
    life = await _life(row, act.at, waived)
    [fence] = await statements.rows("select nextval('edition_fence') as number")
    await EditionRow.filter(id=row.id).update(
        status=EditionStatus.PUBLISHED,
        published_at=act.at,
        published_by=by,
        waived=waived,
        fence=fence["number"],
        body=edition_rows.with_life(row, life),
    )
    act.events.append(EditionPublished(name))
    return await EditionRow.get(id=row.id)


async def refusal(name: str, at: datetime) -> Exception | None:
    """Why the draft of that name cannot be published now; None where it can."""
    row = await edition_rows.named(name)
    for check in CHECKS:
        try:
            await check(row, at)
        except _REFUSALS as reason:
            return reason
    return None


async def check_not_published(row: EditionRow, at: datetime) -> None:
    """A published edition never changes."""
    if row.status is EditionStatus.PUBLISHED:
        raise AlreadyPublished(row.name)


async def check_period_over(row: EditionRow, at: datetime) -> None:
    """Nothing is published of a running period, nor what was drafted while it ran."""
    if min(at, row.drafted_at) < row.period.ends_at:
        raise PeriodNotOver(row.period.name, row.period.ends_at)


async def check_config(row: EditionRow, at: datetime) -> None:
    """The draft was made under what was committed to."""
    used = edition_body.from_json(Config, row.body["config"])
    commitment = edition_rows.life_of(row).commitment
    digest = commitment.digest if commitment else None
    if used.digest() != row.period.config_digest or digest != row.period.terms_digest:
        raise ConfigChanged(row.name)


async def check_window(row: EditionRow, at: datetime) -> None:
    """The agencies have had their days to object."""
    closes_at = objections.closes_at(row)
    if at < closes_at:
        raise WindowOpen(row.name, closes_at)


async def check_objections(row: EditionRow, at: datetime) -> None:
    """Every objection is decided, and what was upheld is in the draft."""
    standing = await objections.standing(row.name)
    if standing.open:
        raise OpenObjections(row.name, standing.open)
    if standing.last_upheld_at and standing.last_upheld_at > row.drafted_at:
        raise DraftOutdated(row.name)


async def check_recount(row: EditionRow, at: datetime) -> None:
    """Everything was counted again from the beginning since the period ended, to the same end."""
    zone = ZoneInfo(gathering.frozen(row).period.timezone)
    await recounting.check(periods.parse(row.period.name, zone), zone)


Check = Callable[[EditionRow, datetime], Awaitable[None]]
CHECKS: tuple[Check, ...] = (
    check_not_published,
    check_period_over,
    check_config,
    check_recount,
    check_objections,
    check_window,
)
_REFUSALS = (
    AlreadyPublished,
    PeriodNotOver,
    ConfigChanged,
    RecountMissing,
    RecountDiffers,
    OpenObjections,
    DraftOutdated,
    WindowOpen,
)


async def _life(row: EditionRow, at: datetime, waived: str) -> Life:
    """What is frozen at publication, beside what the draft knows already."""
    standing = await objections.standing(row.name)
    corrected = await EditionRow.get_or_none(id=row.supersedes_id)
    edition = gathering.frozen(row)
    zone = edition.period.timezone
    period = periods.parse(row.period.name, ZoneInfo(zone))
    return dataclasses.replace(
        edition.life,
        window=Window(
            opened_at=row.preview_at,
            closes_at=objections.closes_at(row) if row.preview_at else None,
            waived=waived,
        ),
        objections=standing.counted,
        replies=await replies.published(row.name),
        plans=await plans.before(row.period.name, at, zone),
        supersedes_manifest=corrected.manifest_digest if corrected else None,
        seed=row.period.seed,
        drawings=await spot_drawing.drawings(period),
        checked=await spot_drawing.checked(period),
    )
