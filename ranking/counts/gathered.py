"""All that an edition's figures follow from, agency by agency: counts, nothing computed yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ranking.counts.cohorts import Cohort
from ranking.counts.tallies import Effective
from ranking.frozen import edition_body
from ranking.frozen.edition_body import Apologies, Before, Corrections
from ranking.frozen.edition_detail import Month, ResponseCell, Returned, Stratum
from ranking.frozen.edition_story import About, Origin
from ranking.method.invitations import Asked
from ranking.method.spread import SourceKind


@dataclass(frozen=True, slots=True)
class Aside:
    """Answers of one agency in quarantine, by where their review stands, and all with them."""

    held: int = 0
    excluded: int = 0
    released: int = 0
    n_with: int | None = None
    x_with: Fraction | None = None


NOTHING_ASIDE = Aside()
NOBODY_ASKED = Asked()
NOTHING_RETURNED = Returned()


@dataclass(frozen=True, slots=True)
class Served:
    """Closed cases of one kind: how many, how many were rated, how many satisfied."""

    cell: ResponseCell
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What is counted of an agency's residents: its voices among those it served, in a window.

    `cells` are the voices by kind of service, every one however small; without any, there is one.
    `without` are (what was left out, residents, satisfied).
    """

    counts: Effective
    served: int
    is_rolling: bool = False
    cells: tuple[Stratum, ...] = ()
    without: tuple[tuple[str, int, Fraction], ...] = ()
    aside: Aside = NOTHING_ASIDE
    months: tuple[Month, ...] = ()
    closed: tuple[Served, ...] = ()
    asked: Asked = NOBODY_ASKED
    returned: Returned = NOTHING_RETURNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was answered in the period before, by itself, and the edition that published it.

    Without an edition it was counted anew, every cell however small.
    """

    counts: Effective = field(default_factory=Effective)
    cells: tuple[Stratum, ...] = ()
    edition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that is known of one agency; `before` is the period before, by itself.

    `earlier` is its line in the edition that this one corrects, `measures` what official score
    sheets ask about it, as shares; `response_before` its response in the period before, published;
    `sources` of how many devices and networks so many residents answered on a day.
    """

    code: str
    name_vi: str
    name_en: str
    level: str
    peer_group: str
    is_new: bool
    answers: Answers
    before: Earlier
    cohort: Cohort
    parent: str = ""
    history: tuple[Before, ...] = ()
    corrections: Corrections = field(default_factory=Corrections)
    apologies: Apologies = field(default_factory=Apologies)
    earlier: "edition_body.Agency | None" = None
    measures: Mapping[str, Fraction] = field(default_factory=dict)
    response_before: Decimal | None = None
    sources: Mapping[SourceKind, Mapping[int, int]] = field(default_factory=dict)
    about: tuple[About, ...] = ()
    origins: tuple[Origin, ...] = ()
    is_settling: bool = False
    """Opened, merged or split within four quarters: no change is told of it yet."""
