"""What the demo city drew by lot for spot checks, and what its coordinator found. Invented.

Most is as the agencies told; some residents are not reached, some files say something else. Who
rated says nearly the same again, who stayed silent is a little less content.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from feedback.actors import System
from feedback.models import RatingRow, SpotCheckRow, SpotKind, SpotOutcome, SpotTryRow
from ranking.doubts import spot_drawing
from sla.acts import Act

AGREES, DIFFERS = 0.86, 0.05  # the rest is not reached
SAME_AGAIN = 0.9
SILENT = (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)
TOOK = timedelta(days=3)
NOTES = {
    SpotKind.CALL_BACK: "Người dân cho biết chưa nhận được kết quả như đã báo.",
    SpotKind.FILE: "Ngày trả trong sổ muộn hơn ngày đã báo hai ngày.",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who looks into everything, in the demo."""

    reference: str
    chance: Random


async def draw(at: datetime, zone: ZoneInfo) -> None:
    """Everything that can be drawn by then."""
    is_left = True
    while is_left:
        async with in_transaction():
            is_left = await spot_drawing.draw_next(Act(by=System("demo"), at=at), zone)


async def look(by: str, at: datetime) -> None:
    """What was drawn until now is looked into, by a coordinator's reference."""
    caller = Caller(by, Random(20))  # noqa: S311 -- invents, and keeps nothing secret
    checks = await SpotCheckRow.filter(tries__id=None).order_by("id").select_related("drawing")
    rated = dict(
        await RatingRow.filter(closure_id__in=[one.closure_id for one in checks]).values_list(
            "closure_id", "overall"
        )
    )
    await SpotTryRow.bulk_create(
        [_tried(one, rated.get(one.closure_id), caller, at) for one in checks]
    )


def _tried(check: SpotCheckRow, rated: object, caller: Caller, at: datetime) -> SpotTryRow:
    lot, kind = caller.chance.random(), check.drawing.kind
    outcome = SpotOutcome.NOT_REACHED
    if lot < AGREES + DIFFERS:
        outcome = SpotOutcome.AGREES if lot < AGREES else SpotOutcome.DIFFERS
    overall = None
    if kind is SpotKind.CALL_BACK and outcome is not SpotOutcome.NOT_REACHED:
        again = isinstance(rated, int) and caller.chance.random() < SAME_AGAIN
        overall = rated if isinstance(rated, int) and again else caller.chance.choice(SILENT)
    return SpotTryRow(
        check_id=check.id,
        number=1,
        outcome=outcome,
        overall=overall,
        note=NOTES[kind] if outcome is SpotOutcome.DIFFERS else "",
        is_last=True,
        by=caller.reference,
        at=min(at, check.drawing.drawn_at + TOOK),
    )
