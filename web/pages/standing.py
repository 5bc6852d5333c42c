"""Addresses that stay while editions come and go: an agency's page, its widget and its badge.

Each leads to the latest edition and may be kept for five minutes; what it leads to never changes.
An office that is no more leads to the one that goes on for it, whose page says so; where there are
several, or none, to the last edition it stood in.
"""

from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sla import lineage
from web.board import pages, release, widget
from web.drawing.rendering import language_of
from web.errors import NoSuchPage
from web.language import i18n
from web.pages import latest

router = APIRouter(include_in_schema=False)

A_WHILE = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
# Of a frame only the page at the end of the way is asked; the way there says the same.
FRAMED = {**A_WHILE, "content-security-policy": "default-src 'none'; frame-ancestors *"}


@router.get("/widget/{agency}")
async def anywhere(agency: str, request: Request) -> Response:
    """The small page in the language the browser asks for."""
    language = i18n.negotiate(request.headers.get("accept-language"))
    address = f"/{language}/{widget.FOLDER}/{quote(agency, safe='')}"
    return RedirectResponse(address, 302, {**FRAMED, "vary": "Accept-Language"})


@router.get("/{lang:lang}/widget/{agency}")
@router.get("/{lang:lang}/widget/{agency}/")
async def small(agency: str, request: Request) -> Response:
    """The small page for another site's frame."""
    address = await _address(request, agency, widget.FOLDER)
    return RedirectResponse(address, 302, FRAMED)


@router.get("/{lang:lang}/widget/{agency}/badge.svg")
async def badge(agency: str, request: Request) -> Response:
    """The picture for another site's page."""
    address = await _address(request, agency, widget.FOLDER)
    return RedirectResponse(f"{address}badge.svg", 302, A_WHILE)


@router.get("/{lang:lang}/agencies/{agency}")
@router.get("/{lang:lang}/agencies/{agency}/")
async def page(agency: str, request: Request) -> Response:
    """The agency's own page."""
    return RedirectResponse(await _address(request, agency, "agencies"), 302, A_WHILE)


async def _address(request: Request, agency: str, kind: str) -> str:
    """Where the agency's folder of that kind lies. Raises `NoSuchPage` where no edition has it."""
    within = f"{language_of(request)}/{kind}"
    lies_in = release.folder(request.app.state.settings)
    names = await latest.names()
    found = _first(lies_in, _released(lies_in, names)[:1], within, agency)
    if found is None:
        heirs = await lineage.heirs(agency)
        if len(heirs) == 1:
            found = _first(lies_in, _released(lies_in, names)[:1], within, heirs[0])
    found = found or _first(lies_in, names, within, agency)
    if found is None:
        raise NoSuchPage
    edition, folder = found
    language, _, inside = within.partition("/")
    return f"/{language}/editions/{quote(edition)}/{inside}/{quote(folder)}/"


def _released(lies_in: Path, names: list[str]) -> list[str]:
    """Those already in place: a moment after publication the latest is not."""
    return [name for name in names if (lies_in / name).is_dir()]


def _first(lies_in: Path, names: list[str], within: str, agency: str) -> tuple[str, str] | None:
    """The first of the editions in which the agency has a folder."""
    folder = pages.folder_of(agency)
    has = (name for name in names if (lies_in / name / within / folder).is_dir())
    return next(((name, folder) for name in has), None)
