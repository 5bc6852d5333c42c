"""Words that answers begin with: kept by the head of an agency, for all by an administrator."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import answer_templates, drafts, permissions, placeholders
from feedback.actors import Staff
from feedback.answer_templates import Template
from feedback.errors import Faulty, NoSuchTemplate, NotAFact, UnknownAgency, UnknownService
from sla import charter
from web import acting, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "added": mark("The template is kept. Answers can begin with it from now on."),
    "changed": mark("The template is changed. Answers already given stay as they are."),
    "retired": mark("The template is offered no more."),
}
# What each blank is filled with.
BLANKS = {
    "reference": mark("the number of the case"),
    "subject": mark("its title"),
    "service": mark("the service it is about"),
    "agency": mark("the name of the agency"),
    "due": mark("the promised day"),
    "filed": mark("the day it was received"),
    "officer": mark("the name of whoever answers"),
    "location": mark("the place it is about"),
}
FAULTS = (Faulty, NotAFact, UnknownAgency, UnknownService)


@router.get("/answer-templates")
async def listed(request: Request) -> Response:
    """Those one may keep."""
    return await staff.page(
        request,
        "answer_templates/list.html",
        section="answer-templates",
        found=await answer_templates.kept(request.state.actor),
        done=DONE.get(request.query_params.get("done", "")),
    )


@router.get("/answer-templates/{number}")
async def asked(number: str, request: Request) -> Response:
    """The form of a new one, or of one there is."""
    if number == "new":
        me: Staff = request.state.actor
        known = await charter.current()
        own = known.agency_of_id(me.agency_id).code if me.agency_id is not None else ""
        return await _form(request, None, Form({"agency": own}))
    one = await answer_templates.one(request.state.actor, _number(number))
    return await _form(request, one, Form(_typed(one)))


@router.post("/answer-templates/{number}")
async def keep(number: str, request: Request) -> Response:
    """Keep it, or offer it no more. Refused with what was typed where a blank is unknown."""
    form = await forms.read(request)
    me: Staff = request.state.actor
    one = None if number == "new" else await answer_templates.one(me, _number(number))
    if me.agency_id is not None:
        known = await charter.current()
        form.values["agency"] = known.agency_of_id(me.agency_id).code
    try:
        async with acting.opened(request) as act:
            if one is None:
                done = "added"
                wording = answer_templates.wording(form.values)
                await answer_templates.add(wording, act, reason=drafts.reason(form.values))
            elif form["step"] == "retire":
                done = "retired"
                await answer_templates.retire(one.id, act, reason=drafts.reason(form.values))
            else:
                done = "changed"
                wording = answer_templates.wording(form.values)
                why = drafts.reason(form.values)
                await answer_templates.change(one.id, wording, act, reason=why)
    except FAULTS as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _form(request, one, form, status=422)
    return staff.see(request, "answer-templates", done=done)


def _number(written: str) -> int:
    number = guards.int_or_zero(written[:9])
    if not number:
        raise NoSuchTemplate(number)
    return number


def _typed(one: Template) -> dict[str, str]:
    return {
        "name": one.name,
        "agency": one.agency.code if one.agency else "",
        "service": one.service.code if one.service else "",
        "text_vi": one.text_vi,
        "text_en": one.text_en,
    }


async def _form(
    request: Request, one: Template | None, form: Form, *, status: int = 200
) -> Response:
    me: Staff = request.state.actor
    known = await charter.current()
    language, on = rendering.language_of(request), request.app.state.today()
    services = sorted(known.services.values(), key=lambda s: (s.sort_key, s.code))
    values: dict[str, Any] = {
        "agencies": [(a.code, a.name(language)) for a in known.open_agencies(on=on)],
        "services": [(s.code, s.name(language)) for s in services],
        "is_for_all": permissions.why_not(permissions.check_may_keep_templates, me, None) is None,
    }
    return await staff.page(
        request,
        "answer_templates/one.html",
        section="answer-templates",
        status=status,
        form=form,
        kept=one,
        blanks=[(f"{{{name}}}", BLANKS[name]) for name in placeholders.KNOWN],
        limits=drafts,
        **values,
    )
