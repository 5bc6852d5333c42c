"""What a list of cases can be narrowed by, and how each question is put to the entries.

Every condition stands here as it is, from a table: what somebody types is only ever a value.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback import permissions as may
from feedback.actors import AgencySystem, Staff
from feedback.errors import NotAFact
from feedback.models.holds import NOT_HELD
from feedback.permissions import SEE_ALL
from sla.acts import Actor


class View(StrEnum):
    """The lists everybody has."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    REOPENED = "reopened"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"
    ALL = "all"


class Sort(StrEnum):
    """Which comes first: the nearest deadline, or what was filed last."""

    DUE = "due"
    NEWEST = "newest"


NOBODY = "-"
"""In place of an officer: cases that nobody is in charge of."""

# As in the partial indexes, word for word: PostgreSQL compares the texts.
OPEN = "status in ('filed', 'in_hand', 'waiting')"
ANSWERED = "status = 'answered'"
# The moment is $1 in all of them.
_RUNS = "(paused_at is null or lapses_at <= $1)"
OVERDUE = f"(due_at < $1 and ({_RUNS} or paused_at >= due_at))"
DUE_SOON = f"(due_at >= $1 and due_soon_at <= $1 and {_RUNS})"

CONDITIONS: dict[View, str] = {
    View.OPEN: OPEN,
    View.MINE: f"{OPEN} and officer_id = $2",
    View.UNASSIGNED: f"{OPEN} and officer_id is null",
    View.OVERDUE: f"{OPEN} and {OVERDUE}",
    View.DUE_SOON: f"{OPEN} and {DUE_SOON}",
    View.REOPENED: f"{OPEN} and is_reopened",
    View.WAITING: f"{OPEN} and status = 'waiting'",
    View.ANSWERED: ANSWERED,
    View.CLOSED: "status in ('closed', 'withdrawn', 'handed_over')",
    View.ALL: "true",
}
DUE: dict[str, str] = {"overdue": f"{OPEN} and {OVERDUE}", "soon": f"{OPEN} and {DUE_SOON}"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a page begins: right after an entry, or right before it (`backward`).

    `stretch` is 0 among what fits as it was typed, 1 among what fits without marks.
    """

    stretch: int
    at: datetime
    case_id: int
    backward: bool = False

    def to_text(self) -> str:
        """Opaque to whoever carries it."""
        way = "b" if self.backward else "f"
        plain = f"{way} {self.stretch} {self.at.isoformat()} {self.case_id}"
        return urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> "Place":
        """What `to_text` wrote. `NotAFact` for anything else."""
        try:
            plain = urlsafe_b64decode(text[:200] + "=" * (-len(text[:200]) % 4)).decode()
            way, stretch, moment, number = plain.split(" ")
            at, case_id = datetime.fromisoformat(moment), int(number)
        except (ValueError, binascii.Error):
            raise NotAFact("page", "not_a_choice") from None
        if way not in {"f", "b"} or stretch not in {"0", "1"} or at.tzinfo is None:
            raise NotAFact("page", "not_a_choice")
        if not 0 <= case_id < 1 << 62:
            raise NotAFact("page", "not_a_choice")
        return cls(int(stretch), at, case_id, backward=way == "b")


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list; everything given must hold. Codes and names as people know them.

    `due` is `overdue` or `soon`; `officer` an account's name or `NOBODY`. Ranges of time are
    half-open: from, and before. Without `sort`, the nearest deadline first.
    """

    view: View = View.OPEN
    status: str = ""
    due: str = ""
    agency_id: int | None = None
    service_id: int | None = None
    officer: str = ""
    language: str = ""
    channel: str = ""
    tone: str = ""
    is_replied: bool = False
    due_from: datetime | None = None
    due_before: datetime | None = None
    filed_from: datetime | None = None
    filed_before: datetime | None = None
    words: str = ""
    sort: Sort = Sort.DUE
    start: Place | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions joined by `and`, with the values of their placeholders from $1 on."""

    condition: str
    values: tuple[object, ...]

    def plus(self, condition: str, *values: object) -> "Where":
        """And this too; `{}` stands for each value."""
        filled = condition.format(*self.places(len(values)))
        return Where(f"{self.condition} and {filled}", (*self.values, *values))

    def places(self, count: int) -> list[str]:
        """How a statement names so many more values."""
        first = len(self.values) + 1
        return [f"${number}" for number in range(first, first + count)]


def whose(by: Actor, at: datetime) -> Where:
    """The entries somebody may see at all: $1 is the moment, $2 who asks."""
    may.check_may_see_inbox(by)
    me = by.account_id if isinstance(by, Staff) else None
    everything = Where(
        f"($1::timestamptz is not null and ($2::int is null or true)) and {NOT_HELD}", (at, me)
    )
    if isinstance(by, Staff) and by.role in SEE_ALL:
        return everything
    own = agency_of(by)
    # As `permissions.check_may_see`: what was handed over is no longer the agency's to see.
    return everything.plus("agency_id = {} and status <> 'handed_over'", own)


def agency_of(by: Actor) -> int | None:
    """Whose cases somebody sees, if those of one agency alone."""
    if isinstance(by, Staff) and by.role in SEE_ALL:
        return None
    return by.agency_id if isinstance(by, Staff | AgencySystem) else None


_OFFICER = "officer_id = (select id from account where name = {}::text)"


def narrowed(where: Where, wanted: Filter) -> Where:
    """Only what is wanted; its words and its place apart."""
    where = where.plus(CONDITIONS[wanted.view])
    if wanted.due:
        where = where.plus(DUE[wanted.due])
    if wanted.officer == NOBODY:
        where = where.plus("officer_id is null")
    if wanted.is_replied:
        where = where.plus("replied_at is not null")
    asked: tuple[tuple[str, object], ...] = (
        ("status = {}::text", wanted.status),
        ("agency_id = {}", wanted.agency_id),
        ("service_id = {}", wanted.service_id),
        (_OFFICER, "" if wanted.officer == NOBODY else wanted.officer),
        ("language = {}::text", wanted.language),
        ("channel = {}::text", wanted.channel),
        ("tone = {}::text", wanted.tone),
        ("due_at >= {}", wanted.due_from),
        ("due_at < {}", wanted.due_before),
        ("filed_at >= {}", wanted.filed_from),
        ("filed_at < {}", wanted.filed_before),
    )
    for condition, value in asked:
        if value not in (None, ""):
            where = where.plus(condition, value)
    return where
