"""A period frozen: every value its pages and files are made from.

Whole numbers are exact, fractions are written "num/den", figures are rounded once, when the
edition is drafted: shares half up to 9 decimals, p-values to 13 digits. What may not be shown is
not in here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from ranking.frozen.charged import Due, Received
from ranking.frozen.edition_cases import (
    Backlog,
    DueMonth,
    PackFacts,
    PackScore,
    Pauses,
    PileUp,
    Waiting,
    Week,
)
from ranking.frozen.edition_detail import (
    Bias,
    Fragility,
    Funnel,
    FunnelPoint,
    Month,
    Movement,
    Pool,
    Quarantine,
    Rate,
    Returned,
    Spread,
    Stratum,
    Variant,
)
from ranking.frozen.edition_json import COUNTED_LATER, from_json, to_json
from ranking.frozen.edition_life import Life
from ranking.frozen.edition_story import About, Before, Origin
from ranking.method.bands import Band
from ranking.method.config import Config
from ranking.method.eligibility import Reason, Status
from ranking.method.invitations import Asked

__all__ = ["COUNTED_LATER", "FORMAT", "Before", "Movement", "from_json", "to_json"]

FORMAT = 1


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
    """Where an agency stands on one indicator. No figures where it is suppressed.

    For satisfaction `share` is adjusted for the mix of services, and interval, band, place and
    sets follow from it; `Satisfaction.raw` is the share before.
    """

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
    own_low: int | None = field(default=None, metadata=COUNTED_LATER)
    """The marginal set, for this agency's own page: 95 % for it alone, inside the other."""
    own_high: int | None = field(default=None, metadata=COUNTED_LATER)
    own_critical_value: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """With which it was drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """What residents said. `n`, `x` and the levels are None where it is suppressed.

    Answers in quarantine are not in here, but for `quarantine`.
    """

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
    edition_before: str | None = field(default=None, metadata=COUNTED_LATER)
    """The edition these were published in; None: there was none, they were counted for this one."""
    movement: Movement | None = None
    """Of the adjusted share against `share_before`."""
    part: int = field(default=1, metadata=COUNTED_LATER)
    """Which part of the peer group it is compared within; nearly always there is one."""
    raw: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """Satisfied among those who answered, x/n: before the adjustment for the mix of services."""
    expected: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """How many would be satisfied if each kind of service satisfied as many as with its peers."""
    meets_target: bool | None = field(default=None, metadata=COUNTED_LATER)
    """The legal fact: the observed raw share is at least the target."""
    strata: tuple[Stratum, ...] | None = field(default=None, metadata=COUNTED_LATER)
    strata_before: tuple[Stratum, ...] | None = field(default=None, metadata=COUNTED_LATER)
    share_before: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """Adjusted, in the period before by itself."""
    quarantine: Quarantine | None = field(default=None, metadata=COUNTED_LATER)
    fragility: Fragility | None = field(default=None, metadata=COUNTED_LATER)
    robustness: tuple[Variant, ...] | None = field(default=None, metadata=COUNTED_LATER)
    is_sensitive: bool | None = field(default=None, metadata=COUNTED_LATER)
    """The band would be another without the busiest day, the busiest devices or the counters."""
    funnel: FunnelPoint | None = field(default=None, metadata=COUNTED_LATER)
    bias: Bias | None = field(default=None, metadata=COUNTED_LATER)
    months: tuple[Month, ...] | None = field(default=None, metadata=COUNTED_LATER)
    asked: Asked | None = field(default=None, metadata=COUNTED_LATER)
    """Invitations against closed cases; None where it is suppressed."""
    returned: Returned | None = field(default=None, metadata=COUNTED_LATER)
    spread: tuple[Spread, ...] | None = field(default=None, metadata=COUNTED_LATER)
    response_before: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """In the published edition of the period before, if it stands in it."""

    def is_low_twice(self, flag: float) -> bool:
        """Fewer than `flag` of those served answered, now and in the period before."""
        rates = (self.response, self.response_before)
        return all(rate is not None and rate < Decimal(str(flag)) for rate in rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """Which promises were kept. Counts of cases, not of people: always shown in full.

    A transferred case is charged to its holders, in proportion to how long each held it before it
    was due, so the counts of `due` need not be whole. `backlog` counts whole cases held now.
    """

    score: Score
    deff: Decimal
    """The design effect: so many cases of one week say as much as one independent case."""
    due: Due
    received: Received
    shared: int | None = field(default=None, metadata=COUNTED_LATER)
    """Cases charged to several holders, this agency among them."""
    weeks: tuple[Week, ...] | None = field(default=None, metadata=COUNTED_LATER)
    months: tuple[DueMonth, ...] | None = field(default=None, metadata=COUNTED_LATER)
    """For the agency's own page, never ranked (method, section 10)."""
    backlog: Backlog | None = field(default=None, metadata=COUNTED_LATER)
    refused_share: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    mean_late_days: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """Of the cases decided late."""
    late_seconds: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """From due to decided, in all; of a shared case the part that is charged."""
    gross_share: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """On time among due, had no pause counted."""
    pauses: Pauses | None = field(default=None, metadata=COUNTED_LATER)
    waiting: Waiting | None = field(default=None, metadata=COUNTED_LATER)
    pile_up: PileUp | None = field(default=None, metadata=COUNTED_LATER)
    split: int | None = field(default=None, metadata=COUNTED_LATER)
    """Dossiers due beyond the first of one resident, service and day: effectively they are one."""


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
    secondary: tuple[PackScore, ...] | None = field(default=None, metadata=COUNTED_LATER)
    """The same agency on official score sheets."""
    about: tuple[About, ...] | None = field(default=None, metadata=COUNTED_LATER)
    """Why people were dissatisfied, most first; None where too few answered to show any figure."""
    origins: tuple[Origin, ...] = field(default=(), metadata=COUNTED_LATER)
    """Of which offices it is the heir, the earliest first."""

    def name(self, language: str) -> str:
        return self.name_vi if language == "vi" else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of a peer group on one indicator: how many are ranked, and the value their sets rest
    on. A group falls into several parts only where their services have too little in common; the
    first part holds whatever is not comparable, too.
    """

    name: str
    total: int
    ranked: int
    critical_value: Decimal | None
    rho: Decimal | None = None
    """How alike cases due in one week are; None where residents are counted."""
    part: int = field(default=1, metadata=COUNTED_LATER)
    mean: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """The raw share over all answers of the part."""
    rates: tuple[Rate, ...] | None = field(default=None, metadata=COUNTED_LATER)
    agreement: Decimal | None = field(default=None, metadata=COUNTED_LATER)
    """Spearman's correlation of the adjusted shares with those of the two-way fit."""
    uses_two_way: bool | None = field(default=None, metadata=COUNTED_LATER)
    """The two disagreed: the shares are those of the two-way fit."""
    funnel: Funnel | None = field(default=None, metadata=COUNTED_LATER)
    pools: tuple[Pool, ...] | None = field(default=None, metadata=COUNTED_LATER)
    """Those too small to be shown, by parent unit; in the first part only."""


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
    """Voices counted in all, pools among them; None in earlier editions where that would have
    revealed a suppressed agency's.
    """
    suppressed: int
    """Agencies with too few answers to show any."""
    quarantined: int = 0
    """Answers set aside and still under review."""
    excluded: int = 0
    """Answers left out by two persons, with a reason."""
    left_out: int = field(default=0, metadata=COUNTED_LATER)
    """Agencies whose few answers count nowhere, not even in a pool."""
    exclusions: tuple[str, ...] = field(default=(), metadata=COUNTED_LATER)
    """Reason codes of the exclusions, with their number: `burst:41`."""
    kept_as_before: int = field(default=0, metadata=COUNTED_LATER)
    """Agencies whose counts stand as in the edition this one corrects: the change was of so few
    residents that it would have told what they answered.
    """


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
    packs: tuple[PackFacts, ...] = field(default=(), metadata=COUNTED_LATER)
    """The official score sheets `Agency.secondary` speaks of."""
    life: Life = field(default_factory=Life, metadata=COUNTED_LATER)
    """What happened around it: commitment, objections, replies, plans, changes."""

    @property
    def peer_groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(group.name for group in self.satisfaction.groups))
