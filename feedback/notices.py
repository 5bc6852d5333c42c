"""The outbox: what is owed to somebody outside.

Owed means stored, in the transaction of its cause. It is delivered at least once: a repeat
carries the same key, which becomes the Message-ID.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from feedback import contacts
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import NoticeRow
from sla.acts import Act

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=6)
TRIES_AT_MOST = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to carry. `facts` are what its template says, codes among them."""

    id: int
    key: str
    kind: str
    language: str
    to: Contact
    facts: dict[str, str]
    owed_at: datetime
    attempts: int


class Carrier(Protocol):
    """Whoever carries notices out of the house."""

    async def carry(self, notice: Notice) -> None:
        """Hand the notice over. Raises `CarrierDown` when it should be tried again later."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice to owe; nothing is owed to nobody."""

    key: str
    kind: str
    language: str
    to: Contact
    facts: dict[str, str]

    def sealed(self, keys: Keyring) -> bytes:
        to = [self.to.name, self.to.email, self.to.phone]
        return contacts.seal({"to": to, "facts": self.facts}, keys)


async def owe(owed: Owed, act: Act, keys: Keyring) -> None:
    """Put a notice into the outbox, once per key. Without an address there is nobody to owe."""
    if not owed.to.email:
        return
    await NoticeRow.get_or_create(
        key=owed.key,
        defaults={
            "kind": owed.kind,
            "language": owed.language,
            "sealed": owed.sealed(keys),
            "owed_at": act.at,
            "next_try_at": act.at,
        },
    )


async def next_owed(at: datetime) -> NoticeRow | None:
    """The notice that has waited longest, locked; those another worker holds are passed over."""
    return (
        await NoticeRow.filter(sent_at=None, given_up_at=None, next_try_at__lte=at)
        .order_by("next_try_at", "id")
        .select_for_update(skip_locked=True)
        .first()
    )


def opened(row: NoticeRow, keys: Keyring) -> Notice:
    """The notice as its carrier needs it. ValueError when it was sealed with another key."""
    content = contacts.unseal(bytes(row.sealed), keys)
    return Notice(
        id=row.id,
        key=row.key,
        kind=row.kind,
        language=row.language,
        to=Contact(*content["to"]),
        facts=content["facts"],
        owed_at=row.owed_at,
        attempts=row.attempts,
    )


async def sent(notice: NoticeRow, act: Act) -> None:
    """It has left the house; who it went to is forgotten."""
    await NoticeRow.filter(id=notice.id).update(sent_at=act.at, sealed=b"")


async def put_off(notice: NoticeRow, act: Act) -> None:
    """Try again later, ever later; after many tries give up, visibly."""
    attempts = notice.attempts + 1
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(notice.attempts, 20))
    await NoticeRow.filter(id=notice.id).update(
        attempts=attempts,
        next_try_at=act.at + delay,
        given_up_at=act.at if attempts >= TRIES_AT_MOST else None,
    )
