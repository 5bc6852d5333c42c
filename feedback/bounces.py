"""Mails that a server took and could not deliver after all, as it reports them later.

Such a report is a delivery status notification: RFC 3464, in the envelope of RFC 6522. What it says
is believed only of an invitation that went to the very address it names, for anybody can write one.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from feedback import handles, invitations
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import InvitationRow, Reach
from sla.acts import Act

_OURS = re.compile(rf"<{invitations.KIND}\.(\d{{1,18}})@[^<>@\s]+>")
_HEADERS = ("message/rfc822", "text/rfc822-headers")
_RECIPIENTS = ("original-recipient", "final-recipient")


@dataclass(frozen=True, slots=True)
class Bounce:
    """An invitation, by the number of its closure, that never reached one of these addresses."""

    invitation: int
    addresses: tuple[str, ...]


def read(content: bytes) -> Bounce | None:
    """What a mail reports; None if it is no report that an invitation of ours failed for good.

    A delay is none, nor is a note that a mail was relayed or read.
    """
    message = email.message_from_bytes(content, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    parts = [*message.walk()]
    failed = [address for part in parts for address in _failed(part)]
    numbers = [number for part in parts if (number := _invitation(part)) is not None]
    if not failed or not numbers:
        return None
    return Bounce(numbers[0], tuple(dict.fromkeys(failed)))


def _failed(part: Message) -> Iterator[str]:
    """The addresses of a status part whose delivery failed (RFC 3464, 2.3)."""
    blocks = part.get_payload()
    if part.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
        return
    for block in blocks:
        if not isinstance(block, Message) or _word(block, "action") != "failed":
            continue
        for name in _RECIPIENTS:
            kind, _, address = str(block.get(name, "")).partition(";")
            if kind.strip().lower() in {"rfc822", "utf-8"} and address.strip():
                yield address.strip().strip("<>")


def _invitation(part: Message) -> int | None:
    """The invitation that a returned mail, or its headers alone, was."""
    if part.get_content_type() not in _HEADERS:
        return None
    payload = part.get_payload()
    if isinstance(payload, list):
        headers = payload[0] if payload else None
    else:
        text = part.get_payload(decode=True)
        headers = email.message_from_bytes(text) if isinstance(text, bytes) else None
    if not isinstance(headers, Message):
        return None
    found = _OURS.fullmatch(str(headers.get("message-id", "")).strip())
    return int(found[1]) if found else None


def _word(block: Message, name: str) -> str:
    return str(block.get(name, "")).partition(";")[0].strip().lower()


async def note(bounce: Bounce, act: Act, keys: Keyring) -> bool:
    """Note that an invitation never arrived; whether that was new.

    It counts among the bounced ones from now on, and stays in every rate.
    """
    row = await InvitationRow.get_or_none(closure_id=bounce.invitation, reach=Reach.EMAIL)
    if row is None or row.contact is None or row.bounced_at is not None:
        return False
    known = {
        handles.address_hash(invitations.KIND, Contact(email=address), keys)
        for address in bounce.addresses
    }
    if bytes(row.contact) not in known:
        return False
    await InvitationRow.filter(closure_id=row.closure_id).update(bounced_at=act.at)
    return True
