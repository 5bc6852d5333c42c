"""A period frozen: every value its pages and files are made from.

Whole numbers are exact, fractions are written "num/den", figures are rounded once, when the
edition is drafted: shares half up to 9 decimals, p-values to 13 digits. What may not be shown is
not in here.
"""

import dataclasses
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from ranking.bands import Band
from ranking.cohorts import Due, Received
from ranking.config import Config
from ranking.edition_errors import BadBody
from ranking.eligibility import Reason, Status
from ranking.movement import Arrow

FORMAT = 1
T = TypeVar("T")

# Marks what editions published before it was counted do not have: it reads as None, not as 0.
COUNTED_LATER = {"later": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    """The period, half-open, and the moment after which nothing more was counted."""

    name: str
    starts_at: datetime
    ends_at: datetime
    cutoff_at: datetime
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Where an agency stands on one indicator. No figures where it is suppressed."""

    status: Status
    reason: Reason | None = None
    share: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    band: Band | None = None
    p_value: str | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    place_printed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The change of the agency's own share against the period before, and what chance allows."""

    change: Decimal
    low: Decimal
    high: Decimal
    p_value: str
    arrow: Arrow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """What residents said. `n`, `x` and the levels are None where it is suppressed."""

    score: Score
    n: int | None
    x: Fraction | None
    served: int | None
    """Residents with a closed case in the window, whether they answered or not."""
    response: Decimal | None
    is_rolling: bool
    levels: tuple[int | None, ...] | None
    n_before: int | None = None
    """In the period before, by itself; None under the floor for being listed."""
    x_before: Fraction | None = None
    movement: Movement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """Which promises were kept. Counts of cases, not of people: always shown in full."""

    score: Score
    deff: Decimal
    """The design effect: so many cases of one week say as much as one independent case."""
    due: Due
    received: Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Wrongly told ends of one agency, corrected by two persons.

    `requested` were asked for in the period, `approved` and `declined` decided in it; `cured` are
    those approved that turned late into on time.
    """

    requested: int = 0
    approved: int = 0
    declined: int = 0
    cured: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Apologies:
    """Of the promises that fell due in the period and were not kept: those with an apology and a
    new date told by the promised day.
    """

    late: int = 0
    apologised: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """One agency in an earlier published edition."""

    edition: str
    period: str
    n: int | None
    share: Decimal | None
    low: Decimal | None
    high: Decimal | None
    due: int
    on_time: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One line of the edition."""

    code: str
    name_vi: str
    name_en: str
    level: str
    peer_group: str
    is_new: bool
    satisfaction: Satisfaction
    punctuality: Punctuality
    history: tuple[Before, ...] = ()
    corrections: Corrections | None = field(default=None, metadata=COUNTED_LATER)
    apologies: Apologies | None = field(default=None, metadata=COUNTED_LATER)

    def name(self, language: str) -> str:
        return self.name_vi if language == "vi" else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A peer group on one indicator: how many are ranked, and the value their sets rest on."""

    name: str
    total: int
    ranked: int
    critical_value: Decimal | None
    rho: Decimal | None = None
    """How alike cases due in one week are; None where residents are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What the agencies share on one indicator."""

    groups: tuple[Group, ...]
    bh_threshold: str | None
    movement_threshold: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What a reader must know before the figures."""

    is_before_cutoff: bool
    """Drafted when answers could still come in."""
    is_committed_late: bool
    """The configuration was fixed only after the period had begun."""
    residents: int | None
    """Voices counted in all; None where that would reveal a suppressed agency's."""
    suppressed: int
    """Agencies with too few answers to show any."""
    quarantined: int = 0
    excluded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The whole; agencies in alphabetical order. `published_at` is None for a draft."""

    name: str
    period: PeriodFacts
    config: Config
    committed_at: datetime
    drafted_at: datetime
    published_at: datetime | None = None
    supersedes: str | None = None
    reason: str | None = None
    """Why an earlier edition of the period had to be corrected."""
    satisfaction: Indicator
    punctuality: Indicator
    agencies: tuple[Agency, ...]
    notes: Notes

    @property
    def peer_groups(self) -> tuple[str, ...]:
        return tuple(group.name for group in self.satisfaction.groups)


def to_json(value: Any) -> Any:
    """The value in JSON's own terms."""
    if dataclasses.is_dataclass(value):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    written = next((write for kind, write in _WRITTEN.items() if isinstance(value, kind)), None)
    return written(value) if written else value


_WRITTEN: dict[type, Callable[[Any], str]] = {
    Enum: lambda value: str(value.value),
    Fraction: lambda value: f"{value.numerator}/{value.denominator}",
    Decimal: str,
    datetime: datetime.isoformat,
}


def from_json(kind: type[T], data: Any) -> T:
    """The value `to_json` wrote. A missing or unknown key raises `BadBody`, unless it was not
    counted yet when the edition was made.
    """
    return typing.cast("T", _read(kind, data))


@cache
def _fields(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:
    if isinstance(kind, types.UnionType):  # always `X | None` here
        return None if data is None else _read(typing.get_args(kind)[0], data)
    if typing.get_origin(kind) is tuple:
        return tuple(_read(typing.get_args(kind)[0], item) for item in data)
    if dataclasses.is_dataclass(kind):
        known = dataclasses.fields(kind)
        later = {f.name for f in known if f.metadata.get("later") and f.name not in data}
        names = {f.name for f in known} - later
        for name in sorted(names ^ data.keys()):
            raise BadBody(name)
        hints = _fields(typing.cast("type", kind))
        return typing.cast("Any", kind)(**{n: _read(hints[n], data[n]) for n in names})
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is float:  # JSON does not tell 1 from 1.0
        return float(data)
    return data if isinstance(data, kind) else kind(data)
