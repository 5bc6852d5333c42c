"""Who a resident is: shown once to the office that has a reason, and listed for auditors."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import permissions, reveals
from feedback.errors import Faulty, NobodyKnown, NotYours, RoleMayNot
from feedback.office import case_file
from sla import charter
from web import acting, errors, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language import i18n_names
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

ONCE_SHOWN = {"Cache-Control": "no-store, private"}


@router.get("/inbox/{reference}/reveal")
async def ask(reference: str, request: Request) -> Response:
    """Why do you need to know?"""
    return await _asked(request, reference, Form())


@router.post("/inbox/{reference}/reveal")
async def show(reference: str, request: Request) -> Response:
    """Shown on this answer alone, once it is written down who asked and why."""
    form = await forms.read(request)
    try:
        why = reveals.why(form.values)
        async with acting.opened(request) as act:
            contact = await reveals.reveal(reference, why, act, request.app.state.keys)
    except Faulty as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _asked(request, reference, form, status=422)
    except (NotYours, NobodyKnown, RoleMayNot) as error:
        status = forms.blame(form, "", error, rendering.language_of(request))
        return await _asked(request, reference, form, status=status)
    return await _page(request, reference, "case/revealed.html", contact=contact)


@router.get("/admin/reveals")
async def listed(request: Request) -> Response:
    """Who looked up whom, the latest first."""
    me, query = request.state.actor, request.query_params
    known = await charter.current()
    agency = query.get("agency", "")
    form = Form({"agency": agency if agency in known.agencies else ""})
    language = rendering.language_of(request)
    counts = await reveals.counted(me)
    return await staff.page(
        request,
        "admin/reveals.html",
        section="admin",
        form=form,
        found=await reveals.listed(
            me, agency=form["agency"], page=guards.int_or_zero(query.get("page"))
        ),
        agencies=[(code, known.agencies[code].name(language), n) for code, n in counts.items()],
    )


async def _asked(request: Request, reference: str, form: Form, *, status: int = 200) -> Response:
    return await _page(
        request,
        reference,
        "case/reveal.html",
        status=status,
        form=form,
        reasons=i18n_names.REVEAL_REASONS,
        limit=reveals.WORDS_AT_MOST,
    )


async def _page(
    request: Request, reference: str, template: str, *, status: int = 200, **values: Any
) -> Response:
    me = request.state.actor
    case = await case_file.opened(me, reference)
    refusal = permissions.why_not(permissions.check_may_reveal, me, case.facts)
    if refusal is None and not case.beside.contact:
        refusal = NobodyKnown(case.facts.id)
    response = await staff.page(
        request,
        template,
        section="inbox",
        status=status,
        case=case,
        refused=errors.told(refusal, rendering.language_of(request)) if refusal else "",
        **values,
    )
    response.headers.update(ONCE_SHOWN)
    return response
