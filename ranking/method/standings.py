"""From counts to the ranked table, step by step: what an edition and `hailong rank` both print.

Intervals (section 3 of the method), statuses, printed places and rank sets within each peer group
(5, 10), bands over all ranked agencies together (6). The order of input is irrelevant.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from ranking import errors
from ranking.method import bands, eligibility, intervals, limits, rank_sets, rounding
from ranking.method.bands import Band
from ranking.method.config import Config
from ranking.method.eligibility import Reason, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Effective counts of one agency: n residents, x of them satisfied, both real-valued.

    `group` is the peer group, `part` the part of it that can be compared. Raises `InvalidCounts`;
    a response rate outside [0, 1] or NaN raises `NotANumber`.
    """

    id: str
    n: float
    x: float
    group: str = ""
    part: int = 1
    response_rate: float | None = None
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        intervals.check_counts(self.x, self.n)
        if self.response_rate is not None and not 0 <= self.response_rate <= 1:
            raise errors.NotANumber(self.response_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One agency's line. Figures are unrounded; `share`, `low`, `high` are None for n = 0.

    `band`, `p_value`, `rank` and the set are None unless it is ranked. A suppressed agency's
    figures are here for its parent's line; what may be shown is for `disclosure` to say.
    """

    id: str
    n: float
    x: float
    share: float | None
    low: float | None
    high: float | None
    status: Status
    reason: Reason | None
    band: Band | None = None
    p_value: float | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    place_printed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a peer group: the ranked in order of rank, then the others in order of id."""

    name: str
    critical_value: float | None
    """With which the rank sets were drawn; None if nobody is ranked."""
    rows: tuple[Row, ...]
    part: int = 1

    @property
    def ranked(self) -> int:
        return sum(row.status is Status.RANKED for row in self.rows)


@dataclass(frozen=True, slots=True)
class Table:
    """The peer groups in order of name and part, and what they share."""

    config: Config
    bh_threshold: float | None
    """The largest p that earned a colour; None if none did."""
    groups: tuple[Group, ...]


def rank_table(agencies: Iterable[Counts], config: Config) -> Table:
    """The whole table. Raises `DuplicateAgency`."""
    ordered = sorted(agencies, key=attrgetter("group", "part", "id"))
    _check_unique(ordered)
    groups = [
        _group(name, part, list(members), config)
        for (name, part), members in groupby(ordered, key=attrgetter("group", "part"))
    ]
    threshold, labelled = _labelled(groups, config)
    return Table(config, threshold, labelled)


def competition(values: Sequence[Decimal | float]) -> list[int]:
    """Places from the largest value down, equals sharing the better: 1, 2, 2, 4 (SQL `rank()`)."""
    first: dict[Decimal | float, int] = {}
    for place, value in enumerate(sorted(values, reverse=True), start=1):
        first.setdefault(value, place)
    return [first[value] for value in values]


def _check_unique(agencies: Sequence[Counts]) -> None:
    seen: set[str] = set()
    for agency in agencies:
        if agency.id in seen:
            raise errors.DuplicateAgency(agency.id)
        seen.add(agency.id)


def _group(name: str, part: int, members: Sequence[Counts], config: Config) -> Group:
    rows = [_row(counts, config) for counts in members]
    ranked = [row for row in rows if row.status is Status.RANKED]
    others = [row for row in rows if row.status is not Status.RANKED]
    placed = sorted(_placed(ranked, config), key=attrgetter("rank", "id"))
    critical = rank_sets.critical_value(len(ranked), config.confidence) if ranked else None
    return Group(name, critical, (*placed, *others), part)


def _row(counts: Counts, config: Config) -> Row:
    standing = eligibility.status(
        counts.n, config=config, response_rate=counts.response_rate, reasons=counts.reasons
    )
    interval = intervals.wilson(counts.x, counts.n, confidence=config.confidence)
    return Row(
        id=counts.id,
        n=counts.n,
        x=counts.x,
        share=counts.x / counts.n if counts.n else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        status=standing.status,
        reason=standing.reason,
    )


def _placed(ranked: Sequence[Row], config: Config) -> list[Row]:
    """The printed place and a set around it; it only ever grows to hold the place."""
    sets = rank_sets.simultaneous(
        [row.x for row in ranked], [row.n for row in ranked], config.confidence
    )
    places = competition([rounding.points(row.x / row.n) for row in ranked])
    lows, highs = map(min, sets.low.tolist(), places), map(max, sets.high.tolist(), places)
    widest = _widest(len(ranked), config)
    bounds = zip(ranked, places, lows, highs, strict=True)
    return [
        replace(
            row,
            rank=r,
            rank_low=low,
            rank_high=high,
            place_printed=high - low + 1 <= widest,
        )
        for row, r, low, high in bounds
    ]


def _widest(of: int, config: Config) -> int:
    """Places a set may cover for one to be printed: most of the table says nothing."""
    return math.floor(limits.exactly(config.place_share) * of) if of >= config.place_group else 0


def _labelled(groups: Sequence[Group], config: Config) -> tuple[float | None, tuple[Group, ...]]:
    """Bands by one threshold for the whole table: peer groups share the risk of a wrong label."""
    ranked = [row for group in groups for row in group.rows if row.status is Status.RANKED]
    tails = bands.tails([row.x for row in ranked], [row.n for row in ranked], config.target)
    p_values: list[float] = tails.p_values.tolist()
    threshold = bands.benjamini_hochberg(p_values, config.false_discovery_rate)
    label = {
        row.id: (p, bands.band(p, threshold, is_below=is_below))
        for row, p, is_below in zip(
            ranked, p_values, (tails.below < tails.above).tolist(), strict=True
        )
    }

    def with_band(row: Row) -> Row:
        if row.id not in label:
            return row
        p, band = label[row.id]
        return replace(row, p_value=p, band=band)

    return threshold, tuple(
        replace(group, rows=tuple(with_band(row) for row in group.rows)) for group in groups
    )
