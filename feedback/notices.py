"""The outbox: what is owed to somebody outside.

Owed means stored, in the transaction of its cause. It is delivered at least once: a repeat
carries the same key, which becomes the Message-ID.
"""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from tortoise.connection import get_connection

from feedback import contacts
from feedback.codes import Keyring
from feedback.drafts import Contact, Way
from feedback.models import NoticeRow
from sla.acts import Act

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=6)
TRIES_AT_MOST = 30
EMAIL, SMS = Way.EMAIL, Way.SMS
ERROR_AT_MOST = 40


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
    channel: str = EMAIL


class Carrier(Protocol):
    """Whoever carries notices out of the house."""

    async def carry(self, notice: Notice) -> None:
        """Hand the notice over.

        Raises `CarrierDown` when it should be tried again later, `CarrierRefuses` when that would
        change nothing.
        """


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice to owe, by the way its reader wants where there are two."""

    key: str
    kind: str
    language: str
    to: Contact
    facts: dict[str, str]

    @property
    def channel(self) -> str:
        return self.to.ways[0]

    def sealed(self, keys: Keyring) -> bytes:
        return contacts.seal({"to": astuple(self.to), "facts": self.facts}, keys)


async def owe(owed: Owed, act: Act, keys: Keyring) -> None:
    """Put a notice into the outbox, once per key; without address and number none is owed."""
    if not owed.to.ways:
        return
    await get_connection("default").execute_query(
        OWE, [owed.key, owed.kind, owed.language, owed.sealed(keys), owed.channel, act.at]
    )


# Whoever owes a notice may be somebody who sees none, not even which there are.
OWE = """
insert into notice (key, kind, language, sealed, channel, owed_at, next_try_at, attempts)
values ($1, $2, $3, $4, $5, $6, $6, 0) on conflict do nothing
"""


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
        channel=row.channel,
    )


async def sent(notice: NoticeRow, act: Act) -> None:
    """It has left the house; who it went to is forgotten."""
    await NoticeRow.filter(id=notice.id).update(sent_at=act.at, sealed=b"", error=None)


async def put_off(notice: NoticeRow, act: Act, *, why: str) -> None:
    """Try again later, ever later; after many tries give up, visibly. `why` names, never quotes."""
    attempts = notice.attempts + 1
    await NoticeRow.filter(id=notice.id).update(
        attempts=attempts,
        next_try_at=act.at + delay(notice.key, notice.attempts),
        given_up_at=act.at if attempts >= TRIES_AT_MOST else None,
        error=why[:ERROR_AT_MOST],
    )


async def give_up(notice: NoticeRow, act: Act, *, why: str) -> None:
    """Nobody will ever take it as it is: visible to operators, who may have it tried again."""
    await NoticeRow.filter(id=notice.id).update(
        attempts=notice.attempts + 1, given_up_at=act.at, error=why[:ERROR_AT_MOST]
    )


def delay(key: str, attempts: int) -> timedelta:
    """How long to wait after so many failures: doubled each time up to 6 h, give or take a quarter.

    What failed together is spread, each notice by its own key, so that it does not come back
    together.
    """
    backoff: timedelta = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts, 20))
    spread: float = int.from_bytes(sha256(f"{key}\0{attempts}".encode()).digest()[:4]) / 2**32
    return backoff * (0.75 + spread / 2)
