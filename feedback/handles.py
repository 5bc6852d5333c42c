"""What stands for an address in a link of a mail: it names the address to us alone, and can do the
one thing it was made for, so that it may be in a link (RFC 8058 wants one there).
"""

import base64
import binascii
import hmac

from feedback import codes, contacts
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.errors import NoSuchHandle

_ADDRESS, _PROOF = 16, 9  # bytes; together without padding in base 32 and 64


def address_hash(purpose: str, contact: Contact, keys: Keyring) -> bytes:
    """One for all spellings of an e-mail address, or of a number where there is none."""
    address = contact.email.casefold() or contacts.national(contact.phone)
    return codes.keyed_hash(purpose, address, keys)[:_ADDRESS]


def made(purpose: str, address: bytes, keys: Keyring) -> str:
    """The handle of an address by its hash."""
    return base64.urlsafe_b64encode(address + _proof(purpose, address, keys)).decode().rstrip("=")


def read(purpose: str, handle: str, keys: Keyring) -> bytes:
    """The hash a handle stands for. Raises `NoSuchHandle` for one that is none of ours."""
    try:
        whole = base64.urlsafe_b64decode(handle + "=" * (-len(handle) % 4))
    except (ValueError, binascii.Error):
        raise NoSuchHandle from None
    address, proof = whole[:_ADDRESS], whole[_ADDRESS:]
    if not hmac.compare_digest(proof, _proof(purpose, address, keys)):
        raise NoSuchHandle
    return address


def _proof(purpose: str, address: bytes, keys: Keyring) -> bytes:
    return codes.keyed_hash(f"{purpose} proof", address.hex(), keys)[:_PROOF]
