"""How long people waited: the share still without a decision, day by day (Kaplan-Meier)."""

from ranking.frozen.edition_cases import Waiting
from web.board.charts import drawing
from web.board.charts.drawing import Drawing, Path, Scale, Words
from web.language import i18n

WIDTH, TOP, BASE, LEFT, RIGHT = 640, 16, 236, 70, 612
MARKS = (7, 14, 30, 60, 90, 180, 365)


def curve(of: Waiting) -> list[tuple[int, float]]:
    """(day, share undecided after it) from (0, 1); every other end leaves those at risk only."""
    steps, undecided = [(0, 1.0)], 1.0
    for day in of.days:
        undecided *= 1 - day.decided / day.at_risk
        steps.append((day.day, undecided))
    return steps


def survival(of: Waiting, language: str) -> Drawing | None:
    """The curve in steps, with half and a tenth marked; None where nothing was decided."""
    steps = curve(of)
    if len(steps) < 2:
        return None
    last = steps[-1][0]
    across = Scale(0, last, LEFT, RIGHT)
    scale = Scale(0, 1, BASE, TOP)
    grid, words = drawing.upright(scale, LEFT, RIGHT, language)
    d = f"M{LEFT} {scale.at(1)}" + "".join(
        f"H{across.at(day)}V{scale.at(share)}" for day, share in steps[1:]
    )
    halves = "".join(
        f"M{LEFT} {scale.at(share)}H{across.at(day)}V{BASE}"
        for share, day in ((0.5, of.median_days), (0.1, of.p90_days))
        if day is not None
    )
    days = sorted({0, last, *(mark for mark in MARKS if mark < last * 0.93)})
    words += [Words(across.at(day), BASE + 32, i18n.localise_number(day, language)) for day in days]
    paths = grid, Path("target", halves), Path("curve", d)
    return Drawing(WIDTH, BASE + 40, tuple(path for path in paths if path.d), tuple(words))
