"""Whose hands an account may be in: who opened it, or has had to do with how it signs in.

Whoever gives an account its password can sign in with it, and so could approve what they have
proposed themselves. Two accounts behind both of which one person may stand count as one. That
nobody else's hand is on an account any more, a second person confirms.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Hands = Mapping[str, frozenset[str]]
"""By reference of an account, those who may be able to sign in with it."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Something done to how an account signs in; `lifts`: whose hands it takes off instead."""

    on: str
    by: str
    lifts: frozenset[str] = frozenset()


def left(touches: Iterable[Touch]) -> dict[str, frozenset[str]]:
    """Whose hands are on each account, after touches in the order in which they happened."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in touches:
        if one.lifts:
            found[one.on] -= one.lifts
        elif one.by != one.on:
            found[one.on].add(one.by)
    return {on: frozenset(by) for on, by in found.items() if by}


def behind(account: str, hands: Hands) -> frozenset[str]:
    """Everybody who may be behind an account: itself, whose hands are on it, theirs, and so on."""
    found, todo = {account}, [account]
    while todo:
        new = hands.get(todo.pop(), frozenset()) - found
        found |= new
        todo += new
    return frozenset(found)


def shared(one: str, other: str, hands: Hands) -> frozenset[str]:
    """Who may be behind both of two accounts; nobody: they are two persons'."""
    return behind(one, hands) & behind(other, hands)
