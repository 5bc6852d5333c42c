"""What stands behind an agency's punctuality in an edition, and the official score sheets."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ranking.frozen.edition_json import COUNTED_LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The promises charged to an agency that fell due in the week from that Monday."""

    starts_on: date
    due: Decimal
    met: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMonth:
    """The promises charged to an agency that fell due in a month, such as 2026-07: never ranked."""

    period: str
    due: Decimal
    met: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Cases that are overdue by as many whole days."""

    days: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Cases open and overdue at the cut-off that the agency holds now, in whole days overdue."""

    cases: int = 0
    median_days: int | None = None
    p90_days: int | None = None
    oldest_days: int | None = None
    overdue: tuple[Overdue, ...] | None = field(default=None, metadata=COUNTED_LATER)
    """The same case by case, the least overdue first: what the three are read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """How often the clock stood among cases due, and what it would have said without.

    `net` is on time by the legal clock, `gross` by the calendar without any pause; both charged.
    """

    paused: Decimal
    """Cases (charged) that were paused at all."""
    gross_met: Decimal
    """Cases (charged) that would have been on time had no pause counted."""
    begun: int
    """Pauses of those cases."""
    late_begun: int
    """Pauses begun in the last tenth of the allowance."""
    paused_seconds: int
    open_seconds: int
    """From receipt to end (or cut-off), pauses included."""
    is_flagged: bool = False
    """Net and gross lie 15 points apart, or twice as far as with the median peer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One line of the life table: whole days since receipt, cases still waiting before it, ends.

    A case ended on day d if it took more than d - 1 and at most d days.
    """

    day: int
    at_risk: int
    decided: int
    withdrawn: int
    transferred: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Time from receipt to decision in days, open cases counted for as long as they were seen.

    Kaplan-Meier with late entry; None: not reached. `days` has every day on which anything ended.
    `withdrawn` and `transferred` are cumulative incidences (Aalen-Johansen) over all those days.
    """

    median_days: int | None
    p90_days: int | None
    withdrawn: Decimal
    transferred: Decimal
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PileUp:
    """Closures on the last day among those of the last three before the due time.

    Only of promises due on a Wednesday to Friday: a weekend would look like waiting. `tail` is the
    chance of so many if every day were alike.
    """

    last_day: int
    last_three_days: int
    share: Decimal
    tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackGroup:
    """One group of an official score sheet: its points, None where nothing is known of it."""

    code: str
    points: Decimal | None
    maximum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PackScore:
    """One agency on one official score sheet: a secondary view, never the headline.

    `score` is in percent, only with 70 % of the weight present; `present` of `applying` groups.
    `place_low` and `place_high`: whatever the weights within a quarter of the official ones; only
    among agencies with every group.
    """

    pack: str
    groups: tuple[PackGroup, ...]
    present: int
    applying: int
    score: Decimal | None
    geometric_mean: Decimal | None
    subtotal: Decimal | None
    """In percent, over the groups the sheet names for it."""
    grade: str | None
    """Code of the official band; only for a complete score."""
    place: int | None = None
    place_low: int | None = None
    place_high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackGroupName:
    """What a group of an official score sheet is called."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackGrade:
    """An official band, from so many of the sheet's points on."""

    code: str
    at_least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFacts:
    """A score sheet used in this edition: which version, and the groups that dominate its total."""

    code: str
    name_vi: str
    name_en: str
    act: str
    effective_from: date
    dominating: tuple[str, ...] = ()
    maximum: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    subtotal: tuple[str, ...] = field(default=(), metadata=COUNTED_LATER)
    """The groups that are also summed by themselves."""
    grades: tuple[PackGrade, ...] = field(default=(), metadata=COUNTED_LATER)
    """From the best down."""
    groups: tuple[PackGroupName, ...] = field(default=(), metadata=COUNTED_LATER)
