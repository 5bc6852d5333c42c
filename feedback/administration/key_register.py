"""Keys of agencies' own systems as facts: never what opens anything, nor a trace of it.

They go out and cannot come back: of a key only a hash is kept, and whoever lost one gets another.
"""

from dataclasses import dataclass
from datetime import date, datetime

from feedback.models import AgencyKeyRow
from sla import charter


@dataclass(frozen=True, slots=True)
class Line:
    """A key as a file has it; `agency` is a code, `scopes` are words with spaces between."""

    agency: str
    id: int
    label: str
    scopes: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_on: date | None
    replaces: int | None


async def stored() -> list[Line]:
    """Every key there ever was, the first one first."""
    known = await charter.current()
    return [
        Line(
            agency=known.agency_of_id(row.agency_id).code,
            id=row.id,
            label=row.label,
            scopes=row.scopes,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            used_on=row.used_on,
            replaces=row.replaces_id,
        )
        for row in await AgencyKeyRow.all().order_by("id")
    ]
