"""The histogram of observed shares around the target: whether results crowd just over it."""

from ranking.method.cliff import Cliff
from web.board.charts.drawing import Drawing, Path, Scale, Words
from web.language import i18n

WIDTH, TOP, BASE, LEFT, RIGHT = 640, 16, 236, 70, 612


def histogram(of: Cliff, language: str) -> Drawing:
    """A bar for each half point, filled from the target on; what lies further off is left out."""
    scale = Scale(0, max(*of.bars, 2), BASE, TOP)
    step = (RIGHT - LEFT) / len(of.bars)
    middle = len(of.bars) // 2

    def bar(i: int) -> str:
        x, top = round(LEFT + step * (i + 0.08), 1), scale.at(of.bars[i])
        return f"M{x} {BASE}V{top}h{round(step * 0.84, 1)}V{BASE}z" if of.bars[i] else ""

    under = "".join(bar(i) for i in range(middle))
    over = "".join(bar(i) for i in range(middle, len(of.bars)))
    marks = sorted({0, round(scale.high / 2), int(scale.high)})
    words = [
        Words(LEFT - 6, scale.at(mark) + 4, i18n.localise_number(mark, language), "end")
        for mark in marks
    ]
    edges = (*of.edges, of.edges[-1] + (of.edges[1] - of.edges[0]))
    words += [
        Words(
            round(LEFT + step * i, 1),
            BASE + 32,
            i18n.localise_percent(float(edge), language, digits=0),
        )
        for i, edge in enumerate(edges)
        if i % 4 == 2
    ]
    centre = round(LEFT + step * middle, 1)
    paths = (
        Path("grid", "".join(f"M{LEFT} {scale.at(mark)}H{RIGHT}" for mark in marks)),
        Path("fill late", under),
        Path("fill kept", over),
        Path("target", f"M{centre} {TOP}V{BASE}"),
    )
    return Drawing(WIDTH, BASE + 40, tuple(path for path in paths if path.d), tuple(words))
