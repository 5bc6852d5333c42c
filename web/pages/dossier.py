"""One dossier, for the staff of the agency that holds it and those who see all."""

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import dossier_story
from feedback.corrections import Done
from feedback.dossier_story import DossierFile
from sla import charter
from sla.charter import Charter
from sla.promise_events import Corrected, Extended, PromiseEvent, Transferred, kind_of
from web.drawing import rendering
from web.language import i18n
from web.language.i18n import mark
from web.pages import explained, staff
from web.pages.case_story import ASKED, DECIDED, Entry

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

EVENTS = {
    "started": mark("Dossier received"),
    "paused": mark("The clock was stopped"),
    "resumed": mark("The clock went on"),
    "transferred": mark("Handed over to another office"),
    "extended": mark("The office apologised and told a new date"),
    "finished": mark("The result was ready"),
    "refused": mark("Turned down"),
    "withdrawn": mark("Withdrawn by the resident"),
    "reopened": mark("Taken up again"),
    "corrected": mark("The end was corrected"),
}
SET_ASIDE = mark("This makes no sense at its place, so the clock does not heed it.")


@router.get("/dossiers/{code:path}")
async def opened(code: str, request: Request) -> Response:
    """Its story, its clock with the way to it, its pauses, holders and corrections."""
    language, zone = rendering.language_of(request), request.app.state.settings.timezone
    found = await dossier_story.opened(request.state.actor, code, at=request.app.state.clock())
    known = await charter.current()
    told = [*_events(found, known, language, zone), *_corrected(found, language)]
    return await staff.page(
        request,
        "dossiers/one.html",
        section="corrections",
        dossier=found,
        lines=list(explained.lines(found.clock.steps, language, found.clock.standing)),
        story=sorted(told, key=lambda entry: entry.at),
    )


def _events(found: DossierFile, known: Charter, language: str, zone: str) -> Iterator[Entry]:
    words = i18n.translator(language)
    for event in found.events:
        aside = event in found.clock.standing.set_aside
        yield Entry(
            at=event.at,
            title=f"{words.gettext(EVENTS[kind_of(event)])}{_more(event, known, language, zone)}",
            by="",
            text=str(getattr(event, "reason", "")),
            more=(words.gettext(SET_ASIDE),) if aside else (),
        )


def _more(event: PromiseEvent, known: Charter, language: str, zone: str) -> str:
    if isinstance(event, Transferred) and event.to in known.agencies:
        return f": {known.agencies[event.to].name(language)}"
    until = event.until if isinstance(event, Extended) else None
    until = event.ended_at if isinstance(event, Corrected) else until
    return f": {i18n.localise_datetime(until, language, zone, style='long')}" if until else ""


def _corrected(found: DossierFile, language: str) -> Iterator[Entry]:
    words = i18n.translator(language)
    for one in found.corrections:
        waiting = one.waiting if isinstance(one, Done) else one
        asked = waiting.request
        yield Entry(asked.requested_at, words.gettext(ASKED), waiting.asked_by, asked.reason)
        if isinstance(one, Done):
            title = words.gettext(DECIDED[one.decided.is_approved])
            yield Entry(one.decided.decided_at, title, one.decided_by, one.decided.answer)
