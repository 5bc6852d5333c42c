"""What happened around an edition, as one file and as words: life.json, and the page of changes."""

from typing import Any

import orjson

from ranking import edition_body
from ranking.differing import FIGURES, PRESENCE
from ranking.edition_body import Edition
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
assert set(TITLES) == {PRESENCE, *FIGURES}  # noqa: S101 -- every figure has its words


def files(edition: Edition) -> dict[str, bytes]:
    """life.json: commitment, objections, replies, plans and, for a correction, what moved.

    The figures are those of ranking.csv, so that `verify.py` finds them again in the two folders.
    """
    written = edition_body.to_json(edition.life)
    if edition.life.terms:
        written["terms"] = edition.life.terms.to_json()  # of which the digest is
    return {NAME: as_json(orjson.loads(orjson.dumps(written)))}


def moved(edition: Edition, language: str) -> list[tuple[str, str, str, str]]:
    """What the page of changes lists: agency, figure, before and after, in words."""
    words = i18n.translator(language)
    names = {agency.code: agency.name(language) for agency in edition.agencies}
    return [
        (
            names.get(one.agency, one.agency),
            words.gettext(TITLES[one.figure]),
            _shown(one.figure, one.before, language),
            _shown(one.figure, one.after, language),
        )
        for one in edition.life.changes
    ]


_SHARES = frozenset({"share", "low", "high", "on_time_share"})


def _shown(figure: str, value: Any, language: str) -> str:
    if value is None:
        return "–"
    return i18n.localise_percent(float(value), language) if figure in _SHARES else str(value)
