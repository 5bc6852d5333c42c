"""The letter of apology for what is late, and how often one was sent in time."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import apologies
from ranking.method import periods
from web.drawing import apology_pdf
from web.drawing.rendering import language_of
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/inbox/{reference:path}/apology.pdf")
async def sheet(reference: str, request: Request) -> Response:
    """The same letter as a PDF; reading it tells nobody anything."""
    state = request.app.state
    facts = await apologies.letter_facts(request.state.actor, reference, at=state.clock())
    content = await asyncio.to_thread(
        apology_pdf.document,
        facts,
        language_of(request),
        today=state.today(),
        timezone=state.settings.timezone,
    )
    name = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in reference)
    headers = {
        "Content-Disposition": f'inline; filename="apology-{name}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type="application/pdf")


# A dossier's code may hold a slash.
@router.get("/inbox/{reference:path}/apology")
async def letter(reference: str, request: Request) -> Response:
    """The letter with what is known filled in; reading it tells nobody anything."""
    state = request.app.state
    facts = await apologies.letter_facts(request.state.actor, reference, at=state.clock())
    return await staff.page(
        request, "apology/letter.html", section="inbox", letter=facts, today=state.today()
    )


@router.get("/apologies")
async def covered(request: Request) -> Response:
    """Of the late promises of this quarter and the one before: those with a timely apology."""
    state, by = request.app.state, request.state.actor
    now, zone = state.clock(), state.settings.zone
    this = periods.containing(now, zone)
    quarters = [
        (
            one.name,
            await apologies.coverage_seen(
                by, one.starts_at, one.ends_at, at=now, timezone=zone.key
            ),
        )
        for one in (this, this.previous())
    ]
    return await staff.page(
        request, "apology/coverage.html", section="apologies", quarters=quarters
    )
