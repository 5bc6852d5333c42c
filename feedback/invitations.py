"""One closure per result, one invitation per closure: same day, same text, by the platform.

The agency cannot choose, resend or see who answered.
"""

import logging
from datetime import timedelta

from tortoise.expressions import F

from feedback import codes, contacts, notices
from feedback.codes import Keyring
from feedback.models import CaseRow, ClosureRow, RatingRow
from feedback.notices import Owed
from sla import charter
from sla.acts import Act
from sla.events import DossierFinished
from sla.models import PromiseRow

log = logging.getLogger(__name__)

# The window to rate, and to say "this is not solved".
WINDOW = timedelta(days=14)


async def open_closure(promise_id: int, act: Act) -> None:
    """A result was given: from now on it can be rated."""
    promise = await PromiseRow.get(id=promise_id)
    await ClosureRow.create(
        promise_id=promise.id,
        round=promise.round,
        agency_id=promise.agency_id,
        service_id=promise.service_id,
        channel=promise.channel,
        resident=promise.resident or voice_of_nobody(promise.code),
        closed_at=act.at,
        window_ends_at=act.at + WINDOW,
    )


def voice_of_nobody(code: str) -> bytes:
    """A resident of whom nothing is known is counted as one of their own."""
    return code.encode()


async def void_closures(promise_id: int, act: Act) -> None:
    """The work goes on: what was rated so far is not the final result and is not counted."""
    open_ones = ClosureRow.filter(promise_id=promise_id, void_at=None)
    ids = await open_ones.order_by("id").values_list("id", flat=True)
    await ClosureRow.filter(id__in=ids).update(void_at=act.at)
    await RatingRow.filter(closure_id__in=ids).update(revision=F("revision") + 1)


async def invite_next(act: Act, keys: Keyring) -> bool:
    """Invite for one closure that has not been; whether there was one."""
    closure = (
        await ClosureRow.filter(invited_at=None, void_at=None)
        .order_by("closed_at", "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if closure is None:
        return False
    await ClosureRow.filter(id=closure.id).update(invited_at=act.at)
    await _write_to_resident(closure, act, keys)
    return True


async def _write_to_resident(closure: ClosureRow, act: Act, keys: Keyring) -> None:
    promise_id: int = closure.promise_id
    case = await CaseRow.get_or_none(promise_id=promise_id)
    if case is None:
        return
    try:
        to = await contacts.of(case.id, keys)
    except ValueError:
        # Sealed with a key we no longer have: the case's own page still asks.
        log.warning("contact unreadable", extra={"closure": closure.id})
        return
    if to is None:
        return
    token = codes.new_code()
    await ClosureRow.filter(id=closure.id).update(token_hash=codes.hash_of(token, keys))
    known = await charter.current()
    agency = known.agency_of_id(closure.agency_id)
    invitation = Owed(
        key=f"invitation/{closure.id}",
        kind="invitation",
        language=case.language,
        to=to,
        facts={
            "reference": case.reference,
            "token": token,
            "agency": agency.name(case.language),
            "closes_at": closure.window_ends_at.isoformat(),
        },
    )
    await notices.owe(invitation, act, keys)


async def ask_about_finished(act: Act) -> None:
    """Open a closure for every dossier that finished in this act."""
    for event in act.events:
        if isinstance(event, DossierFinished):
            await open_closure(event.promise_id, act)
