"""The picture a link to an edition or an agency's page is shown with: the page's own figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from ranking.frozen.edition_body import Agency, Edition, Score
from web.board import canvas, front, widget
from web.board.canvas import HEIGHT, WIDTH, Canvas, Colour, Point, font, lines
from web.board.charts import shown
from web.board.front import Front
from web.language import i18n

NAME = "preview.png"
"""Beside the page it is of."""

PAPER, DARK, INK, SOFT, LINE = "#fbf9f5", "#0b4a46", "#17211f", "#43505a", "#d9ddd9"
FLOWER = "#b3245e"
SIDE, BAR = 64, 104
_SHAPES: dict[str, list[list[Point]]] = {
    "above": [[(6, 1.5), (11.5, 10.5), (0.5, 10.5)]],
    "below": [[(6, 10.5), (0.5, 1.5), (11.5, 1.5)]],
    "undetermined": [
        [(0, 3), (12, 3), (12, 5), (0, 5)],
        [(0, 7), (12, 7), (12, 9), (0, 9)],
    ],
    "none": [[(1, 5), (11, 5), (11, 7), (1, 7)]],
}


@dataclass(frozen=True, slots=True)
class Painter:
    """Draws all pictures of one edition in one language; what they share is drawn once."""

    edition: Edition
    language: str
    title: str
    sheet: Canvas

    def front(self, of: Front) -> bytes:
        """The edition's: its headline, and how many agencies stand where."""
        made = self.sheet.copy()
        letters = font(62, bold=True)
        for i, line in enumerate(lines(of.headline, letters, WIDTH - 2 * SIDE, 3)):
            made.words((SIDE, 150 + 80 * i), line, letters, INK)
        width = (WIDTH - 2 * SIDE - 3 * 20) / 4
        for i, band in enumerate(front.BANDS):
            left = SIDE + i * (width + 20)
            paper, ink = widget.colours(band)
            made.box((left, 420, left + width, 580), paper if band != "none" else LINE)
            on = paper if band != "none" else LINE
            number = i18n.localise_number(of.bands[band], self.language)
            made.words((left + 24, 424), number, font(72, bold=True), ink, on=on)
            _sign(made, band, (left + 24, 537, 22), ink, on)
            made.words((left + 56, 531), self._word(band), font(23, bold=True), ink, on=on)
        return made.png()

    def agency(self, of: Agency) -> bytes:
        """An agency's: its band, and its share where one is shown, with its interval."""
        made = self.sheet.copy()
        letters = font(58, bold=True)
        for i, line in enumerate(lines(of.name(self.language), letters, WIDTH - 2 * SIDE, 2)):
            made.words((SIDE, 136 + 72 * i), line, letters, INK)
        band = front.band_of(of)
        paper, ink = widget.colours(band)
        word, on = self._word(band), paper if band != "none" else LINE
        made.box((SIDE, 304, SIDE + 100 + canvas.length(word, font(36, bold=True)), 372), on)
        _sign(made, band, (SIDE + 22, 321, 34), ink, on)
        made.words((SIDE + 72, 312), word, font(36, bold=True), ink, on=on)
        self._figures(made, of, ink)
        return made.png()

    def _figures(self, made: Canvas, of: Agency, ink: Colour) -> None:
        score, said = of.satisfaction.score, of.satisfaction
        words = i18n.translator(self.language)
        if score.share is None or score.low is None or score.high is None:
            return
        share, low, high = (
            i18n.localise_percent(shown(value), self.language)
            for value in (score.share, score.low, score.high)
        )
        width = made.words((SIDE, 396), share, font(112, bold=True), INK)
        beside = SIDE + width + 36
        made.words((beside, 420), words.gettext("satisfied"), font(36), INK)
        n = i18n.localise_number(said.n or 0, self.language)
        answered = words.gettext("%(n)s residents") % {"n": n}
        made.words((beside, 470), f"{low}–{high} · {answered}", font(30), SOFT)
        goal = self.edition.config.target
        at = _bar(made, score, goal, ink)
        said_goal = i18n.localise_percent(goal, self.language, digits=0)
        made.words((at - 8, 536), said_goal, font(24, bold=True), FLOWER, end=True)

    def _word(self, band: str) -> str:
        return i18n.translator(self.language).gettext(widget.word(band))


def painter(edition: Edition, language: str, title: str, *, demo: bool) -> Painter:
    """What draws the pictures of an edition in a language; `demo`: they say that it is invented."""
    sheet = Canvas(PAPER)
    sheet.box((0, 0, WIDTH, BAR), DARK)
    sheet.words((SIDE, 24), "Hài lòng", font(42, bold=True), "#ffffff", on=DARK)
    told = f"{title} · {i18n.translator(language).gettext('A demonstration city.')}"
    said = told if demo else title
    sheet.words((WIDTH - SIDE, 34), said, font(30), "#ffffff", on=DARK, end=True)
    return Painter(edition, language, title, sheet)


def alt(agency: Agency, title: str, language: str) -> str:
    """What the picture of an agency says, for those who do not see it."""
    band = i18n.translator(language).gettext(widget.word(front.band_of(agency)))
    figures = widget.figures(agency, language)
    return ". ".join(filter(None, (f"{agency.name(language)}: {band}", figures, title)))


def _sign(made: Canvas, band: str, at: tuple[float, float, float], ink: Colour, on: Colour) -> None:
    """The band's shape in a square: its left, top and size."""
    left, top, size = at
    for outline in _SHAPES[band]:
        points = [(left + x * size / 12, top + y * size / 12) for x, y in outline]
        made.shape(points, ink, on=on)


def _bar(made: Canvas, score: Score, target: float, ink: Colour) -> float:
    """The interval against the target, from a half to all, or from nothing where it is lower; where
    the target lies.
    """
    share, low, high = (float(value or 0) for value in (score.share, score.low, score.high))
    start = 0.0 if low < 0.5 else 0.5

    def at(value: float) -> float:
        return SIDE + (WIDTH - 2 * SIDE) * (max(value, start) - start) / (1 - start)

    made.box((SIDE, 575, WIDTH - SIDE, 577), LINE)
    made.box((at(low), 570, at(high), 582), ink)
    made.dot((at(share), 576), 15, ink)
    for top in _dashes(546, 606):
        made.box((at(target) - 1, top, at(target) + 1, top + 7), FLOWER)
    return at(target)


def _dashes(top: int, bottom: int) -> Iterator[int]:
    return iter(range(top, min(bottom, HEIGHT), 12))
