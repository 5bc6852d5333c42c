"""How it is counted, what data there are, what happens to personal data: pages to read."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import holds
from ranking.method.config import Config
from web.drawing.rendering import page
from web.pages import latest

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/method")
@router.get("/method/")
async def method(request: Request) -> Response:
    """How to read the table, with the figures an edition is counted by unless it says otherwise."""
    return page(request, "about/method.html", config=Config(), held=await holds.counted())


@router.get("/data")
@router.get("/data/")
async def data(request: Request) -> Response:
    """Which files an edition has, and how programs ask."""
    names = await latest.names()
    return page(request, "about/data.html", newest=names[0] if names else None)


@router.get("/privacy")
async def privacy(request: Request) -> Response:
    """What is kept of whom, for how long, who sees it, and what cannot be protected."""
    settings = request.app.state.settings
    return page(
        request,
        "about/privacy.html",
        contact_days=settings.contact_days,
        text_years=settings.text_years,
    )
