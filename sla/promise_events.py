"""What can befall a promise: kinds of event, and how they are written down."""

import functools
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime, time
from typing import Any

from sla.commitments import Within
from sla.errors import BadEvent, NaiveTime, UnknownKind


def in_utc(at: datetime) -> datetime:
    """The same moment in UTC; `NaiveTime` without an offset."""
    if at.utcoffset() is None:
        raise NaiveTime(at)
    return at.astimezone(UTC)


@dataclass(frozen=True)
class PromiseEvent:
    """Something that happened at a moment, kept in UTC; `NaiveTime` without an offset.

    `seq` orders what happened at the same moment. `form` is the number of the form that says so,
    where one was told (Circular 03/2025/TT-VPCP: "01" to "07").
    """

    at: datetime
    seq: int = field(default=0, kw_only=True)
    form: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))


@dataclass(frozen=True)
class Started(PromiseEvent):
    """Received, by `holder`; due by `promised_at` where told, else by `within`, else never."""

    within: Within | None
    cut_off: time | None
    promised_at: datetime | None
    holder: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.promised_at is not None:
            object.__setattr__(self, "promised_at", in_utc(self.promised_at))


@dataclass(frozen=True)
class Paused(PromiseEvent):
    """The clock stands while the resident is asked."""

    reason: str = ""


@dataclass(frozen=True)
class Resumed(PromiseEvent):
    """The clock runs again."""


@dataclass(frozen=True)
class Transferred(PromiseEvent):
    """Another agency holds the work from now on."""

    to: str


@dataclass(frozen=True)
class Extended(PromiseEvent):
    """A new date was told, with an apology; once. It cures nothing."""

    until: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.until is not None:
            object.__setattr__(self, "until", in_utc(self.until))


@dataclass(frozen=True)
class Finished(PromiseEvent):
    """Done, and the result available."""

    outcome: str = ""


@dataclass(frozen=True)
class Refused(PromiseEvent):
    """Turned down, which is an end judged like any other."""

    reason: str = ""


@dataclass(frozen=True)
class Withdrawn(PromiseEvent):
    """Taken back by the resident."""


@dataclass(frozen=True)
class Reopened(PromiseEvent):
    """Not solved after all: the clock goes on where it stood."""

    reason: str = ""


@dataclass(frozen=True)
class Corrected(PromiseEvent):
    """The last end was at another time than told; approved by a second person and counted."""

    ended_at: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "ended_at", in_utc(self.ended_at))


# Also the order of what happened at one moment, where `seq` does not say.
KINDS: dict[str, type[PromiseEvent]] = {
    "started": Started,
    "transferred": Transferred,
    "extended": Extended,
    "paused": Paused,
    "resumed": Resumed,
    "finished": Finished,
    "refused": Refused,
    "withdrawn": Withdrawn,
    "reopened": Reopened,
    "corrected": Corrected,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_FIELDS = {kind: fields(kind) for kind in KINDS.values()}
_PLACES = {kind: place for place, kind in enumerate(KINDS.values())}


def kind_of(event: PromiseEvent) -> str:
    """The name of its kind; `UnknownKind` for a stranger."""
    if type(event) not in _NAMES:
        raise UnknownKind(type(event).__name__)
    return _NAMES[type(event)]


def place_of(event: PromiseEvent) -> tuple[datetime, int, int, Any]:
    """What sorts events into the order in which they happened.

    Where all else is equal, by how they read: any order of arrival gives the same one.
    """
    return event.at, event.seq, _PLACES[type(event)], _reading(event)


def _compare(one: PromiseEvent, other: PromiseEvent) -> int:
    left, right = repr(one), repr(other)
    return (left > right) - (left < right)


_reading = functools.cmp_to_key(_compare)  # reads none of them until two are otherwise equal


def to_json(event: PromiseEvent) -> dict[str, Any]:
    """A plain document with the name of the kind; `from_json` makes an equal event of it."""
    document: dict[str, Any] = {"kind": kind_of(event)}
    for each in _FIELDS[type(event)]:
        value = getattr(event, each.name)
        if value != each.default:
            document[each.name] = _written(value)
    return document


def from_json(document: object) -> PromiseEvent:
    """Read `to_json`'s document. `UnknownKind`; `BadEvent` names a field that cannot be read."""
    if not isinstance(document, dict):
        raise BadEvent("event")
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise UnknownKind(kind)
    given: dict[str, Any] = {}
    for each in _FIELDS[KINDS[kind]]:
        if each.name in document:
            given[each.name] = _read(each.name, document[each.name])
        elif each.default is MISSING:
            raise BadEvent(each.name)
    return KINDS[kind](**given)


def _written(value: object) -> object:
    match value:
        case datetime() | time():
            return value.isoformat()
        case Within():
            return value.to_json()
        case _:
            return value


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value)


def _time(value: Any) -> time:
    return time.fromisoformat(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


_READ: dict[str, Callable[[Any], Any]] = {
    "at": _moment,
    "until": _moment,
    "promised_at": _moment,
    "ended_at": _moment,
    "cut_off": _time,
    "within": Within.from_json,
    "seq": _number,
}
_OPTIONAL = {"until", "promised_at", "cut_off", "within"}


def _read(name: str, value: Any) -> Any:
    if value is None and name in _OPTIONAL:
        return None
    read: Callable[[Any], Any] = _READ.get(name, _text)
    try:
        return read(value)
    except (TypeError, ValueError):
        raise BadEvent(name) from None
