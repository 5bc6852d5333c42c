"""By which way the news of a case come: changed by whoever holds its code, where there are two."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import reaching
from feedback.errors import Faulty, NoSuchCode
from web import acting, forms
from web.drawing import rendering
from web.drawing.rendering import language_of, page
from web.forms import Form
from web.language import i18n_names
from web.pages import missing, sealed
from web.sending import carriers

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/track/reach")
async def ask(request: Request) -> Response:
    """Which of the two ways?"""
    code = sealed.get(request, sealed.CASE)
    return await _shown(request, code, Form()) if code else _to_case(request)


@router.post("/track/reach")
async def change(request: Request) -> Response:
    """From now on by this way."""
    form = await forms.read(request)
    code = sealed.from_field(form["held"], request)
    language = language_of(request)
    try:
        async with acting.opened(request) as act:
            await reaching.change(code, reaching.chosen(form.values), act, request.app.state.keys)
    except NoSuchCode:
        return _to_case(request)
    except Faulty as error:
        missing.tell_all(form, error, language)
        forms.refused(form, error, language)
        return await _shown(request, code, form, status=422)
    return _to_case(request)


def _to_case(request: Request) -> Response:
    return RedirectResponse(rendering.url(language_of(request), "track"), 303)


async def _shown(request: Request, code: str, form: Form, *, status: int = 200) -> Response:
    state = request.app.state
    try:
        ways = await reaching.ways(code, state.keys)
    except NoSuchCode:
        return _to_case(request)
    if len(ways) < 2 or not carriers.sends_sms(state.settings):
        return _to_case(request)
    form.values.setdefault("reach_by", ways[0].value)
    return page(
        request,
        "track/reach.html",
        status=status,
        form=form,
        ways=i18n_names.WAYS,
        held=sealed.in_field(code, request),
    )
