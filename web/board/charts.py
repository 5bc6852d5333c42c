"""Where the marks of a chart stand. Drawing and words are the templates'."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ranking import rounding
from ranking.bands import Band
from ranking.edition_body import Score

WIDTH = 440
MARGIN = 22
ROW = 40
TOP = 8
AXIS = 34
NAMED_AT_MOST = 60
"""With more agencies than this the lines stand closer and the table alone gives the names."""
CLOSE_ROW = 7


@dataclass(frozen=True, slots=True)
class Mark:
    """One agency's line: its height, and where interval and share lie."""

    name: str
    y: float
    low: float
    high: float
    share: float
    band: Band | None
    words: tuple[Decimal, Decimal, Decimal]
    """Share and both ends as they are printed."""


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    share: Decimal


@dataclass(frozen=True, slots=True)
class Caterpillar:
    """Intervals one below the other, the best share on top, with the target as a line."""

    width: int
    height: float
    base: float
    target: float
    has_names: bool
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]


def shown(share: Decimal) -> Decimal:
    """A share as it is printed, to a tenth of a point: formatting it rounds no further."""
    return rounding.points(share) / 100


def caterpillar(lines: Sequence[tuple[str, Score]], target: float) -> Caterpillar | None:
    """The plot of all lines that have an interval; None where fewer than two have."""
    some = [(name, score) for name, score in lines if score.share is not None]
    if len(some) < 2:
        return None
    ordered = sorted(some, key=lambda line: (-_number(line[1].share), line[0]))
    lowest = min([_number(score.low) for _, score in ordered] + [target])
    start = max(0.0, int(lowest * 10) / 10)
    has_names = len(ordered) <= NAMED_AT_MOST
    step = ROW if has_names else CLOSE_ROW

    def at(share: float) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (share - start) / (1 - start), 1)

    marks = tuple(
        Mark(
            name,
            TOP + step * i + (step * 0.7 if has_names else step / 2),
            at(_number(score.low)),
            at(_number(score.high)),
            at(_number(score.share)),
            score.band,
            (_shown(score.share), _shown(score.low), _shown(score.high)),
        )
        for i, (name, score) in enumerate(ordered)
    )
    base = TOP + step * len(ordered) + 4
    return Caterpillar(WIDTH, base + AXIS, base, at(target), has_names, marks, _ticks(start, at))


def _ticks(start: float, at: Callable[[float], float]) -> tuple[Tick, ...]:
    tenths = range(round(start * 10), 11)
    every = 1 if len(tenths) <= 6 else 2
    return tuple(
        Tick(at(tenth / 10), Decimal(tenth) / 10)
        for tenth in reversed(tenths)
        if (10 - tenth) % every == 0
    )


def _number(share: Decimal | None) -> float:
    return float(share or 0)


def _shown(share: Decimal | None) -> Decimal:
    return shown(share or Decimal(0))
