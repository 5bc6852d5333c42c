"""What left for another procedure: pointers, what waits for a look, and what is sealed, opened."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts, permissions, restricted
from feedback.actors import Staff
from feedback.errors import Faulty, NoSuchCase
from feedback.office import looks
from web import forms
from web.acting import Acting
from web.drawing import rendering
from web.forms import Form
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

NEVER_KEPT = {"Cache-Control": "no-store, private"}
WHY = {
    "confirmed_ordinary": mark("Its writer was asked, and said that it is ordinary feedback."),
    "flagged": mark("Somebody who works on it pointed at it."),
}


@router.get("/handed-over")
async def listed(request: Request) -> Response:
    """Pointers, last one first; for a coordinator what waits for a look above them."""
    me: Staff = request.state.actor
    is_coordinator = permissions.why_not(permissions.check_may_look, me) is None
    return await staff.page(
        request,
        "handed_over/list.html",
        section="handed-over",
        found=await restricted.pointers(me, at=request.app.state.clock()),
        waiting=await looks.waiting(me) if is_coordinator else [],
        is_coordinator=is_coordinator,
        opens=me.role in permissions.OPEN_SEALED,
        why=WHY,
    )


@router.post("/handed-over")
async def decide(request: Request, act: Acting) -> Response:
    """A look found ordinary feedback."""
    form = await forms.read(request)
    await looks.found_ordinary(form["reference"], act)
    return staff.see(request, "handed-over")


@router.get("/handed-over/{pointer}")
async def ask(request: Request, pointer: str) -> Response:
    """Asks why; nothing is shown yet."""
    known = await restricted.pointers(request.state.actor, at=request.app.state.clock())
    if pointer not in {one.pointer for one in known}:
        raise NoSuchCase(pointer)
    return await _page(request, pointer, Form())


@router.post("/handed-over/{pointer}")
async def show(request: Request, pointer: str, act: Acting) -> Response:
    """What is sealed, once; who opened it, when and why is written down with it."""
    form = await forms.read(request)
    try:
        why = drafts.reason(form.values)
    except Faulty as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _page(request, pointer, form, status=422)
    matter = await restricted.open_sealed(pointer, why, act, request.app.state.keys)
    response = await staff.page(
        request, "handed_over/matter.html", section="handed-over", matter=matter
    )
    response.headers.update(NEVER_KEPT)
    return response


async def _page(request: Request, pointer: str, form: Form, *, status: int = 200) -> Response:
    return await staff.page(
        request,
        "handed_over/ask.html",
        section="handed-over",
        status=status,
        pointer=pointer,
        form=form,
        limits=drafts,
    )
