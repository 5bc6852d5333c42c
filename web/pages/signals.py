"""What in an edition asks for somebody to look, for publishers and auditors."""

from dataclasses import dataclass
from decimal import Decimal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ranking.doubts import spot_drawing
from ranking.figures import quality, signals
from ranking.figures.signals import Sign, Signal
from ranking.frozen.edition_body import Agency
from ranking.life import editions
from web.board.charts import cliff
from web.drawing import rendering
from web.language import i18n
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

# What the figures of a sign say, and what follows from it; shares are told as such.
FIGURES = {
    Sign.INVITATIONS_MISSING: mark("%(part)s invitations for %(whole)s closed cases"),
    Sign.CONTACTS_REUSED: mark(
        "%(part)s of %(whole)s cases have a contact of more than five people"
    ),
    Sign.DEVICES: mark("%(whole)s residents from effectively %(part)s devices of a day"),
    Sign.LOW_TWICE: mark("%(part)s answered, %(whole)s in the period before"),
    Sign.HELD: mark("%(part)s of %(whole)s answers are under review"),
    Sign.SENSITIVE: mark("Without its busiest day, devices or counter it would be in another band"),
    Sign.CLIFF: mark(
        "%(part)s dissatisfied residents more, beside %(whole)s, would lose the target"
    ),
    Sign.PILE_UP: mark(
        "%(part)s of %(whole)s cases of the last three days were closed on the last"
    ),
    Sign.PAUSES: mark("%(part)s on time without pauses, %(whole)s with them"),
    Sign.SPLIT: mark("%(part)s of %(whole)s dossiers due"),
}
SHARES = frozenset({Sign.LOW_TWICE, Sign.PAUSES})
FOLLOWS = {
    Sign.INVITATIONS_MISSING: mark("Not ranked"),
    Sign.CONTACTS_REUSED: mark("Not ranked"),
    Sign.DEVICES: mark("Crowded days are set aside for two persons"),
    Sign.LOW_TWICE: mark("The response rate stands in the headline"),
    Sign.HELD: mark("Not ranked until it is settled"),
    Sign.SENSITIVE: mark("Marked as sensitive"),
    Sign.CLIFF: mark("Proposed for an audit"),
    Sign.PILE_UP: mark("Audit 30 cases"),
    Sign.PAUSES: mark("Marked on the board"),
    Sign.SPLIT: mark("Count as one for range and place"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sign in words."""

    sign: Sign
    agency: Agency
    figure: str
    follows: str


@router.get("/publishing/{edition}/signals")
async def read(edition: str, request: Request) -> Response:
    """The signs of one edition, drafted or published."""
    found = await editions.read(edition)
    language = rendering.language_of(request)
    known = quality.quality(found)
    return await staff.page(
        request,
        "publishing/signals.html",
        section="publishing",
        edition=found,
        target=found.config.target,
        lines=[_line(signal, language) for signal in signals.signals(found)],
        quality=known,
        histogram=cliff.histogram(known.cliff, language),
        checked=await spot_drawing.of_edition(found),
    )


def _line(signal: Signal, language: str) -> Line:
    words = i18n.translator(language)
    values = {"part": signal.part, "whole": signal.whole}
    told = {name: _told(value, signal.sign, language) for name, value in values.items()}
    figure = words.gettext(FIGURES[signal.sign]) % told
    return Line(signal.sign, signal.agency, figure, words.gettext(FOLLOWS[signal.sign]))


def _told(value: Decimal | int | None, sign: Sign, language: str) -> str:
    if value is None:
        return "–"
    if sign in SHARES:
        return i18n.localise_percent(value, language)
    is_whole = value == int(value)
    return i18n.localise_number(value, language, digits=0 if is_whole else 1)
