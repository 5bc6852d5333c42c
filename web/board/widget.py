"""What another site may show of an agency: a badge, and a small page for a frame.

Both say the band in word, shape and colour, or that the agency is not ranked. No script, no cookie.
"""

from xml.etree import ElementTree as ET

from ranking.frozen.edition_body import Agency
from web.board import front
from web.board.charts import shown
from web.language import i18n

FOLDER = "widget"
"""Inside a language: the only pages that may stand in another site's frame (`serving`)."""
WIDTH, HEIGHT = 320, 150

_BANDS = {
    "above": ("Above target", "M6 1.5 11.5 10.5H.5z", "#d9efec", "#064540"),
    "below": ("Below target", "M6 10.5.5 1.5h11z", "#fbe9de", "#7d2d08"),
    "undetermined": ("Cannot tell", "M0 3h12v2H0zm0 4h12v2H0z", "#eef0f2", "#43505a"),
    "none": ("Not ranked", "M1 5h10v2H1z", "#ffffff", "#43505a"),
}
_LETTERS = {"font-family": "Be Vietnam Pro, system-ui, sans-serif"}
_LONG = 42


def badge(agency: Agency, period: str, language: str, *, demo: bool) -> bytes:
    """An SVG of 320 by 64, to be shown as a picture; what it says is also its title.

    `demo`: it says that it is invented.
    """
    word, shape, paper, ink = _BANDS[front.band_of(agency)]
    words = i18n.translator(language)
    said = f"{words.gettext(word)} · {period}"
    invented = words.gettext("invented") if demo else ""
    told = " · ".join(filter(None, (figures(agency, language), invented)))
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": "320",
            "height": "64",
            "viewBox": "0 0 320 64",
            "role": "img",
            "aria-labelledby": "t d",
            "lang": language,
        },
    )
    ET.SubElement(root, "title", {"id": "t"}).text = f"{agency.name(language)}: {said}"
    ET.SubElement(root, "desc", {"id": "d"}).text = told or said
    box = {"x": "0.5", "y": "0.5", "width": "319", "height": "63", "rx": "6"}
    ET.SubElement(root, "rect", {**box, "fill": paper, "stroke": ink})
    ET.SubElement(root, "path", {"d": shape, "fill": ink, "transform": "translate(12 25)"})
    name = agency.name(language)
    cut = name if len(name) <= _LONG else f"{name[: _LONG - 1].rstrip()}…"
    _line(root, 18, cut, ink, {"font-size": "12"})
    _line(root, 37, said, ink, {"font-size": "14", "font-weight": "700"})
    _line(root, 55, told or "Hài lòng", ink, {"font-size": "12"})
    written: bytes = ET.tostring(root, encoding="utf-8")
    return written + b"\n"


def word(band: str) -> str:
    """What a band is called, in English; to be translated."""
    return _BANDS[band][0]


def colours(band: str) -> tuple[str, str]:
    """Its paper and its ink."""
    return _BANDS[band][2:]


def _line(root: ET.Element, y: int, text: str, ink: str, look: dict[str, str]) -> None:
    place = {"x": "34", "y": str(y), "fill": ink}
    ET.SubElement(root, "text", {**place, **_LETTERS, **look}).text = text


def figures(agency: Agency, language: str) -> str:
    """93.4% satisfied (92.2%–94.5%), or nothing where none is shown."""
    score = agency.satisfaction.score
    if score.share is None or score.low is None or score.high is None:
        return ""
    share, low, high = (
        i18n.localise_percent(shown(value), language)
        for value in (score.share, score.low, score.high)
    )
    words = i18n.translator(language)
    said = {"share": share, "low": low, "high": high}
    return words.gettext("%(share)s satisfied (%(low)s–%(high)s)") % said
