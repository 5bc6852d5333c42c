"""Tell administrators in time that a calendar ends: once per calendar version and person."""

from feedback import notices
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import AccountRow, NoticeRow, Role
from feedback.notices import Owed
from sla import warnings
from sla.acts import Act


async def warn_calendar(act: Act, keys: Keyring) -> bool:
    """Owe one administrator the notice about one calendar that ends soon; whether there was any."""
    endings = await warnings.calendar_ends_soon(act.at)
    if not endings:
        return False
    rows = await NoticeRow.filter(kind="calendar_ends").order_by("id").values("key")
    told = {row["key"] for row in rows}
    people = await (
        AccountRow.filter(role=Role.ADMINISTRATOR, disabled_at=None, email__not_isnull=True)
        .exclude(email="")
        .order_by("id")
    )
    for ending in endings:
        for person in people:
            key = f"calendar/{ending.calendar_id}/{person.id}"
            if key in told:
                continue
            owed = Owed(
                key=key,
                kind="calendar_ends",
                language="vi",
                to=Contact(person.display_name, person.email or ""),
                facts={
                    "calendar": ending.code,
                    "known_until": ending.known_until.isoformat(),
                    "offices": str(ending.agencies),
                },
            )
            await notices.owe(owed, act, keys)
            return True
    return False
