"""Spot checks of a period: drawn by lot under the seed of its terms, and what came of them.

Call-backs are drawn week by week, as soon as nobody of that week can rate any more and while
residents remember; files of the whole period after its cut-off. Nothing is drawn for a period
without a seed, or one that is published already.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection

from feedback import invitations
from feedback.models import SpotDrawingRow, SpotKind, SpotOutcome
from ranking import statements
from ranking.frozen import edition_body, edition_rows
from ranking.frozen.edition_body import Edition
from ranking.frozen.edition_life import Checked, Drawing
from ranking.method import disclosure, limits, periods, sampling
from ranking.method.config import Config
from ranking.method.limits import Limits
from ranking.method.periods import Period
from ranking.models import EditionRow, EditionStatus, PeriodRow
from sla.acts import Act

QUARTER = 3
"""Months of the periods that are drawn from; a year's edition rests on its quarters."""
DAYS_TO_DO = timedelta(days=14)
"""From the drawing until a check should be done."""

COUNT = """
select count(*)::int as of from closure
where closed_at >= $1 and closed_at < $2 and void_at is null
"""
# The ticket is that of `sampling.ticket`.
DRAW = """
insert into spot_check (drawing_id, closure_id, agency_id, due_at)
select $6::int, drawn.id, drawn.agency_id, $7::timestamptz
from (
    select id, agency_id from closure
    where closed_at >= $1 and closed_at < $2 and void_at is null
    order by sha256(convert_to($3::text || '/' || $4::text || '/' || id, 'UTF8')), id limit $5
) drawn
"""
# By kind and last outcome, how many; how satisfied somebody said to be on the telephone, beside
# whether and how they had rated. Nobody sees the two of one resident together.
FOUND = "select * from spot_sums($1)"


@dataclass(frozen=True, slots=True)
class Span:
    """Results given in [starts_at, ends_at), which are drawn from at `drawn_at` or later."""

    kind: SpotKind
    starts_at: datetime
    ends_at: datetime
    drawn_at: datetime


async def draw_next(act: Act, zone: ZoneInfo) -> bool:
    """Draw one span of a period that can be and was not yet; whether there was one."""
    published = await EditionRow.filter(status=EditionStatus.PUBLISHED).values_list(
        "period_id", flat=True
    )
    rows = PeriodRow.filter(seed__not_isnull=True, starts_at__lt=act.at).exclude(id__in=published)
    for row in await rows.order_by("starts_at", "id"):
        period = edition_rows.committed(row, periods.parse(row.name, zone))
        known = {
            (SpotKind(kind), starts_at)
            for kind, starts_at in await SpotDrawingRow.filter(period=row.name).values_list(
                "kind", "starts_at"
            )
        }
        for span in spans(period):
            if span.drawn_at <= act.at and (span.kind, span.starts_at) not in known:
                await _draw(row, span, act)
                return True
    return False


def spans(period: Period) -> Iterator[Span]:
    """What a quarter is drawn from: its weeks, cut at its ends and on Mondays, then the whole."""
    if period.months != QUARTER:
        return
    starts_at = period.starts_at
    while starts_at < period.ends_at:
        day = starts_at.astimezone(period.timezone).date()
        monday = day + timedelta(days=7 - day.weekday())
        ends_at = min(period.ends_at, periods.midnight(monday, period.timezone))
        yield Span(SpotKind.CALL_BACK, starts_at, ends_at, ends_at + invitations.WINDOW)
        starts_at = ends_at
    yield Span(SpotKind.FILE, period.starts_at, period.ends_at, period.cutoff_at)


def how_many(kind: SpotKind, of: int, held_to: Limits) -> int:
    """So many of the results are drawn."""
    if kind is SpotKind.FILE:
        return min(of, held_to.file_audits)
    return sampling.part(limits.exactly(held_to.call_back_share), of)


async def _draw(row: PeriodRow, span: Span, act: Act) -> None:
    held_to = edition_body.from_json(Config, row.config).held_to
    [found] = await statements.rows(COUNT, [span.starts_at, span.ends_at])
    taken = how_many(span.kind, found["of"], held_to)
    drawing = await SpotDrawingRow.create(
        period=row.name,
        kind=span.kind,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        of=found["of"],
        taken=taken,
        drawn_at=act.at,
    )
    values = [span.starts_at, span.ends_at, row.seed, span.kind.value, taken]
    await get_connection("default").execute_query(DRAW, [*values, drawing.id, act.at + DAYS_TO_DO])


async def drawings(period: Period) -> tuple[Drawing, ...]:
    """What was drawn for a period, in the order of kinds and days."""
    rows = await SpotDrawingRow.filter(period=period.name).order_by("kind", "starts_at")
    return tuple(
        Drawing(
            kind=row.kind,
            starts_on=row.starts_at.astimezone(period.timezone).date(),
            of=row.of,
            drawn=row.taken,
        )
        for row in rows
    )


async def of_edition(edition: Edition) -> tuple[Checked, ...]:
    """As it was published, or of a draft as it stands now."""
    if edition.published_at:
        return edition.life.checked
    zone = ZoneInfo(edition.period.timezone)
    return await checked(periods.parse(edition.period.name, zone))


async def checked(period: Period) -> tuple[Checked, ...]:
    """What came of it, by kind; what fewer than five said is not told."""
    drawn = await drawings(period)
    found = await statements.rows(FOUND, [period.name])
    return tuple(
        _summed(kind, [one for one in drawn if one.kind is kind], found)
        for kind in SpotKind
        if any(one.kind is kind for one in drawn)
    )


def _summed(kind: SpotKind, drawn: list[Drawing], found: list[dict[str, Any]]) -> Checked:
    own = [row for row in found if row["kind"] == kind]
    by_outcome = {row["outcome"]: row["checks"] for row in own}
    said = {
        name: sum(row[name] for row in own)
        for name in ("silent", "silent_satisfied", "raters", "raters_alike")
    }
    is_told = {of: said[of] >= disclosure.K for of in ("silent", "raters")}
    return Checked(
        kind=kind,
        of=sum(one.of for one in drawn),
        drawn=sum(one.drawn for one in drawn),
        agrees=by_outcome.get(SpotOutcome.AGREES, 0),
        differs=by_outcome.get(SpotOutcome.DIFFERS, 0),
        not_reached=by_outcome.get(SpotOutcome.NOT_REACHED, 0),
        waiting=by_outcome.get(None, 0),
        silent=said["silent"] if is_told["silent"] else None,
        silent_satisfied=said["silent_satisfied"] if is_told["silent"] else None,
        raters=said["raters"] if is_told["raters"] else None,
        raters_alike=said["raters_alike"] if is_told["raters"] else None,
    )
