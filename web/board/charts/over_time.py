"""One agency through time: its editions with their intervals, and its weeks within the period."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ranking.frozen.edition_cases import Week
from web.board.charts import drawing
from web.board.charts.drawing import Drawing, Path, Scale, Words
from web.language import i18n

WIDTH, TOP, BASE, LEFT, RIGHT = 640, 30, 236, 70, 612


@dataclass(frozen=True, slots=True)
class Moment:
    """An edition on the way: the quarter as it is named, the share with its interval if any."""

    label: str
    order: int
    """Quarters, or years, since there are any: a step of more than one is a gap."""
    share: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened before the period of that order, in a word."""

    order: int
    word: str


def history(
    moments: Sequence[Moment], target: float, language: str, marks: Sequence[Mark] = ()
) -> Drawing | None:
    """Shares with intervals edition by edition; None with fewer than two.

    Joined by a line only where one period follows the other: a gap breaks it, and so does a change
    of who answers for the work, which is drawn and named.
    """
    known = [of for of in moments if of.share is not None]
    if len(known) < 2:
        return None
    first, last = known[0].order, known[-1].order
    across = Scale(first, last, LEFT + 44, RIGHT - 44)
    scale = drawing.share_scale([float(of.low or of.share or 0) for of in known], BASE, TOP)
    grid, words = drawing.upright(scale, LEFT, RIGHT, language)
    places = [(across.at(of.order), scale.at(float(of.share or 0))) for of in known]
    joined = "".join(
        drawing.line([a, b])
        for a, b, left, right in zip(places, places[1:], known, known[1:], strict=False)
        if right.order - left.order == 1 and not any(of.order == right.order for of in marks)
    )
    ranges = "".join(
        f"M{x} {scale.at(float(of.low or 0))}V{scale.at(float(of.high or 0))}"
        for (x, _), of in zip(places, known, strict=True)
        if of.low is not None
    )
    paths = [grid, Path("target", f"M{LEFT} {scale.at(target)}H{RIGHT}"), Path("joined", joined)]
    paths += [Path("range mine", ranges)]
    paths += [Path("point mine", "".join(drawing.dot(x, y) for x, y in places))]
    drawn = [of for of in marks if first < of.order <= last]
    breaks = [(across.at(of.order - 0.5), of.word) for of in drawn]
    paths += [Path("break", "".join(f"M{x} {TOP}V{BASE}" for x, _ in breaks))]
    words += [Words(x, TOP - 10, word, "middle") for x, word in breaks]
    every = max(1, -(-len(known) // 5))
    named = [
        (x, of.label)
        for i, ((x, _), of) in enumerate(zip(places, known, strict=True))
        if (len(known) - 1 - i) % every == 0
    ]
    words += _named(named)
    return Drawing(WIDTH, BASE + 70, tuple(p for p in paths if p.d), tuple(words))


def _named(moments: Sequence[tuple[float, str]]) -> list[Words]:
    """What stands below each; a year of several quarters once, under the first of them."""
    words, told = [], ""
    for x, label in moments:
        short, _, year = label.partition("/")
        words.append(Words(x, BASE + 32, short))
        if year and year != told:
            words.append(Words(x, BASE + 62, year))
            told = year
    return words


def weeks(of: Sequence[Week], language: str) -> Drawing | None:
    """Bars of what fell due each week, the part kept in time filled; None with fewer than two."""
    if len(of) < 2:
        return None
    most = max(float(week.due) for week in of)
    scale = Scale(0, most, BASE, TOP)
    days = (of[-1].starts_on - of[0].starts_on).days + 7
    step = (RIGHT - LEFT) / (days / 7)

    def bar(week: Week, low: float, high: float) -> str:
        x = round(LEFT + step * (week.starts_on - of[0].starts_on).days / 7 + step * 0.14, 1)
        bottom, top = scale.at(low), scale.at(high)
        return f"M{x} {bottom}V{top}h{round(step * 0.72, 1)}V{bottom}z"

    kept = "".join(bar(week, 0, float(week.met)) for week in of if week.met)
    late = "".join(
        bar(week, float(week.met), float(week.due)) for week in of if week.due > week.met
    )
    marks = sorted({0.0, float(round(most / 2)), float(int(most))})
    lines = "".join(f"M{LEFT} {scale.at(mark)}H{RIGHT}" for mark in marks)
    words = [
        Words(LEFT - 6, scale.at(mark) + 4, i18n.localise_number(int(mark), language), "end")
        for mark in marks
    ]
    every = max(1, -(-len(of) // 5))
    words += [
        Words(
            round(LEFT + step * ((week.starts_on - of[0].starts_on).days / 7 + 0.5), 1),
            BASE + 32,
            i18n.localise_date(week.starts_on, language, style="axis"),
        )
        for week in of[::every]
    ]
    paths = Path("grid", lines), Path("fill kept", kept), Path("fill late", late)
    return Drawing(WIDTH, BASE + 40, tuple(path for path in paths if path.d), tuple(words))
