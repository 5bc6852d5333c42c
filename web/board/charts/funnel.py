"""One agency among its peers: shares by the number of residents, inside limits that narrow.

The limits allow for real differences between agencies (method, section 7); for the agency's own
page only.
"""

from collections.abc import Sequence

import numpy as np

from ranking.frozen.edition_body import Agency
from ranking.frozen.edition_detail import Funnel
from ranking.method import elementary, funnel
from web.board.charts import drawing
from web.board.charts.drawing import Drawing, Path, Scale, Words
from web.language import i18n

WIDTH, TOP, BASE, LEFT, RIGHT = 640, 16, 316, 70, 612
STEPS = 48

Behind = tuple[Drawing, Scale, Scale]


def backdrop(peers: Sequence[Agency], limits: Funnel, language: str) -> Behind:
    """Peers, centre and limits, the same on the page of each; and the scales they are drawn by."""
    points = [
        (float(of.satisfaction.n or 0), float(of.satisfaction.raw or 0))
        for of in peers
        if of.satisfaction.raw is not None and of.satisfaction.n
    ]
    most = max(n for n, _ in points)
    least = min(n for n, _ in points)
    across = Scale(_log(least * 0.9), _log(most * 1.1), LEFT, RIGHT)
    centre, tau2 = float(limits.centre), float(limits.tau2)
    steps = np.arange(STEPS + 1) / STEPS
    sizes = elementary.exp(across.low + (across.high - across.low) * steps).tolist()
    curves = {
        kind: [funnel.share_limits(centre, n, z=z, tau2=tau2) for n in sizes]
        for kind, z in (("limit", funnel.WARNING), ("limit far", funnel.ALARM))
    }
    lowest = min([share for _, share in points] + [low for low, _ in curves["limit far"]])
    scale = drawing.share_scale([lowest], BASE, TOP)
    grid, words = drawing.upright(scale, LEFT, RIGHT, language)
    at = (LEFT + (RIGHT - LEFT) * steps).tolist()
    paths = [grid, Path("centre", f"M{LEFT} {scale.at(centre)}H{RIGHT}")]
    for kind, limit in curves.items():
        for side in (0, 1):
            curve = [(x, scale.at(ends[side])) for x, ends in zip(at, limit, strict=True)]
            paths.append(Path(kind, drawing.line(curve)))
    logs = elementary.log(np.array([n for n, _ in points])).tolist()
    dots = "".join(
        drawing.dot(across.at(log), scale.at(share))
        for log, (_, share) in zip(logs, points, strict=True)
    )
    paths.append(Path("point peer", dots))
    words += [
        Words(across.at(_log(n)), BASE + 32, i18n.localise_number(n, language))
        for n in (30, 100, 300, 1000, 3000, 10000, 30000, 100000)
        if least * 0.9 <= n <= most * 1.1
    ]
    return Drawing(WIDTH, BASE + 40, tuple(paths), tuple(words)), across, scale


def of_one(behind: Behind, agency: Agency) -> Drawing:
    """The same with one agency put forward."""
    drawn, across, scale = behind
    said = agency.satisfaction
    x, y = across.at(_log(said.n or 1)), scale.at(float(said.raw or 0))
    mine = Path("point mine", drawing.dot(x, y))
    return Drawing(drawn.width, drawn.height, (*drawn.paths, mine), drawn.words)


def _log(n: float) -> float:
    return elementary.one(elementary.log, n)
