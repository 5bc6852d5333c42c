"""What happened around an edition, as one file and as words: life.json, and the page of changes."""

import itertools
from dataclasses import dataclass
from decimal import Decimal

import orjson

from ranking.frozen import edition_body
from ranking.frozen.edition_body import Agency, Edition
from ranking.life.differing import FIGURES, PRESENCE
from ranking.method.bands import Band
from ranking.method.eligibility import Status
from web.board import front, widget
from web.board.writing import as_json
from web.language import i18n
from web.language.i18n import mark

NAME = "life.json"

TITLES = {
    PRESENCE: mark("Stands in the edition"),
    "peer_group": mark("Peer group"),
    "status": mark("Status"),
    "n": mark("Residents who answered"),
    "share": mark("Satisfied"),
    "low": mark("Lower end of the interval"),
    "high": mark("Upper end of the interval"),
    "band": mark("Band"),
    "place": mark("Place"),
    "due": mark("Promises due"),
    "on_time_share": mark("On time"),
    "on_time_band": mark("On time: band"),
    "on_time_place": mark("On time: place"),
}
GONE = mark("Agency %(code)s, no longer in the edition")
assert set(TITLES) == {PRESENCE, *FIGURES}  # noqa: S101 -- every figure has its words


def files(edition: Edition) -> dict[str, bytes]:
    """life.json: commitment, objections, replies, plans and, for a correction, what moved.

    The figures are those of ranking.csv, so that `verify.py` finds them again in the two folders.
    """
    written = edition_body.to_json(edition.life)
    for name in ("drawings", "checked"):  # they stand in tables of their own
        del written[name]
    if edition.life.seed is None:
        del written["seed"]
    if edition.life.terms:
        written["terms"] = edition.life.terms.to_json()  # of which the digest is
    return {NAME: as_json(orjson.loads(orjson.dumps(written)))}


@dataclass(frozen=True, slots=True)
class Moved:
    """What a correction moved of one agency; None as the agency: it stands no more in the edition.

    `rows`: figure, before and after, in words.
    """

    agency: Agency | None
    name: str
    rows: tuple[tuple[str, str, str], ...]


def moved(edition: Edition, language: str) -> list[Moved]:
    """What the page of changes lists, in the order of the edition.

    A place is told only where the board prints one.
    """
    agencies = {agency.code: agency for agency in edition.agencies}
    words = i18n.translator(language)
    found = []
    for code, changes in itertools.groupby(edition.life.changes, key=lambda of: of.agency):
        agency = agencies.get(code)
        rows = tuple(
            (
                words.gettext(TITLES[of.figure]),
                _told(of.figure, of.before, language),
                _told(of.figure, of.after, language),
            )
            for of in changes
            if _is_printed(of.figure, agency)
        )
        if rows:
            gone = words.gettext(GONE) % {"code": code}
            found.append(Moved(agency, agency.name(language) if agency else gone, rows))
    return found


def _is_printed(figure: str, agency: Agency | None) -> bool:
    if agency is None:
        return True
    if figure == "place":
        return agency.satisfaction.score.place_printed
    return figure != "on_time_place" or agency.punctuality.score.place_printed


def _told(figure: str, value: str | None, language: str) -> str:
    if value is None:
        return "–"
    if figure in _NUMBERS:
        return i18n.localise_number(Decimal(value), language)
    if figure in _SHARES:
        return i18n.localise_percent(Decimal(value), language)
    if figure == "peer_group":
        return front.group_title(value, language)
    return i18n.translator(language).gettext(_WORDS[value])


_SHARES = frozenset({"share", "low", "high", "on_time_share"})
_NUMBERS = frozenset({"n", "place", "due", "on_time_place"})
_WORDS: dict[str, str] = {
    "yes": mark("yes"),
    "no": mark("no"),
    Status.RANKED: mark("Ranked"),
    Status.LISTED_NOT_RANKED: mark("Not ranked"),
    Status.SUPPRESSED: mark("Not shown: too few answers"),
    Status.NO_ANSWERS: mark("No answers"),
    **{band: widget.word(band) for band in Band},
}
"""Of a change that stands in words: whether it is listed, its status, its band."""
