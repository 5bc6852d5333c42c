"""The first page, and the list of editions."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ranking.life import schedule_watch
from web.drawing.rendering import page
from web.pages import latest
from web.pages.latest import Headline, Unread

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    """What this is, the four ways in, and what the latest edition says."""
    found = await latest.readable(request.app)
    first = found[0] if found else None
    return page(
        request,
        "home/home.html",
        newest=first if isinstance(first, Headline) else None,
        unread=first if isinstance(first, Unread) else None,
        late=[one for one in await _announced(request) if one.days_late],
    )


@router.get("/editions")
@router.get("/editions/")
async def editions(request: Request) -> Response:
    """Every published edition, the latest first; what is announced, and what is late."""
    found = await latest.readable(request.app)
    read = [one for one in found if isinstance(one, Headline)]
    superseded = {one.supersedes: one.name for one in reversed(read) if one.supersedes}
    return page(
        request,
        "home/editions.html",
        found=[(one, isinstance(one, Headline)) for one in found],
        superseded=superseded,
        announced=await _announced(request),
    )


async def _announced(request: Request) -> list[schedule_watch.Announced]:
    state = request.app.state
    return await schedule_watch.announced(state.clock(), state.settings.zone)
