"""Passwords of staff: what is taken, and how it is stored.

Long rather than mixed (NIST SP 800-63B, 3.1.1): 12 to 128 characters of any script, none of the
common ones, no rules of composition and no change by the calendar.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from feedback.errors import NotAFact

AT_LEAST = 12
AT_MOST = 128
COMMON = Path(__file__).with_name("common_passwords.txt")

# Argon2id with OWASP's first choice: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# An unknown name costs as much time as a known one.
NOBODY = _hasher.hash("nobody has this password")
# At most two hashes at once, off the event loop: however many sign in, memory and the others'
# time are safe.
_hashing = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hashing")

T = TypeVar("T")


async def _off_the_loop(function: Callable[..., T], *values: str) -> T:
    return await asyncio.get_running_loop().run_in_executor(_hashing, function, *values)


async def hashed(password: str, *, name: str = "", field: str = "password") -> str:
    """The stored form of a password for the account `name`.

    Raises `NotAFact` about `field` when it is too short, too long or too easily guessed.
    """
    password = normalize("NFC", password)
    if len(password) < AT_LEAST:
        raise NotAFact(field, "too_short", AT_LEAST)
    if len(password) > AT_MOST:
        raise NotAFact(field, "too_long", AT_MOST)
    if is_common(password, name=name):
        raise NotAFact(field, "too_common")
    return await _off_the_loop(_hasher.hash, password)


async def fits(password_hash: str, password: str) -> bool:
    """Whether this is the password behind the hash. Takes long, on purpose."""
    return await _off_the_loop(_fits, password_hash, password)


def _fits(password_hash: str, password: str) -> bool:
    if len(password) > AT_MOST * 4:  # beyond what any spelling of 128 characters can take
        password = ""
    try:
        return _hasher.verify(password_hash, normalize("NFC", password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was stored with less work than is asked today."""
    return _hasher.check_needs_rehash(password_hash)


async def hashed_again(password: str) -> str:
    """The stored form, in today's way, of a password that was taken before."""
    return await _off_the_loop(_hasher.hash, normalize("NFC", password))


def generated() -> str:
    """A password nobody has to think of: 120 bits."""
    return secrets.token_urlsafe(15)


def is_common(password: str, *, name: str = "") -> bool:
    """Whether it is among the first that are tried: a common one, a short piece repeated, a run
    of neighbours, or hardly more than the account's own name.
    """
    plain = normalize("NFC", password).casefold()
    letters = "".join(symbol for symbol in plain if symbol.isalnum())
    own = "".join(symbol for symbol in name.casefold() if symbol.isalnum())
    if own and len(letters.replace(own, "")) < 4:
        return True
    return plain in _common() or letters in _common() or _repeats(plain) or _runs(plain)


def _repeats(text: str) -> bool:
    """`abcabcabcabc`: a piece of at most a third, again and again."""
    return any(
        text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 3 + 1)
    )


def _runs(text: str) -> bool:
    """`123456789012`: each symbol the neighbour of the one before, nines before naughts."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text("utf-8").split())
