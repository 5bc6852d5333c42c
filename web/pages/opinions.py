"""What residents said of an agency, in batches: how many are satisfied, why not, in words."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback.errors import RoleMayNot, UnknownAgency
from feedback.office import ratings_seen, workload
from sla import charter
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.pages import head, staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

SHOWN = timedelta(days=366)
RECENT = timedelta(days=90)
AT_ONCE = 13
"""Batches shown without asking: a quarter of weeks."""


@router.get("/opinions")
async def shown(request: Request) -> Response:
    """The batches released about one agency: one's own, for who sees all the one chosen."""
    state, by = request.app.state, request.state.actor
    at, language = state.clock(), rendering.language_of(request)
    known = await charter.current()
    try:
        agency = workload.own_or_asked(by, request.query_params.get("agency", ""), known)
    except (UnknownAgency, RoleMayNot):
        raise NoSuchPage from None
    choices = head.chosen_from(by, known.open_agencies(on=state.today()), language)
    form = Form({"agency": agency.code if agency else ""})
    if agency is None:
        return await staff.page(
            request, "opinions/choose.html", section="opinions", form=form, agencies=choices
        )
    since = at - SHOWN
    return await staff.page(
        request,
        "opinions/opinions.html",
        section="opinions",
        form=form,
        agencies=choices,
        agency=agency,
        seen=await ratings_seen.seen(agency.id, since=since),
        said=await ratings_seen.said(agency.id, since=since),
        complained=await ratings_seen.complained_of(agency.id, since=at - RECENT),
        next_at=ratings_seen.next_monday(at, state.settings.zone),
        fewest=ratings_seen.K,
        recent=AT_ONCE,
        day_of=partial(_day, state.settings.zone),
    )


def _day(zone: ZoneInfo, moment: datetime, *, until: bool = False) -> date:
    """The local day of a moment; with `until` the last one before it."""
    return (moment - timedelta(microseconds=1) if until else moment).astimezone(zone).date()
