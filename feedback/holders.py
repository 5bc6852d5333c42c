"""Through whose hands a promise went, and what part of its time each had."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sla import charter
from sla.charter import Agency
from sla.errors import CalendarEnds
from sla.ledger import Promised
from sla.standing import Standing


@dataclass(frozen=True, slots=True)
class Holder:
    """An agency that held it from `since`; `share` of the clock's time is its own in all.

    None where that time is not known.
    """

    agency: Agency
    since: datetime
    share: Fraction | None


async def of(promise: Promised, standing: Standing) -> tuple[Holder, ...]:
    """Every hand, the first first; who held it twice is there twice."""
    known = await charter.current()
    shares: dict[str, Fraction] = {}
    if promise.calendar_id is not None:
        try:
            shares = standing.shares(known.calendars[promise.calendar_id])
        except CalendarEnds:
            shares = {}
    return tuple(
        Holder(known.agencies[stint.holder], stint.start, shares.get(stint.holder))
        for stint in standing.stints
        if stint.holder in known.agencies
    )
