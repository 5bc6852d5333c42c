"""A word owed to the resident of a case, if they said how to reach them."""

import logging

from feedback import contacts, notices
from feedback.codes import Keyring
from feedback.models import CaseRow
from feedback.notices import Owed
from sla import charter
from sla.acts import Act

log = logging.getLogger(__name__)


async def resident(
    case: CaseRow, kind: str, act: Act, keys: Keyring, *, agency_id: int, **facts: str
) -> None:
    """Owe a notice of this kind, which says the case's number and its agency beside `facts`.

    Sealed with a key we no longer have, a contact is as good as none: the case's own page tells.
    """
    try:
        to = await contacts.of(case.id, keys)
    except ValueError:
        log.warning("contact unreadable", extra={"case": case.id})
        return
    if to is None:
        return
    agency = (await charter.current()).agency_of_id(agency_id).name(case.language)
    owed = Owed(
        key=f"{kind}/{case.reference}/{int(act.at.timestamp())}",
        kind=kind,
        language=case.language,
        to=to,
        facts={"reference": case.reference, "agency": agency, **facts},
    )
    await notices.owe(owed, act, keys)
