"""Tracking codes, invitation tokens, case references: their alphabet, check symbol, keyed hash.

Codes are 80 random bits in Crockford's base 32 with a check symbol (Luhn mod 32: every single
wrong symbol and nearly every swap of neighbours is noticed without a query). Only a keyed hash
is stored; the key (pepper) lives outside the database.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from feedback.errors import NoSuchCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
# What people write instead, and what they put between.
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": "", "\u2013": ""})


@dataclass(frozen=True, slots=True)
class Keyring:
    """The secrets of this instance: `pepper` for hashes, `seal` for what is sealed (see contacts).

    After a change of `seal` its predecessor still opens what it sealed. All live outside the
    database and its backups.
    """

    pepper: bytes
    seal: bytes
    former_seal: bytes = b""


def _check_symbol(symbols: str) -> str:
    total = 0
    for position, symbol in enumerate(reversed(symbols)):
        value = _VALUE[symbol] * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def new_code() -> str:
    """A fresh secret code as people see it: five groups, the last one the check symbol."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return spell(symbols + _check_symbol(symbols))


def derived(code: str, purpose: str, keys: Keyring) -> str:
    """A further code for whoever holds `code`: always the same, and without the keyring unknowable.

    Raises `NoSuchCode` where `code` cannot be one.
    """
    number = int.from_bytes(keyed_hash(f"derived {purpose}", read(code), keys)[:10])
    symbols = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))
    return spell(symbols + _check_symbol(symbols))


def spell(symbols: str) -> str:
    """A code in groups of four, joined by hyphens."""
    return "-".join(symbols[i : i + GROUP] for i in range(0, len(symbols), GROUP))


def read(text: str) -> str:
    """The symbols of a code as somebody typed it; `NoSuchCode` where it cannot be one."""
    symbols = text.strip().upper().translate(_READ_AS)
    if len(symbols) != LENGTH + 1 or any(s not in _VALUE for s in symbols):
        raise NoSuchCode
    if _check_symbol(symbols[:-1]) != symbols[-1]:
        raise NoSuchCode
    return symbols


def keyed_hash(purpose: str, text: str, keys: Keyring) -> bytes:
    """HMAC-SHA-256 under the pepper. Equal only for equal purpose and text."""
    return hmac.digest(keys.pepper, f"{purpose}\0{text}".encode(), sha256)


def sought(code: str, keys: Keyring) -> bytes:
    """What to look for in the database, from a code as somebody typed it.

    What cannot be a code is hashed and looked for like one: it finds nothing, and takes as long.
    """
    try:
        return hash_of(code, keys)
    except NoSuchCode:
        return keyed_hash("no code", "", keys)


def hash_of(code: str, keys: Keyring) -> bytes:
    """What is stored of a code, from the code as somebody typed it."""
    return keyed_hash("code", read(code), keys)


def new_reference(on: date) -> str:
    """A public case number: not secret, not guessable, not telling how many there are."""
    return f"HL-{on:%y%m%d}-" + "".join(secrets.choice(ALPHABET) for _ in range(7))
