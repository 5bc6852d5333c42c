"""What every page of staff shares: who it is for, and where they may go from there."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback.actors import Staff
from feedback.permissions import KEEP_CALENDARS
from sla import charter, warnings
from sla.warnings import CalendarEnding, Undecided
from web.drawing import rendering
from web.guarding import access
from web.language.i18n import mark

SECTIONS = {
    "inbox": mark("Cases"),
    "head": mark("Workload"),
    "opinions": mark("Residents’ opinions"),
    "corrections": mark("Corrections"),
    "routing": mark("Finding whose it is"),
    "held": mark("Held for a look"),
    "handed-over": mark("Handed over"),
    "answer-templates": mark("Answer templates"),
    "apologies": mark("Apologies"),
    "reviews": mark("Answers set aside"),
    "spot-checks": mark("Spot checks"),
    "publishing": mark("Editions"),
    "objections": mark("Objections"),
    "my-plans": mark("Improvement plans"),
    "admin/calendars": mark("Calendars"),
    "webhooks": mark("Calls to agencies' systems"),
    "admin": mark("Administration"),
    "work-mail": mark("Reminders"),
    "poster": mark("Poster for the counter"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands above the pages of whoever keeps the calendars; one name beside a page's own."""

    endings: tuple[CalendarEnding, ...]
    undecided: tuple[Undecided, ...]
    is_whole: bool
    """Whether the days are told one by one, as on the pages they matter to most."""


WHOLE = frozenset({"inbox", "admin/calendars"})


async def page(
    request: Request, template: str, *, section: str, status: int = 200, **values: Any
) -> Response:
    """A page inside the staff's own frame; `section` is the entry of the navigation it is in."""
    me: Staff = request.state.actor
    known = await charter.current()
    at = request.app.state.clock()
    keeps = me.role in KEEP_CALENDARS
    return rendering.page(
        request,
        template,
        status=status,
        me=me,
        my_agency=known.agency_of_id(me.agency_id) if me.agency_id is not None else None,
        sections={path: words for path, words in SECTIONS.items() if access.may_open(me, path)},
        section=section,
        may_open=partial(access.may_open, me),
        frame=Frame(
            endings=await warnings.calendar_ends_soon(at) if keeps else (),
            undecided=await warnings.undecided_soon(at) if keeps else (),
            is_whole=section in WHOLE,
        ),
        **values,
    )


def see(request: Request, path: str, *segments: object, **query: object) -> Response:
    """On to another page after something was done."""
    language = rendering.language_of(request)
    return RedirectResponse(rendering.url(language, path, *segments, **query), 303)
