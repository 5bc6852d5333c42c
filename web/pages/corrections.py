"""Corrections of wrongly told ends: what waits, and the decision of a second person."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import corrections, drafts
from feedback.actors import Staff
from feedback.corrections import Waiting
from feedback.errors import Faulty, Refusal
from sla.errors import Outdated, SamePerson
from web import acting, errors, forms, guards, i18n, rendering
from web.forms import Form
from web.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "approved": mark("The correction is approved. The promise is judged by the corrected end."),
    "declined": mark("The correction is declined. The end stays as it was told."),
}


@router.get("/corrections")
async def listed(request: Request) -> Response:
    """All requests that wait, oldest first."""
    return await staff.page(
        request,
        "corrections/list.html",
        section="corrections",
        found=await corrections.waiting(),
        done=DONE.get(request.query_params.get("done", "")),
    )


@router.get("/corrections/{number}")
async def read(number: str, request: Request) -> Response:
    """One request, with the form of the decision."""
    return await _one(request, number, Form())


@router.post("/corrections/{number}")
async def decide(number: str, request: Request) -> Response:
    """Approve or decline it; to decline needs a reason."""
    form = await forms.read(request)
    words = i18n.translator(rendering.language_of(request))
    if form["decision"] not in DONE:
        form.faults["decision"] = words.gettext(mark("Please choose one of the answers."))
        return await _one(request, number, form, status=422)
    try:
        async with acting.opened(request) as act:
            if form["decision"] == "approved":
                await corrections.approve(_number(number), act)
            else:
                answer = drafts.reason(form.values, field="answer")
                await corrections.decline(_number(number), act, answer=answer)
    except Faulty as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _one(request, number, form, status=422)
    except (Outdated, SamePerson) as error:
        answered = errors.answer_to(error)
        form.faults["decision"] = words.gettext(answered.title)
        return await _one(request, number, form, status=answered.status)
    return staff.see(request, "corrections", done=form["decision"])


def _number(written: str) -> int:
    return guards.int_or_zero(written[:9])


async def _one(request: Request, number: str, form: Form, *, status: int = 200) -> Response:
    found = await corrections.one_waiting(_number(number))
    words = i18n.translator(rendering.language_of(request))
    reason = _refusal(request.state.actor, found)
    return await staff.page(
        request,
        "corrections/one.html",
        section="corrections",
        status=status,
        found=found,
        form=form,
        refused=words.gettext(reason) if reason else "",
        limits=drafts,
    )


def _refusal(me: Staff, found: Waiting) -> str:
    try:
        corrections.check_may_decide(me, found.request)
    except (Refusal, SamePerson) as refusal:
        return errors.answer_to(refusal).title
    return ""
