"""One closure per result, one invitation per closure: same day, same text, by the platform.

The agency cannot choose, resend or see who answered.
"""

import logging
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from tortoise.expressions import F

from feedback import codes, contacts, handles, notices, unsubscribing
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.errors import AlreadyInvited, NoResult, WindowClosed
from feedback.models import (
    CaseRow,
    ClosureRow,
    DossierContactRow,
    InvitationRow,
    NoticeRow,
    RatingRow,
    Reach,
    SpotCheckRow,
    SpotKind,
    SpotTryRow,
)
from feedback.notices import Owed
from sla import charter
from sla.acts import Act
from sla.events import DossierFinished
from sla.models import PromiseRow

log = logging.getLogger(__name__)

# The window to rate, and to say "this is not solved".
WINDOW = timedelta(days=14)

KIND = "invitation"
"""Of notices; and what the keyed hash of a contact is for."""


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
    reach, contact = await _write_to_resident(closure, act, keys)
    await InvitationRow.create(closure_id=closure.id, reach=reach, contact=contact)
    return True


@dataclass(frozen=True, slots=True)
class _Resident:
    """Whom to ask about a closure, and what it was about."""

    to: Contact
    language: str
    about: str
    reference: str


async def _write_to_resident(
    closure: ClosureRow, act: Act, keys: Keyring
) -> tuple[Reach, bytes | None]:
    """Owe the letter; by which way it goes, and the pseudonym of where to."""
    try:
        resident = await _resident(closure.promise_id, keys)
    except ValueError:
        # Sealed with a key we no longer have: the case's own page still asks.
        log.warning("contact unreadable", extra={"closure": closure.id})
        return Reach.NONE, None
    if resident is None or not resident.to.ways:
        return Reach.NONE, None
    if await unsubscribing.wants_none(resident.to, keys):
        return Reach.DECLINED, None
    token = await _token(closure, keys, mode="link")
    known = await charter.current()
    agency = known.agency_of_id(closure.agency_id)
    invitation = Owed(
        key=f"{KIND}/{closure.id}",
        kind=KIND,
        language=resident.language,
        to=resident.to,
        facts={
            "about": resident.about,
            "reference": resident.reference,
            "token": token,
            "agency": agency.name(resident.language),
            "closes_at": closure.window_ends_at.isoformat(),
            "unsubscribe": unsubscribing.handle_of(resident.to, keys),
        },
    )
    await notices.owe(invitation, act, keys)
    return Reach(invitation.channel), handles.address_hash(KIND, resident.to, keys)


async def follow(notice: NoticeRow) -> None:
    """Note of a notice on its way, if it is an invitation, that it was given up.

    One that leaves the house after all, because an operator had it tried again, arrived.
    """
    if notice.kind != KIND:
        return
    await notice.refresh_from_db(fields=["given_up_at"])
    mine = InvitationRow.filter(closure_id=int(notice.key.removeprefix(f"{KIND}/")))
    if notice.given_up_at is None:
        mine = mine.filter(bounced_at__not_isnull=True)
    await mine.update(bounced_at=notice.given_up_at)


async def _resident(promise_id: int, keys: Keyring) -> _Resident | None:
    case = await CaseRow.get_or_none(promise_id=promise_id)
    if case is not None:
        to = await contacts.of(case.id, keys)
        return _Resident(to, case.language, "case", case.reference) if to else None
    left = await DossierContactRow.get_or_none(promise_id=promise_id).select_related("promise")
    if left is None:
        return None
    to = Contact(*contacts.unseal(bytes(left.sealed), keys))
    return _Resident(to, left.language, "dossier", left.promise.code)


async def _token(closure: ClosureRow, keys: Keyring, *, mode: str) -> str:
    token = codes.new_code()
    await ClosureRow.filter(id=closure.id).update(
        token_hash=codes.hash_of(token, keys), token_mode=mode
    )
    return token


async def remember_filer(promise_id: int, to: Contact, *, language: str, keys: Keyring) -> None:
    """Whom to ask about a dossier once it is finished; the first word of its agency stays.

    An agency cannot turn an invitation aside by telling another address later.
    """
    if to.ways:
        await DossierContactRow.get_or_create(
            promise_id=promise_id,
            defaults={
                "language": language,
                "sealed": contacts.seal(astuple(to), keys),
            },
        )


@dataclass(frozen=True, slots=True)
class Slip:
    """An invitation to print at the counter; the token is told once and never again."""

    token: str
    closes_at: datetime


async def print_slip(promise_id: int, act: Act, keys: Keyring) -> Slip:
    """The invitation of a finished dossier on paper, once per closure.

    A rating given with it counts as one from the counter, however it comes. Raises `NoResult`
    before the result, `AlreadyInvited` when this closure's invitation is out, `WindowClosed`.
    """
    closure = (
        await ClosureRow.filter(promise_id=promise_id, void_at=None)
        .order_by("-round")
        .select_for_update()
        .first()
    )
    if closure is None:
        raise NoResult
    if act.at >= closure.window_ends_at:
        raise WindowClosed(closure.id)
    if closure.token_hash is not None:
        raise AlreadyInvited
    if closure.invited_at is None:
        await ClosureRow.filter(id=closure.id).update(invited_at=act.at)
    await InvitationRow.update_or_create(
        closure_id=closure.id, defaults={"reach": Reach.SLIP, "contact": None, "bounced_at": None}
    )
    return Slip(await _token(closure, keys, mode="counter"), closure.window_ends_at)


async def forget_filer(act: Act) -> bool:
    """Forget one dossier's filer whose last window is over; whether there was one.

    Who is to be called back is known until then.
    """
    over = ClosureRow.filter(promise__dossier_contact__id__not_isnull=True)
    over = over.exclude(promise_id__in=await _to_be_called(act.at))
    closure = (
        await over.filter(window_ends_at__lt=act.at - WINDOW, invited_at__not_isnull=True)
        .order_by("window_ends_at", "id")
        .first()
    )
    if closure is None:
        return False
    await DossierContactRow.filter(promise_id=closure.promise_id).delete()
    return True


async def _to_be_called(at: datetime) -> list[int]:
    """The promises about which somebody is to be called back by `at` or later."""
    drawn = SpotCheckRow.filter(drawing__kind=SpotKind.CALL_BACK, due_at__gt=at)
    done = await SpotTryRow.filter(is_last=True, check__due_at__gt=at).values_list(
        "check_id", flat=True
    )
    found = await drawn.exclude(id__in=done).values_list("closure__promise_id", flat=True)
    return [int(str(promise)) for promise in found]


async def ask_about_finished(act: Act) -> None:
    """Open a closure for every dossier that finished in this act."""
    for event in act.events:
        if isinstance(event, DossierFinished):
            await open_closure(event.promise_id, act)
