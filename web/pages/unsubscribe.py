"""No more invitations: by a button on a page, or by the mail program itself (RFC 8058).

A GET, a mail scanner's too, only shows the page.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import unsubscribing
from web import acting
from web.drawing.rendering import page

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/unsubscribe/{handle}")
async def ask(handle: str, request: Request) -> Response:
    """Shall there be no more? Raises `NoSuchCode` for a handle that is none of ours."""
    unsubscribing.check(handle, request.app.state.keys)
    return page(request, "unsubscribe/page.html", handle=handle, state="asked")


@router.post("/unsubscribe/{handle}")
async def stop(handle: str, request: Request) -> Response:
    """No more. Whoever holds the mail may say so: a mail program brings no token of our forms."""
    keys = request.app.state.keys
    form = await request.form(max_fields=5, max_files=0)
    async with acting.opened(request) as act:
        if form.get("again") == "yes":
            await unsubscribing.resume(handle, keys)
        else:
            await unsubscribing.stop(handle, act, keys)
    state = "resumed" if form.get("again") == "yes" else "stopped"
    return page(request, "unsubscribe/page.html", handle=handle, state=state)
