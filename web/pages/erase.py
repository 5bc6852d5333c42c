"""Having a case erased: what goes and what stays, a deliberate yes, and it is gone."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import erasure, tracking
from feedback.errors import NoSuchCode, NotNow
from feedback.lifecycle import OPEN
from web import acting, forms, reactions
from web.drawing import rendering
from web.drawing.rendering import language_of, page
from web.forms import Form
from web.language import i18n
from web.language.i18n import mark
from web.pages import sealed

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/track/erase")
async def ask(request: Request) -> Response:
    """What goes, what stays; are you sure?"""
    code = sealed.get(request, sealed.CASE)
    return await _shown(request, code, Form()) if code else _to_track(request)


@router.post("/track/erase")
async def erase(request: Request) -> Response:
    """Erase it at once, if the box was ticked."""
    form = await forms.read(request)
    code = sealed.from_field(form["held"], request)
    words = i18n.translator(language_of(request))
    if form["sure"] != "yes":
        form.faults["sure"] = words.gettext(mark("Tick the box if you want it erased."))
        return await _shown(request, code, form, status=422)
    state = request.app.state
    try:
        async with acting.opened(request) as act:
            await erasure.erase(code, act, state.keys, reactions.register(state.settings))
    except NoSuchCode:
        return _to_track(request)
    except NotNow as error:
        status = forms.blame(form, "", error, language_of(request))
        return await _shown(request, code, form, status=status)
    response = RedirectResponse(rendering.url(language_of(request), "track/erased"), 303)
    sealed.drop(response, request, sealed.CASE)
    return response


@router.get("/track/erased")
async def gone(request: Request) -> Response:
    """It is gone; the same page for whoever opens it."""
    return page(request, "track/erased.html")


def _to_track(request: Request) -> Response:
    """Whatever cannot be opened is asked for by its code, as anywhere."""
    response = RedirectResponse(rendering.url(language_of(request), "track"), 303)
    sealed.drop(response, request, sealed.CASE)
    return response


async def _shown(request: Request, code: str, form: Form, *, status: int = 200) -> Response:
    state = request.app.state
    try:
        case = await tracking.by_code(code, state.keys, at=state.clock())
    except NoSuchCode:
        return _to_track(request)
    return page(
        request,
        "track/erase.html",
        status=status,
        form=form,
        case=case,
        is_open=case.status in OPEN,
        held=sealed.in_field(code, request),
    )
