"""What happened around an edition, frozen into it when it is published.

What was committed to, who could object for how long, what agencies reply, what became of the plans
they owed, and for a correction which figures moved.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from feedback.spot_kinds import SpotKind
from ranking.frozen.edition_json import COUNTED_LATER
from ranking.frozen.terms import Terms
from ranking.method.movement import Arrow


class MeasureState(StrEnum):
    """Where a measure stands on the promise clock; a day once told is never moved."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    LATE = "late"
    DROPPED = "dropped"


class PlanState(StrEnum):
    """Whether the plan that is owed is there."""

    OWED = "owed"
    MISSING = "missing"
    IN_TIME = "in_time"
    WRITTEN_LATE = "written_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What was committed to in public; `late_agencies` were not among the eligible then."""

    digest: str
    publish_on: date
    objection_days: int
    plan_days: int
    agencies: int
    late_agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time in which agencies could object. `waived` says why it was cut short, if it was."""

    opened_at: datetime | None
    closes_at: datetime | None
    waived: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objections:
    """How many were raised, and what was decided about them."""

    raised: int = 0
    upheld: int = 0
    declined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An agency's own words to its result; without a text, `withheld` says why."""

    agency: str
    at: datetime
    text: str | None
    withheld: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of a plan: `ended_at` is when it was reported done, or dropped."""

    text: str
    owner: str
    due_on: date
    state: MeasureState
    ended_at: datetime | None
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The same agency in a later edition: an arrow stands only for more than chance explains.

    `is_tested` is false where too few answered, then or before.
    """

    edition: str
    share: Decimal | None
    arrow: Arrow | None
    is_tested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan an agency owes for a band clearly below the target, as it stands."""

    agency: str
    edition: str
    """Whose band it answers."""
    due_at: datetime
    state: PlanState
    written_at: datetime | None
    version: int
    cause: str
    goal: str
    measures: tuple[Measure, ...]
    since: tuple[Since, ...]
    heir: str | None = field(default=None, metadata=COUNTED_LATER)
    """Who answers for what is open of it since the agency has ended; None: the agency, or nobody,
    because nothing is open."""
    name_vi: str = field(default="", metadata=COUNTED_LATER)
    name_en: str = field(default="", metadata=COUNTED_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure that a correction moved; None: there was, or is, none."""

    agency: str
    figure: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Of so many results, from this local day on, so many were drawn for a spot check."""

    kind: SpotKind
    starts_on: date
    of: int
    drawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of the spot checks of one kind; those not done by publication are `waiting`.

    `agrees` and `differs` say whether what the agency told is what the resident, or the file, says.
    `silent` had not rated and said on the telephone how satisfied they are, `raters` had; `_alike`
    are those who were, or were not, satisfied both times. None where fewer than five said it.
    """

    kind: SpotKind
    of: int
    drawn: int
    agrees: int = 0
    differs: int = 0
    not_reached: int = 0
    waiting: int = 0
    silent: int | None = None
    silent_satisfied: int | None = None
    raters: int | None = None
    raters_alike: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """All of it. A draft knows only what is known by then."""

    commitment: Commitment | None = None
    terms: Terms | None = None
    """All that was committed to, whole."""
    window: Window | None = None
    objections: Objections = Objections()
    replies: tuple[Reply, ...] = ()
    plans: tuple[Plan, ...] = ()
    changes: tuple[Change, ...] = ()
    supersedes_manifest: str | None = None
    """SHA-256 of the manifest of the edition this one corrects: the chain of corrections."""
    seed: str | None = field(default=None, metadata=COUNTED_LATER)
    """By which spot checks were drawn; its digest was committed to. None in a draft."""
    drawings: tuple[Drawing, ...] = field(default=(), metadata=COUNTED_LATER)
    checked: tuple[Checked, ...] = field(default=(), metadata=COUNTED_LATER)

    def reply_of(self, code: str) -> Reply | None:
        return next((one for one in self.replies if one.agency == code), None)

    def plans_of(self, code: str) -> tuple[Plan, ...]:
        """The plans it owes, and those it took over from agencies that have ended."""
        return tuple(one for one in self.plans if code in {one.agency, one.heir})
