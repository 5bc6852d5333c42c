"""Who stayed silent? Response rate, worst case, bias meter, post-stratified share.

Sources: Manski (1989) J. Human Resources 24:343-360 for the bounds; Holt & Smith (1979) JRSS-A
142:33-46 for post-stratification; Kish (1965) Survey Sampling for the effective size; the
published method, section 9. Counts are whole residents, so everything up to the last division is
exact.
"""

import functools
import itertools
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ranking import errors

FEWEST = 20
"""Answers under which a cell is collapsed into its neighbour."""
CAP = 5
"""A weight counts at most this many times the median weight."""
FLAG = Fraction(1, 10)
"""The gap, in shares, above which the bias meter is flagged."""


@dataclass(eq=False)
class BadResponse(errors.RankingError):
    """Counts that no invitation round can give: negative, or a part above its whole."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Response:
    """One agency's window: residents with a closed case, residents who rated.

    Missing, bounced and reused contacts stay among the `closed`; they are only counted apart.
    Raises `BadResponse` for a negative count, or parts above `closed`.
    """

    closed: int
    rated: int
    missing: int = 0
    bounced: int = 0
    reused: int = 0

    def __post_init__(self) -> None:
        parts = (self.rated, self.missing, self.bounced, self.reused)
        if min(parts) < 0 or max(parts) > self.closed:
            raise BadResponse("response", (self.closed, *parts))

    @property
    def rate(self) -> Fraction | None:
        """Rated / closed, exactly; None if no case was closed."""
        return Fraction(self.rated, self.closed) if self.closed else None


def worst_case(share: float, rate: float) -> tuple[float, float]:
    """What the share of all could be if the silent were all unhappy, or all happy.

    [r share, r share + 1 - r]. Raises `BadResponse` unless both lie in [0, 1].
    """
    for name, value in (("share", share), ("rate", rate)):
        if not 0 <= value <= 1:
            raise BadResponse(name, value)
    low = rate * share
    return low, min(1.0, low + 1 - rate)


@dataclass(frozen=True, slots=True)
class Gap:
    """How much commoner something is among those who rated than among all closed cases.

    `gap` in shares, positive if over-represented; flagged if above 10 points either way.
    """

    gap: Fraction
    is_flagged: bool


def bias_meter(*, rated_with: int, rated: int, closed_with: int, closed: int) -> Gap | None:
    """The gap for one trait: on time, refused, online, or repeat user. None if nobody rated.

    Exact, so that a gap of exactly 10 points is not flagged. Raises `BadResponse` unless each part
    is within its whole and the raters within the closed cases.
    """
    counts = (rated_with, rated, closed_with, closed)
    silent_with = closed_with - rated_with
    if not (0 <= rated_with <= rated and 0 <= silent_with <= closed - rated):
        raise BadResponse("trait", counts)
    if not rated:
        return None
    gap = Fraction(rated_with, rated) - Fraction(closed_with, closed)
    return Gap(gap, abs(gap) > FLAG)


@dataclass(frozen=True, slots=True)
class Cell:
    """Closed cases of one outcome, timeliness and channel: how many, rated, satisfied.

    Raises `BadResponse` unless 0 <= satisfied <= rated <= closed.
    """

    outcome: str
    on_time: bool
    channel: str
    closed: int
    rated: int
    satisfied: int

    def __post_init__(self) -> None:
        if not 0 <= self.satisfied <= self.rated <= self.closed:
            raise BadResponse("cell", (self.closed, self.rated, self.satisfied))


@dataclass(frozen=True, slots=True)
class PostStratified:
    """The share as if every kind of case had answered alike, and its effective number n*.

    `unheard` counts closed cases of outcomes nobody rated: no weight can speak for them.
    """

    share: float
    effective_n: float
    unheard: int


def post_stratify(
    cells: Iterable[Cell], *, fewest: int = FEWEST, cap: int = CAP
) -> PostStratified | None:
    """Share = sum w y/sum w with w = closed/rated of the cell; n* = (sum w)2/sum w2. None: silent.

    Cells with under `fewest` answers are first collapsed, smallest first, into the nearest of the
    same outcome: one that shares timeliness before one that shares the channel, then the one with
    most answers. The last cell of an outcome stays, however small, if anybody answered. Weights
    above `cap` times the median over answers are cut to it.
    """
    kept, unheard = collapsed(cells, fewest=fewest)
    found = weighed(kept, cap=cap)
    return None if found is None else PostStratified(float(found[0]), float(found[1]), unheard)


def weighed(cells: Iterable[Cell], *, cap: int = CAP) -> tuple[Fraction, Fraction] | None:
    """The share and effective number of cells as they are; None where nobody answered."""
    kept = [cell for cell in cells if cell.rated]
    answers = [(Fraction(cell.closed, cell.rated), cell.rated, cell.satisfied) for cell in kept]
    if not answers:
        return None
    ceiling = cap * _median(answers)
    capped = [(min(weight, ceiling), rated, satisfied) for weight, rated, satisfied in answers]
    total = sum((weight * rated for weight, rated, _ in capped), Fraction())
    squares = sum((weight * weight * rated for weight, rated, _ in capped), Fraction())
    satisfied = sum((weight * some for weight, _, some in capped), Fraction())
    return satisfied / total, total * total / squares


def effective_size(weights: Sequence[float]) -> float | None:
    """Kish: n* = (sum w)2 / sum w2 of unequally weighted answers, exactly; None if all are 0.

    n / n* is the design effect of weighting. Raises `BadResponse` for a negative or NaN weight.
    """
    if not all(0 <= weight < float("inf") for weight in weights):
        raise BadResponse("weights", tuple(weights))
    exact = [Fraction(weight) for weight in weights]
    squares = sum((weight * weight for weight in exact), Fraction())
    return float(sum(exact, Fraction()) ** 2 / squares) if squares else None


def collapsed(cells: Iterable[Cell], *, fewest: int = FEWEST) -> tuple[list[Cell], int]:
    """The cells as `post_stratify` weighs them, and the closed cases of outcomes nobody rated."""
    outcomes: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        outcomes[cell.outcome].append(cell)
    kept: list[Cell] = []
    unheard = 0
    for _, own in sorted(outcomes.items()):
        group = sorted(own, key=_order)
        while len(group) > 1 and group[0].rated < fewest:
            small = group.pop(0)
            near = min(group, key=functools.partial(_distance, small))
            group.remove(near)
            group = sorted([*group, _joined(near, small)], key=_order)
        kept += [cell for cell in group if cell.rated]
        unheard += sum(cell.closed for cell in group if not cell.rated)
    return kept, unheard


def _order(cell: Cell) -> tuple[int, int, int, bool, str]:
    return cell.rated, cell.closed, cell.satisfied, cell.on_time, cell.channel


def _distance(small: Cell, other: Cell) -> tuple[bool, bool, int, str]:
    # Lateness moves satisfaction more than the channel does: it is the last to be given up.
    same_time, same_channel = small.on_time == other.on_time, small.channel == other.channel
    return not same_time, not same_channel, -other.rated, other.channel


def _joined(near: Cell, small: Cell) -> Cell:
    return Cell(
        near.outcome,
        near.on_time,
        near.channel,
        near.closed + small.closed,
        near.rated + small.rated,
        near.satisfied + small.satisfied,
    )


def _median(answers: Sequence[tuple[Fraction, int, int]]) -> Fraction:
    """The median weight over answers, each bearing its cell's weight."""
    ordered = sorted(answers)
    upto = list(itertools.accumulate(rated for _, rated, _ in ordered))
    low, high = (
        ordered[bisect_right(upto, place)][0] for place in ((upto[-1] - 1) // 2, upto[-1] // 2)
    )
    return (low + high) / 2
