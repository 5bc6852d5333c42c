"""Where something goes that is no feedback: whom to call, who receives it. Nothing is stored."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback.channels import Channels
from feedback.texts.legal_router import Channel
from web.drawing.rendering import page
from web.errors import NoSuchPage

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

# The page of each: asked for in plain words on the first page of the form.
PAGES = {
    Channel.EMERGENCY.value: Channel.EMERGENCY,
    Channel.DENUNCIATION.value: Channel.DENUNCIATION,
    Channel.STATUTORY_COMPLAINT.value: Channel.STATUTORY_COMPLAINT,
}


@router.get("/complaints/elsewhere/{channel}")
async def elsewhere(request: Request, channel: str) -> Response:
    """Who takes it, with the source of each; the page of an emergency is its numbers."""
    if channel not in PAGES:
        raise NoSuchPage
    known: Channels = request.app.state.channels
    receivers = known.of(PAGES[channel])
    told = receivers or known.hotlines
    return page(
        request,
        f"complaints/{channel}.html",
        receivers=receivers,
        hotlines=known.hotlines,
        sources=list(dict.fromkeys(one.source for one in told)),
    )
