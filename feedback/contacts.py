"""Who the resident is: apart from the case, sealed, and a pseudonym for counting voices.

A contact is sealed under its case's own key (see case_keys) and goes with it. What lasts only for
a while, as the outbox, is sealed by Fernet (AES-128-CBC with HMAC-SHA-256) under the instance's
key, which is not in the database.
"""

import base64
from dataclasses import astuple
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from tortoise.connection import get_connection

from feedback import case_keys, codes
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import ContactRow
from sla.acts import Act


@lru_cache(maxsize=8)
def _fernet(keys: Keyring) -> MultiFernet:
    known = filter(None, (keys.seal, keys.former_seal))
    return MultiFernet([Fernet(base64.urlsafe_b64encode(sha256(k).digest())) for k in known])


def seal(value: object, keys: Keyring) -> bytes:
    """A JSON value nobody reads without the keyring."""
    return _fernet(keys).encrypt(orjson.dumps(value))


def unseal(sealed: bytes, keys: Keyring) -> Any:
    """What `seal` was given; ValueError where this keyring does not fit."""
    try:
        return orjson.loads(_fernet(keys).decrypt(sealed))
    except InvalidToken:
        raise ValueError("sealed with another key") from None


def sealed_contact(contact: Contact, case_key: bytes) -> bytes:
    """A contact as it is stored, under the key of its case."""
    return case_keys.sealed_under(case_key, orjson.dumps(astuple(contact)))


STORED = """
select c.sealed, k.wrapped, r.reference
from identity.contact c
join resident_case r on r.id = c.case_id
left join identity.case_key k on k.case_id = c.case_id
where c.case_id = $1
"""


async def of(case_id: int, keys: Keyring) -> Contact | None:
    """Who filed a case, where they said so. ValueError when no key of the ring opens it."""
    rows = await get_connection("default").execute_query_dict(STORED, [case_id])
    if not rows:
        return None
    row = rows[0]
    if row["wrapped"] is None:  # stored before cases had keys of their own
        return Contact(*unseal(row["sealed"], keys))
    key = case_keys.unwrapped(row["wrapped"], row["reference"], keys)
    return Contact(*orjson.loads(case_keys.opened_under(key, row["sealed"])))


async def forget(case_id: int) -> None:
    """Who filed this case is not known any more."""
    await ContactRow.filter(case_id=case_id).delete()


async def key_next(_: Act, keys: Keyring) -> bool:
    """Put one contact from before cases had keys under its case's own; whether there was one."""
    row = await ContactRow.filter(case__case_key__id=None).order_by("id").first()
    if row is None:
        return False
    case_id: int = row.case_id
    content = orjson.dumps(unseal(bytes(row.sealed), keys))
    sealed = await case_keys.seal(case_id, content, keys)
    await ContactRow.filter(id=row.id).update(sealed=sealed)
    return True


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
