"""Sweeps over cases: each finds one piece of what is not yet done, does it in its own act, and
says whether there was any. Run twice, it does nothing twice.
"""

import logging

from tortoise.expressions import F

from feedback import case_keys, casework, contacts, erasure, invitations, notices
from feedback.codes import Keyring
from feedback.erasure import Register, Terms
from feedback.errors import CarrierDown, CarrierRefuses
from feedback.models import RatingRow
from feedback.notices import Carrier
from feedback.texts import case_tones, learning, sentiment
from sla.acts import Act

log = logging.getLogger(__name__)


async def send_notice(act: Act, carrier: Carrier, keys: Keyring) -> bool:
    """Carry the next owed notice out of the house."""
    notice = await notices.next_owed(act.at)
    if notice is None:
        return False
    try:
        await carrier.carry(notices.opened(notice, keys))
    except CarrierDown as error:
        await notices.put_off(notice, act, why=error.why)
    except CarrierRefuses as error:
        log.warning("notice refused", extra={"notice": notice.id, "kind": error.why})
        await notices.give_up(notice, act, why=error.why)
    except Exception as error:
        # A notice nobody can write must not keep the others; operators see it.
        log.exception("notice failed", extra={"notice": notice.id})
        await notices.put_off(notice, act, why=type(error).__name__)
    else:
        await notices.sent(notice, act)
    await invitations.follow(notice)
    return True


async def invite(act: Act, keys: Keyring) -> bool:
    """Invite the resident of one closure to rate."""
    return await invitations.invite_next(act, keys)


async def close(act: Act) -> bool:
    """Close one answered case whose window is over."""
    return await casework.close_next(act)


async def wrap_keys(act: Act, keys: Keyring) -> bool:
    """Give one case's key, or one old contact, the wrapping of the present instance key."""
    return await case_keys.rewrap_next(act, keys) or await contacts.key_next(act, keys)


async def erase_expired(act: Act, terms: Terms, register: Register) -> bool:
    """Erase again what a backup brought back, then what has been kept long enough."""
    return await erasure.reapply_next(act, register) or await erasure.expire_next(
        act, terms, register
    )


async def read_tone(act: Act) -> bool:
    """Read the tone of one comment, or of some cases, not yet read; for triage, never for rank."""
    row = (
        await RatingRow.filter(tone_revision__lt=F("revision"))
        .exclude(comment="")
        .order_by("id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return await case_tones.read_next(act)
    tone = sentiment.read_tone(row.comment, row.language, await learning.current())
    await RatingRow.filter(id=row.id).update(
        tone=tone.polarity,
        tone_label=tone.label,
        tone_version=tone.version,
        tone_revision=row.revision,
    )
    return True
