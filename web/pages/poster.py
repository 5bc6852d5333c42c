"""A sheet for the wall of a counter: how to rate once there is a result."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web.drawing import qr, rendering
from web.language import i18n
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/poster")
async def poster(request: Request) -> Response:
    """The sheet in both languages, to print on A4; its code opens the questions of the counter."""
    address = (
        f"{request.app.state.settings.site}{rendering.url(i18n.LANGUAGES[0], 'rate', at='counter')}"
    )
    return await staff.page(
        request,
        "poster/poster.html",
        section="poster",
        address=address,
        qr=qr.drawn(address),
    )
