"""What all charts are made of: paths and words on a canvas, and the scales to place them by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from markupsafe import Markup

from ranking.method import rounding
from ranking.method.bands import Band
from web.drawing import folding
from web.language import i18n


@dataclass(frozen=True, slots=True)
class Path:
    """Strokes of one kind: `kind` is a class of the stylesheet, `d` as SVG has it."""

    kind: str
    d: str


@dataclass(frozen=True, slots=True)
class Words:
    """A word on the canvas; `kind` says how it is set: start, middle, end, and what it names."""

    x: float
    y: float
    text: str
    kind: str = "middle"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart without its title: the size of its canvas, then back to front what is on it."""

    width: float
    height: float
    paths: tuple[Path, ...]
    words: tuple[Words, ...]

    def marks(self) -> Markup:
        """What stands inside its `svg`, a line each; written here, for an edition has thousands."""
        strokes = [f'<path class="{path.kind}" d="{path.d}"/>\n' for path in self.paths]
        words = [
            f'<text class="{word.kind}" x="{word.x}" y="{round(word.y, 1)}">'
            f"{folding.written(word.text)}</text>\n"
            for word in self.words
        ]
        return Markup("".join(strokes + words))  # noqa: S704 -- numbers, names of ours, escaped text


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values from `low` to `high` lie between two places on the canvas, in tenths of it."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Values beyond the scale are drawn at its end."""
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low or 1)
        return round(self.start + (self.end - self.start) * part, 1)


@lru_cache(maxsize=1 << 14)
def shown(share: Decimal) -> Decimal:
    """A share as it is printed, to a tenth of a point: formatting it rounds no further."""
    return rounding.points(share) / 100


def share_scale(shares: Iterable[float], start: float, end: float) -> Scale:
    """From the tenth under the lowest share to 100 %."""
    lowest = min(shares, default=0.0)
    return Scale(min(0.9, int(lowest * 10 + 1e-9) / 10), 1.0, start, end)


def tenths(scale: Scale) -> list[float]:
    """The shares at which lines are drawn: each tenth, or every other where there are many."""
    first, last = round(scale.low * 10), round(scale.high * 10)
    every = 1 if last - first <= 6 else 2
    return [tenth / 10 for tenth in range(last, first - 1, -every)]


def percent(share: float, language: str) -> str:
    """A label of an axis."""
    return i18n.localise_percent(round(share, 3), language, digits=0)


def upright(scale: Scale, left: float, right: float, language: str) -> tuple[Path, list[Words]]:
    """Lines across the canvas at each tenth of a share, named at the left."""
    lines = [f"M{left} {scale.at(share)}H{right}" for share in tenths(scale)]
    words = [
        Words(left - 6, scale.at(share) + 4, percent(share, language), "end")
        for share in tenths(scale)
    ]
    return Path("grid", "".join(lines)), words


def kind_of(band: Band | None) -> str:
    """The class by which marks of a band are coloured."""
    return band.value if band else "none"


def dot(x: float, y: float) -> str:
    """A stroke of no length, whose round ends are a point."""
    return f"M{x} {y}h0"


def shape(kind: str, x: float, y: float, radius: float) -> str:
    """The point of a band, told apart without its colour as on its label.

    Above points up, below points down, not ranked is a ring, all else a dot.
    """
    r = radius
    if kind == "above":
        return f"M{x} {round(y - r, 1)}l{r} {round(1.8 * r, 1)}h{-2 * r}z"
    if kind == "below":
        return f"M{x} {round(y + r, 1)}l{r} {round(-1.8 * r, 1)}h{-2 * r}z"
    r = round(r * (0.8 if kind == "none" else 0.9), 1)
    return f"M{round(x - r, 1)} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"


def line(points: Sequence[tuple[float, float]]) -> str:
    """Straight from one point to the next."""
    return "".join(f"{'L' if i else 'M'}{x} {y}" for i, (x, y) in enumerate(points))
