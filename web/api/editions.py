"""Published editions and where their files are."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ranking.life import editions
from ranking.life.editions import Listed
from web.api.schemas import public
from web.errors import NoSuchPage
from web.guarding.desks import in_zone

router = APIRouter(prefix="/api/v1", tags=["editions"])

FILES = (
    "manifest.json",
    "config.json",
    "ranking.csv",
    "ranking.json",
    "inputs.csv",
    "notes.json",
    "feed.atom",
)


@router.get("/editions")
async def listed(request: Request) -> Response:
    """The published editions, the latest period first."""
    items = [_edition(each, request) for each in await _published()]
    return public(request, {"items": items, "next": None})


@router.get("/editions/{name}")
async def one(name: str, request: Request) -> Response:
    """One published edition."""
    for each in await _published():
        if each.name == name:
            return public(request, _edition(each, request))
    raise NoSuchPage


async def _published() -> list[Listed]:
    return [each for each in await editions.listed() if each.published_at is not None]


def _edition(each: Listed, request: Request) -> dict[str, Any]:
    settings = request.app.state.settings
    base = settings.base_url or ""
    return {
        "name": each.name,
        "period": each.period,
        "published_at": in_zone(each.published_at, settings.zone),
        "published_by": each.published_by,
        "supersedes": each.supersedes,
        "superseded_by": each.superseded_by,
        "pages": {lang: f"{base}/{lang}/editions/{each.name}/" for lang in settings.languages},
        "files": {file: f"{base}/editions/{each.name}/{file}" for file in FILES},
    }
