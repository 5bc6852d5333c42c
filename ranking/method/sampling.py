"""Which results are drawn by lot for a spot check, so that nobody can choose them. Pure.

A seed is fixed, and its SHA-256 published, before a period begins; the seed itself is published
with the edition. Every result has a ticket, SHA-256 of "SEED/KIND/NUMBER", and the lowest tickets
are drawn: whoever knows the seed, the kind and the numbers of the results draws the same. It is
sampling by permanent random numbers: Ohlsson (1995), in Business Survey Methods, Wiley, chapter 9.
How many: the published method, section 13, 1 % of the results called back and 200 files audited.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ranking import errors


@dataclass(eq=False)
class BadSample(errors.RankingError):
    """No such part can be drawn: of a negative number, or a share outside [0, 1]."""

    value: object


def ticket(seed: str, kind: str, number: int) -> bytes:
    """The ticket of one result; all that decides whether it is drawn."""
    return hashlib.sha256(f"{seed}/{kind}/{number}".encode()).digest()


def digest(seed: str) -> str:
    """What is published of a seed beforehand: SHA-256 of its text, in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def drawn(seed: str, kind: str, numbers: Iterable[int], *, how_many: int) -> tuple[int, ...]:
    """The numbers with the lowest tickets, the lowest first; all of them if there are no more."""
    found = sorted((ticket(seed, kind, number), number) for number in set(numbers))
    return tuple(number for _, number in found[:how_many])


def part(share: Fraction, of: int) -> int:
    """So many are a share of `of`, rounded up: of few one at least. Raises `BadSample`."""
    if not 0 <= share <= 1 or of < 0:
        raise BadSample((share, of))
    return math.ceil(share * of)
