"""Intervals side by side in order of the share, against the target: the whole group at a glance.

Wide screens see them along the width, phones one below the other. Few are named beside their
line; of many the table gives the names. Whoever is not ranked stands apart at the end: few answers
lead to the highest and the lowest shares (method, section 16).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ranking.frozen.edition_body import Score
from web.board.charts import drawing
from web.board.charts.drawing import Drawing, Path, Scale, Words
from web.language import i18n
from web.language.i18n import mark

NAMED_AT_MOST = 40
WIDE, NARROW = 1040, 360
APART = 30
"""Between those ranked and the others, in which it is said."""
RANKED = mark("Ranked, the highest share first")
NOT_RANKED = mark("Not ranked")


@dataclass(frozen=True, slots=True)
class Caterpillar:
    """The same plot for a wide screen and for a phone."""

    count: int
    wide: Drawing
    narrow: Drawing


Lines = Sequence[tuple[str, Score]]


def caterpillar(lines: Lines, target: float, language: str) -> Caterpillar | None:
    """The plot of all lines that have an interval; None where fewer than two have."""
    some = [(name, score) for name, score in lines if score.share is not None]
    if len(some) < 2:
        return None
    ordered = sorted(some, key=_place)
    shares = [float(score.low or 0) for _, score in ordered] + [target]
    if len(ordered) > NAMED_AT_MOST:
        wide = _columns(ordered, shares, target, language)
        narrow = _rows(ordered, shares, target, language, _Rows(NARROW, 5, 18, named=False))
    else:
        wide = _rows(ordered, shares, target, language, _Rows(WIDE, 26, 330))
        narrow = _rows(ordered, shares, target, language, _Rows(NARROW, 40, 18))
    return Caterpillar(len(ordered), wide, narrow)


def _place(line: tuple[str, Score]) -> tuple[bool, float, str]:
    name, score = line
    return score.band is None, -float(score.share or 0), name


def _ranked(ordered: Lines) -> int:
    """How many stand before the gap; all, if there is none."""
    ranked = sum(score.band is not None for _, score in ordered)
    return ranked or len(ordered)


@dataclass(frozen=True, slots=True)
class _Rows:
    """How lines stand one below the other: canvas, height of each, where the scale begins."""

    width: int
    step: int
    left: int
    named: bool = True

    @property
    def names_above(self) -> bool:
        return self.step >= 40


def _rows(ordered: Lines, shares: list[float], target: float, language: str, by: _Rows) -> Drawing:
    scale = drawing.share_scale(shares, by.left, by.width - 24)
    top, ranked = 24, _ranked(ordered)
    apart = APART if ranked < len(ordered) else 0
    base = top + by.step * len(ordered) + apart

    def height(i: int) -> float:
        gap = apart if i >= ranked else 0
        return top + gap + by.step * i + (by.step * 0.7 if by.names_above else by.step / 2)

    words = [
        Words(scale.at(share), base + 20, drawing.percent(share, language))
        for share in drawing.tenths(scale)
    ]
    words.append(Words(scale.at(target), 14, drawing.percent(target, language), "target"))
    if apart:
        said = i18n.translator(language).gettext(NOT_RANKED)
        words.append(Words(4, top + by.step * ranked + APART * 0.7, said, "start apart"))
    if by.named:
        words += [_name(name, height(i), by) for i, (name, _) in enumerate(ordered)]
    grid = "".join(f"M{scale.at(share)} {top}V{base}" for share in drawing.tenths(scale))
    frame = Path("grid", grid), Path("target", f"M{scale.at(target)} 18V{base}")
    marks = _marks(ordered, scale, lambda i, low, high: f"M{low} {height(i)}H{high}", height)
    return Drawing(by.width, base + 28, (*frame, *marks), tuple(words))


def _name(name: str, height: float, by: _Rows) -> Words:
    if by.names_above:
        return Words(by.left, height - 10, _cut(name, 46), "start")
    return Words(by.left - 14, height + 4, _cut(name, 40), "end name")


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _columns(ordered: Lines, shares: list[float], target: float, language: str) -> Drawing:
    top, base, left, right = 16, 336, 52, WIDE - 8
    scale = drawing.share_scale(shares, base, top)
    ranked = _ranked(ordered)
    apart = APART if ranked < len(ordered) else 0
    step = (right - left - 8 - apart) / len(ordered)

    def across(i: int) -> float:
        return round(left + 4 + step * (i + 0.5) + (apart if i >= ranked else 0), 1)

    grid, words = drawing.upright(scale, left, right, language)
    marks = _marks(
        ordered, scale, lambda i, low, high: f"M{across(i)} {low}V{high}", across, upright=True
    )
    frame: tuple[Path, ...] = grid, Path("target", f"M{left} {scale.at(target)}H{right}")
    said = i18n.translator(language).gettext
    words.append(Words(left, base + 20, said(RANKED), "start"))
    if apart:
        middle = left + 4 + step * ranked + apart / 2
        frame = *frame, Path("break", f"M{round(middle, 1)} {top}V{base + 24}")
        words.append(Words(right, base + 20, said(NOT_RANKED), "end apart"))
    return Drawing(WIDE, base + 28, (*frame, *marks), tuple(words))


def _marks(
    ordered: Lines,
    scale: Scale,
    stroke: Callable[[int, float, float], str],
    height: Callable[[int], float],
    *,
    upright: bool = False,
) -> list[Path]:
    ranges: dict[str, list[str]] = defaultdict(list)
    points: dict[str, list[str]] = defaultdict(list)
    is_dense = len(ordered) > NAMED_AT_MOST
    for i, (_, score) in enumerate(ordered):
        kind, share = drawing.kind_of(score.band), scale.at(float(score.share or 0))
        ranges[kind].append(
            stroke(i, scale.at(float(score.low or 0)), scale.at(float(score.high or 0)))
        )
        place = (height(i), share) if upright else (share, height(i))
        points[kind].append(drawing.shape(kind, *place, 3.5 if is_dense else 6))
    dense = " dense" if is_dense else ""
    return [
        Path(f"{what} {kind}{dense}", "".join(strokes))
        for what, by_kind in (("range", ranges), ("shape", points))
        for kind, strokes in sorted(by_kind.items())
    ]
