"""Charts for pages of staff: bars of counts, and where a share stands and may end up."""

from collections.abc import Sequence

from web.board.charts.drawing import Drawing, Path, Scale, Words
from web.language import i18n

WIDTH, TOP, BASE = 640, 28, 200
GAP = 0.18  # of the place a bar has


def bars(counts: Sequence[int], labels: Sequence[str], language: str) -> Drawing:
    """A bar for each count with its number above and its label below."""
    scale = Scale(0, max(*counts, 1), BASE, TOP)
    room = WIDTH / len(counts)
    paths, words = [], []
    for place, (count, label) in enumerate(zip(counts, labels, strict=True)):
        left, right = round(room * (place + GAP), 1), round(room * (place + 1 - GAP), 1)
        top, middle = scale.at(count), round(room * (place + 0.5), 1)
        if count:
            paths.append(f"M{left} {BASE}V{top}H{right}V{BASE}Z")
        words += [
            Words(middle, top - 8, i18n.localise_number(count, language), "count"),
            Words(middle, BASE + 24, label),
        ]
    axis = Path("axis", f"M0 {BASE}H{WIDTH}")
    return Drawing(WIDTH, BASE + 34, (Path("bar", "".join(paths)), axis), tuple(words))


def outlook(now: float | None, expected: float, low: float, high: float, language: str) -> Drawing:
    """On a line from 0 to 100 %: the range of a forecast, its middle, and the share now."""
    scale = Scale(0, 1, 24, WIDTH - 24)
    middle = 44
    tenths = [place / 4 for place in range(5)]
    axis = "".join(f"M{scale.at(share)} {middle + 14}v8" for share in tenths)
    paths = [
        Path("axis", f"M{scale.at(0)} {middle + 18}H{scale.at(1)}{axis}"),
        Path("range", f"M{scale.at(low)} {middle}H{scale.at(high)}"),
        Path("expected", f"M{scale.at(expected)} {middle - 12}V{middle + 12}"),
    ]
    if now is not None:
        x = scale.at(now)
        paths.append(Path("now", f"M{x} {middle - 16}l-7 -12h14Z"))
    words = [
        Words(scale.at(share), middle + 42, i18n.localise_percent(share, language, digits=0))
        for share in tenths
    ]
    return Drawing(WIDTH, middle + 52, tuple(paths), tuple(words))
