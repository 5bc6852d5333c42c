"""What is told once: that it was filed, until when an answer is due, and the code that opens it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import reaching, tracking
from web.drawing import qr, rendering
from web.drawing.rendering import language_of, page
from web.pages import attachments, sealed
from web.sending import carriers

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

ONCE_SHOWN = {"Cache-Control": "no-store, private"}


@router.get("/complaints/receipt")
async def receipt(request: Request) -> Response:
    """The receipt, once: for whoever left no way to be reached the code stands nowhere else."""
    state = request.app.state
    code = sealed.get(request, sealed.RECEIPT)
    if code is None:
        return page(request, "complaints/receipt_gone.html", status=410)
    case = await tracking.by_code(code, state.keys, at=state.clock())
    ways = await reaching.ways(code, state.keys)
    address = f"{request.app.state.settings.site}{rendering.url(language_of(request), 'track')}"
    response = page(
        request,
        "complaints/receipt.html",
        headers=ONCE_SHOWN,
        case=case,
        code=code,
        is_sent=bool(ways) and carriers.sends(state.settings, ways[0]),
        address=address,
        qr=qr.drawn(address),
        pictures=await attachments.of_resident(code, request),
        reasons=attachments.REASONS,
    )
    sealed.drop(response, request, sealed.RECEIPT)
    return response
