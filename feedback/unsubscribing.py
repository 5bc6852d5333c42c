"""Who wants no more invitations. Of an address or number only a keyed hash is kept.

The handle in a mail stands for its address and can do this one thing: it opens no case and gives
no rating, so that it may be in a link (RFC 8058 wants one there).
"""

import base64
import binascii
import hmac

from tortoise.connection import get_connection

from feedback import codes, contacts
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.errors import NoSuchCode
from feedback.models import UnsubscribedRow
from sla.acts import Act

_ADDRESS, _PROOF = 16, 9  # bytes; together without padding in base 32 and 64


def handle_of(contact: Contact, keys: Keyring) -> str:
    """What the links of a mail to this contact carry."""
    address = address_hash(contact, keys)
    return base64.urlsafe_b64encode(address + _proof(address, keys)).decode().rstrip("=")


def address_hash(contact: Contact, keys: Keyring) -> bytes:
    """One for all spellings of an e-mail address, or of a number where there is none."""
    address = contact.email.casefold() or contacts.national(contact.phone)
    return codes.keyed_hash("unsubscribe", address, keys)[:_ADDRESS]


def _proof(address: bytes, keys: Keyring) -> bytes:
    return codes.keyed_hash("unsubscribe proof", address.hex(), keys)[:_PROOF]


def check(handle: str, keys: Keyring) -> bytes:
    """The address that a handle of ours stands for. Raises `NoSuchCode` for any other."""
    try:
        whole = base64.urlsafe_b64decode(handle + "=" * (-len(handle) % 4))
    except (ValueError, binascii.Error):
        raise NoSuchCode from None
    address, proof = whole[:_ADDRESS], whole[_ADDRESS:]
    if not hmac.compare_digest(proof, _proof(address, keys)):
        raise NoSuchCode
    return address


async def stop(handle: str, act: Act, keys: Keyring) -> None:
    """No more invitations to this address; said twice it is the same. Raises `NoSuchCode`."""
    await get_connection("default").execute_query_dict(
        "insert into identity.unsubscribed (address_hash, at) values ($1, $2)"
        " on conflict (address_hash) do nothing",
        [check(handle, keys), act.at],
    )


async def resume(handle: str, keys: Keyring) -> None:
    """Invitations again. Raises `NoSuchCode`."""
    await UnsubscribedRow.filter(address_hash=check(handle, keys)).delete()


async def wants_none(contact: Contact, keys: Keyring) -> bool:
    """Whether whoever this is has asked for no more invitations."""
    return await UnsubscribedRow.exists(address_hash=address_hash(contact, keys))
