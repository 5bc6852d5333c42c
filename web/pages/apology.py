"""The letter of apology for a late case or dossier, ready to be printed and signed."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import apologies
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


# A dossier's code may hold a slash.
@router.get("/inbox/{reference:path}/apology")
async def letter(reference: str, request: Request) -> Response:
    """The letter with what is known filled in; reading it tells nobody anything."""
    state = request.app.state
    facts = await apologies.letter_facts(request.state.actor, reference, at=state.clock())
    return await staff.page(
        request, "apology/letter.html", section="inbox", letter=facts, today=state.today()
    )
