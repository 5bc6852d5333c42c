"""The story of a case: one append-only row per event."""

from dataclasses import dataclass
from datetime import datetime

from feedback import deliveries
from feedback.events import CaseEvent
from feedback.models import TimelineRow
from sla.acts import Act


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the story tells it; `kind` is the event's name."""

    kind: str
    at: datetime
    by: str
    detail: dict[str, object]


async def record(event: CaseEvent, act: Act, **detail: object) -> None:
    """Write one event into the story of its case, and say it to whoever opened the act."""
    await TimelineRow.create(
        case_id=event.case_id,
        kind=type(event).__name__,
        at=act.at,
        by=act.by.reference,
        detail=detail,
    )
    act.events.append(event)
    await deliveries.owe_about(event, act, detail)


async def read(case_id: int) -> list[Line]:
    """The story, first event first."""
    rows = (
        await TimelineRow.filter(case_id=case_id)
        .order_by("id")
        .values_list("kind", "at", "by", "detail")
    )
    return [Line(*row) for row in rows]
