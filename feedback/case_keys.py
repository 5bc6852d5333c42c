"""A data key for each case: what is sealed under it is gone for good once the key is destroyed.

A key is 32 random bytes, wrapped (AES-256-GCM, bound to the case's reference) by a key that is
derived from the instance's own, which is never in the database nor in its backups. A wrapped key
moved to another case opens nothing there.
"""

import hmac
import secrets
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tortoise.connection import get_connection

from feedback.codes import Keyring
from feedback.models import CaseKeyRow, CaseRow
from sla.acts import Act

NONCE = 12


@lru_cache(maxsize=8)
def _wrapper(seal: bytes) -> tuple[AESGCM, bytes]:
    """The cipher that wraps keys, and its fingerprint, which says nothing about it."""
    key = hmac.digest(seal, b"keys of cases", sha256)
    return AESGCM(key), sha256(b"fingerprint\0" + key).digest()[:8]


def fingerprint(keys: Keyring) -> bytes:
    """Which instance key wraps keys now: stored beside each, so that old ones are found."""
    return _wrapper(keys.seal)[1]


def fresh() -> bytes:
    """A new data key."""
    return secrets.token_bytes(32)


def wrapped(key: bytes, reference: str, keys: Keyring) -> bytes:
    """A data key as it is stored with the case of this reference."""
    return _encrypt(_wrapper(keys.seal)[0], key, reference.encode())


def unwrapped(stored: bytes, reference: str, keys: Keyring) -> bytes:
    """What was wrapped; ValueError where it was by no key of this ring, or for another case."""
    for seal in filter(None, (keys.seal, keys.former_seal)):
        try:
            return _wrapper(seal)[0].decrypt(stored[:NONCE], stored[NONCE:], reference.encode())
        except InvalidTag:
            continue
    raise ValueError("wrapped with another key")


def sealed_under(key: bytes, content: bytes) -> bytes:
    return _encrypt(AESGCM(key), content, b"")


def opened_under(key: bytes, sealed: bytes) -> bytes:
    """What was sealed; ValueError where it was under another key, or changed since."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], b"")
    except InvalidTag:
        raise ValueError("sealed under another key") from None


def _encrypt(cipher: AESGCM, content: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + cipher.encrypt(nonce, content, bound_to)


async def seal(case_id: int, content: bytes, keys: Keyring) -> bytes:
    """Seal something that belongs to a case, so that erasing the case erases it too.

    The case gets its key here if it has none yet; call it in the act that stores the result.
    ValueError for a case that is erased or was never there.
    """
    return sealed_under(await _key_of(case_id, keys) or await _given(case_id, keys), content)


async def open_(case_id: int, sealed: bytes, keys: Keyring) -> bytes:
    """What `seal` was given. ValueError when the case was erased, or these keys do not fit."""
    key = await _key_of(case_id, keys)
    if key is None:
        raise ValueError("this case has no key any more")
    return opened_under(key, sealed)


KEY = """
select k.wrapped, c.reference
from identity.case_key k join resident_case c on c.id = k.case_id where k.case_id = $1
"""
GIVE = """
insert into identity.case_key (case_id, wrapped, wrapped_with) values ($1, $2, $3)
on conflict (case_id) do nothing
"""
REFERENCE = "select reference from resident_case where id = $1 and erased_at is null"


async def _key_of(case_id: int, keys: Keyring) -> bytes | None:
    rows = await get_connection("default").execute_query_dict(KEY, [case_id])
    return unwrapped(rows[0]["wrapped"], rows[0]["reference"], keys) if rows else None


async def _given(case_id: int, keys: Keyring) -> bytes:
    """A key for a case without one. Of two who give at once the first one's stands."""
    connection = get_connection("default")
    rows = await connection.execute_query_dict(REFERENCE, [case_id])
    if not rows:
        raise ValueError("there is no such case")
    stored = wrapped(fresh(), rows[0]["reference"], keys)
    await connection.execute_query(GIVE, [case_id, stored, fingerprint(keys)])
    key = await _key_of(case_id, keys)
    if key is None:
        raise ValueError("this case has no key any more")
    return key


async def rewrap_next(_: Act, keys: Keyring) -> bool:
    """Wrap one key anew that a former instance key wrapped; whether there was one.

    What was sealed under it stays as it is. A key that no key of the ring opens stays too: the
    right one may yet be found.
    """
    if not keys.former_seal:
        return False
    former = _wrapper(keys.former_seal)[1]
    found = CaseKeyRow.filter(wrapped_with=former).order_by("id")
    row = await found.select_for_update(skip_locked=True).first()
    if row is None:
        return False
    case_id: int = row.case_id
    reference = (await CaseRow.get(id=case_id)).reference
    again = wrapped(unwrapped(bytes(row.wrapped), reference, keys), reference, keys)
    await CaseKeyRow.filter(id=row.id).update(wrapped=again, wrapped_with=fingerprint(keys))
    return True
