"""What stands behind an agency's satisfaction in an edition: mix, margins, doubts, silence.

Shares and z are rounded half up to 9 decimals. Counts of residents under five are not here:
they were merged or left out before anything was computed (see `strata`), so that whoever has the
files has all that the figures were made from.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ranking.frozen.edition_json import COUNTED_LATER
from ranking.method.bands import Band
from ranking.method.movement import Arrow
from ranking.method.spread import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """What residents said of one kind of service: n of them (weights 1/m), x of those satisfied.

    `category`, `channel` and `applicant` (a person, a business, or nobody knows) name the stratum
    within a peer group.
    """

    category: str
    channel: str
    n: Fraction
    x: Fraction
    applicant: str = field(default="", metadata=COUNTED_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How usual satisfaction is with one kind of service in a part of a peer group."""

    category: str
    channel: str
    n: Decimal
    share: Decimal
    is_shrunken: bool
    """Under thirty residents: pulled towards the category's rate."""
    applicant: str = field(default="", metadata=COUNTED_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The answers about agencies too small to be shown, together: at least two of five or more."""

    parent: str
    """Code of the unit above them; "" where there is none."""
    agencies: int
    n: int
    x: Fraction
    strata: tuple[Stratum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The funnel of one peer group (method, section 7), on the raw shares of those shown.

    Limits at n residents: sin2(asin sqrt(centre) -/+ z sqrt(1/(4n) + tau2)), z 1.96 and 3.09
    (`funnel.share_limits`).
    """

    centre: Decimal
    phi: Decimal
    tau2: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """How far one agency lies from its group's centre, plain and allowing for real differences."""

    z: Decimal
    adjusted_z: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The change of the agency's own share against the period before, and what chance allows."""

    change: Decimal
    low: Decimal
    high: Decimal
    p_value: str
    arrow: Arrow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Answers set aside, and what the result is with them counted.

    `held` are under review, `excluded` were left out by two persons, `released` were looked at
    and count. With a share and a band only where at least five residents make the difference.
    """

    held: int
    excluded: int
    released: int
    n_with: int | None = None
    x_with: Fraction | None = None
    share_with: Decimal | None = None
    """As `Score.share`, adjusted by the same amount."""
    band_with: Band | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragility:
    """How thin the margin to the target is, on the raw counts (method, section 13)."""

    fives_needed: int | None
    """Further satisfied residents needed to reach the target; 0: it is reached."""
    ones_to_lose: int | None
    """Further dissatisfied residents that would lose it; 0: it is not reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The result without some answers; `without` is one of those of `answers.WITHOUT`."""

    without: str
    n: int
    x: Fraction
    share: Decimal
    band: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Of so many residents of one day each, this many sources answered."""

    residents: int
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the answers given in the period spread over devices, or networks, counted day by day.

    `effective` is exp(entropy): so many equally busy sources would look the same. Answers given at
    the counter are not in here. Which sources they were nobody knows.
    """

    kind: SourceKind
    residents: int
    sources: int
    top_share: Decimal
    hhi: Decimal
    effective: Decimal
    crowds: tuple[Crowd, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """Results given in a window, void ones too, and how many of them did not hold.

    `came_back` is any of reopened, appealed and again; `unsolved` are those whose resident said
    "not solved" when rating, None where so few did that it would tell who.
    """

    given: int = 0
    reopened: int = 0
    appealed: int = 0
    again: int = 0
    came_back: int = 0
    unsolved: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """How much commoner something is among those who answered than among all closed cases.

    `trait` is `on_time`, `refused`, `online` or `repeat`; `gap` in shares, positive if answers
    over-represent it. Flagged above 10 points.
    """

    trait: str
    rated_with: int
    closed_with: int
    gap: Decimal
    is_flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCell:
    """Closed cases of one outcome, timeliness and channel: how many, rated, satisfied."""

    outcome: str
    on_time: bool
    channel: str
    closed: int
    rated: int
    satisfied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """Who answered: gaps by trait, and where one is flagged the post-stratified share.

    Counts of closed cases, not of residents. `cells` are given where the share is.
    """

    closed: int
    rated: int
    gaps: tuple[Gap, ...]
    share: Decimal | None = None
    effective_n: Decimal | None = None
    cells: tuple[ResponseCell, ...] = ()

    @property
    def is_flagged(self) -> bool:
        return any(gap.is_flagged for gap in self.gaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month for the agency's own page, never ranked: residents, and those satisfied.

    Both None where too few answered in it, or in another month that would tell.
    """

    period: str
    n: int | None
    x: Fraction | None
