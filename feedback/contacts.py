"""Who the resident is: apart from the case, sealed, and a pseudonym for counting voices.

Sealing is Fernet (AES-128-CBC with HMAC-SHA-256) under a key that is not in the database.
"""

import base64
from datetime import date
from hashlib import sha256
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken

from feedback import codes
from feedback.codes import Keyring
from feedback.drafts import Contact


def _fernet(keys: Keyring) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(keys.seal).digest()))


def seal(value: object, keys: Keyring) -> bytes:
    """A JSON value nobody reads without the keyring."""
    return _fernet(keys).encrypt(orjson.dumps(value))


def unseal(sealed: bytes, keys: Keyring) -> Any:
    """What `seal` was given; ValueError where this keyring does not fit."""
    try:
        return orjson.loads(_fernet(keys).decrypt(sealed))
    except InvalidToken:
        raise ValueError("sealed with another key") from None


def seal_contact(contact: Contact, keys: Keyring) -> bytes:
    return seal([contact.name, contact.email, contact.phone], keys)


def unseal_contact(sealed: bytes, keys: Keyring) -> Contact:
    return Contact(*unseal(sealed, keys))


def voice(contact: Contact, *, device: str, on: date, keys: Keyring) -> bytes:
    """The pseudonym under which a resident's answers are counted.

    Who left a phone number or an address is one resident however often they write; who left
    none is one resident per device and day (method, section 2).
    """
    if contact.phone:
        return codes.keyed_hash("phone", national(contact.phone), keys)
    if contact.email:
        return codes.keyed_hash("email", contact.email.casefold(), keys)
    return codes.keyed_hash("device", f"{device}\0{on.isoformat()}", keys)


def national(phone: str) -> str:
    """One spelling of a phone number: +84 901 and 0901 are the same."""
    return "0" + phone[3:] if phone.startswith("+84") else phone
