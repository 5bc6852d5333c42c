"""The whole distribution of answers from 1 to 5, and how far those who answered are like all."""

from collections.abc import Sequence

from ranking.frozen.edition_detail import Gap
from web.board.charts.drawing import Drawing, Path, Scale, Words
from web.language import i18n

WIDTH, LEFT, RIGHT, STEP, NAMED_STEP = 640, 34, 540, 34, 54
KINDS = ("one", "two", "three", "four", "five")


def levels(counts: Sequence[int | None], language: str) -> Drawing | None:
    """A bar for each level, 5 on top; None where all are too few to be shown."""
    known = [count for count in counts if count is not None]
    total = sum(known)
    if not total:
        return None
    scale = Scale(0, max(known), LEFT, RIGHT)
    paths, words = [], []
    for row, level in enumerate(range(len(counts), 0, -1)):
        top, count = STEP * row + 4, counts[level - 1]
        words.append(Words(LEFT - 10, top + 19, str(level), "end"))
        if count:
            paths.append(
                Path(f"fill {KINDS[level - 1]}", f"M{LEFT} {top}H{scale.at(count)}v26H{LEFT}z")
            )
        x = scale.at(count or 0) + 8
        said = "–" if count is None else i18n.localise_number(count, language)
        words.append(Words(x, top + 19, said, "start"))
    return Drawing(WIDTH, STEP * len(counts) + 4, tuple(paths), tuple(words))


def gaps(of: Sequence[Gap], flag: float, names: Sequence[str]) -> Drawing:
    """Bars left and right of the middle: how much commoner each trait is among those who answered.

    Dashed lines stand at `flag` on both sides, named in points; beyond twice that a bar is cut.
    """
    middle = WIDTH / 2
    scale = Scale(-2 * flag, 2 * flag, 10, WIDTH - 10)
    base = NAMED_STEP * len(of) + 4
    words, fine, flagged = [], "", ""
    for row, (gap, name) in enumerate(zip(of, names, strict=True)):
        top = NAMED_STEP * row + 30
        words.append(Words(10, top - 10, name, "start"))
        bar = f"M{middle} {top}H{scale.at(float(gap.gap))}v18H{middle}z"
        fine, flagged = (fine, flagged + bar) if gap.is_flagged else (fine + bar, flagged)
    limits = "".join(
        f"M{scale.at(side)} {NAMED_STEP * row + 30}v18"
        for row in range(len(of))
        for side in (-flag, flag)
    )
    named = ((-flag, "−"), (0.0, ""), (flag, "+"))
    words += [
        Words(scale.at(side), base + 22, f"{sign}{abs(round(side * 100))}") for side, sign in named
    ]
    paths = (
        Path("grid", f"M{middle} 0V{base}"),
        Path("target", limits),
        Path("fill fine", fine),
        Path("fill late", flagged),
    )
    return Drawing(WIDTH, base + 30, tuple(path for path in paths if path.d), tuple(words))
