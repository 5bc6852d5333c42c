"""What an impatient visitor pays with: a small puzzle for their machine, or a short wait.

A puzzle is a signed text; its solution a number that makes SHA-256 of both begin with as many
zero bits as it asks for. A ticket is a signed text that is good from some moment on. Nothing is
stored until one of them is used, and each can be used once (see buckets).
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from feedback import codes
from feedback.codes import Keyring

LASTS = 15 * 60
EASIEST, HARDEST = 14, 20
SHORTEST, LONGEST = 5, 60
SOLUTION_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Price:
    """What is asked of somebody so far over a budget: bits of a puzzle, or seconds of waiting."""

    bits: int
    seconds: int


def price(excess: float) -> Price:
    """Twice as dear each time the excess doubles, up to what an old phone still does."""
    doubled = max(0, int(excess)).bit_length()
    return Price(
        bits=min(HARDEST, EASIEST + doubled), seconds=min(LONGEST, SHORTEST * (1 + doubled))
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """A puzzle or a ticket as it was signed: for whom and what, and from when it is good."""

    what: str
    whom: str
    amount: int
    good_at: float
    name: str


def puzzle(what: str, whom: str, bits: int, *, at: float, keys: Keyring) -> str:
    """A puzzle of so many bits, good at once."""
    return _signed("puzzle", Offer(what, whom, bits, at, secrets.token_hex(8)), keys)


def ticket(what: str, whom: str, seconds: int, *, at: float, keys: Keyring) -> str:
    """A ticket that is good after so many seconds."""
    return _signed("ticket", Offer(what, whom, seconds, at + seconds, secrets.token_hex(8)), keys)


def solved(text: str, solution: str, *, at: float, keys: Keyring) -> Offer | None:
    """The puzzle, if this number solves it and it is neither forged nor too old."""
    offer = _read("puzzle", text, keys)
    if offer is None or not 0 <= at - offer.good_at <= LASTS:
        return None
    if not solution.isascii() or not solution.isdigit() or len(solution) > SOLUTION_AT_MOST:
        return None
    digest = int.from_bytes(sha256(f"{text}.{solution}".encode()).digest())
    return offer if digest >> (256 - offer.amount) == 0 else None


def waited(text: str, *, at: float, keys: Keyring) -> Offer | None:
    """The ticket, if its time has come and it is neither forged nor too old."""
    offer = _read("ticket", text, keys)
    return offer if offer is not None and 0 <= at - offer.good_at <= LASTS else None


def left(text: str, *, at: float, keys: Keyring) -> int:
    """How many seconds a ticket is still to be kept; 0 when it is none, or good already."""
    offer = _read("ticket", text, keys)
    return max(0, int(offer.good_at - at + 0.999)) if offer else 0


def _signed(kind: str, offer: Offer, keys: Keyring) -> str:
    facts = f"{kind}.{offer.what}.{offer.whom}.{offer.amount}.{int(offer.good_at)}.{offer.name}"
    return f"{facts}.{_signature(facts, keys)}"


def _signature(facts: str, keys: Keyring) -> str:
    return codes.keyed_hash("work", facts, keys).hex()[:32]


def _read(kind: str, text: str, keys: Keyring) -> Offer | None:
    facts, _, signature = text.rpartition(".")
    expected = _signature(facts, keys).encode()
    if not hmac.compare_digest(expected, signature.encode("utf-8", "replace")):
        return None
    found, what, whom, amount, good_at, name = facts.split(".")
    return Offer(what, whom, int(amount), float(good_at), name) if found == kind else None
