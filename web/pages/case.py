"""One case: its whole story, and what can be done about it."""

from hashlib import sha256

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from feedback import answer_drafts, overtaking
from feedback.errors import (
    AgencyClosed,
    DraftOvertaken,
    Faulty,
    NotAFact,
    NotNow,
    NotYours,
    Overtaken,
    RoleMayNot,
    UnknownAgency,
    UnknownService,
)
from sla.errors import SlaError
from web import acting, errors, forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import guards, idempotency, uploads
from web.guarding.idempotency import Stored
from web.guarding.uploads import Posted
from web.language import i18n
from web.language.i18n import mark
from web.pages import attachments, case_answer, case_page, case_story, staff
from web.pages.case_actions import ACTIONS
from web.storage import engine

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

# Whatever else was done meanwhile, these do not stand in its way.
ALWAYS = frozenset({"note"})
FAULTS = (Faulty, NotAFact, UnknownAgency, AgencyClosed, UnknownService)
WRITTEN = ("text", "outcome_reason", "reason")
SAVED = mark("Draft saved at %(time)s.")


@router.get("/inbox/{reference:path}/{action}")
async def asked(reference: str, action: str, request: Request) -> Response:
    """The form of one action; a reference of elsewhere may hold a slash, and is none."""
    if action not in ACTIONS:
        return await opened(f"{reference}/{action}", request)
    return await case_page.form(request, reference, action, None)


@router.get("/inbox/{reference:path}")
async def opened(reference: str, request: Request) -> Response:
    """The whole case, its story first thing first or the other way round."""
    done = ACTIONS.get(request.query_params.get("done", ""))
    order = request.query_params.get("order", "")
    newest = order == case_story.NEWEST
    with engine.planning_once():
        return await case_page.shown(request, reference, "case/case.html", done=done, newest=newest)


@router.post("/inbox/{reference:path}/{action}")
async def done(reference: str, action: str, request: Request) -> Response:
    """Do it, once. What was typed is never lost: not to a fault, not to a colleague's speed."""
    if action not in ACTIONS:
        raise NoSuchPage
    async with uploads.received(request) as posted:
        # The case may have left meanwhile: the answer is then as for one that never was, but for
        # the writer's own words, which nobody else could have sent.
        request.state.unsent = "\n\n".join(filter(None, map(posted.form.values.get, WRITTEN)))
        if action == "answer" and posted.form["step"] in case_answer.STEPS:
            return await _stepped(request, reference, posted.form)
        return await _done(request, reference, action, posted)


async def _done(request: Request, reference: str, action: str, posted: Posted) -> Response:
    form = posted.form
    try:
        await _once(request, reference, action, posted)
    except FAULTS as error:
        forms.refused(form, error, rendering.language_of(request))
        return await case_page.form(request, reference, action, form, status=422)
    except (NotYours, NotNow, Overtaken, SlaError) as error:
        answer = errors.answer_to(error)
        status, changed = answer.status, answer.title
        return await case_page.form(
            request, reference, action, form, status=status, changed=changed
        )
    if action == "transfer":
        return staff.see(request, "inbox", done=action)
    return staff.see(request, "inbox", reference, done=action)


async def _once(request: Request, reference: str, action: str, posted: Posted) -> None:
    """A form sent twice is done once; the same form with other words is another one."""
    form, keys = posted.form, request.app.state.keys
    body = orjson.dumps(form.values, option=orjson.OPT_SORT_KEYS)
    scope = f"{request.url.path}\0{request.state.actor.reference}\0{sha256(body).hexdigest()}"
    once = idempotency.once_of(form["form_key"], scope, body, keys)
    async with acting.opened(request) as act:

        async def doing() -> Stored:
            if form["seen"] and action not in ALWAYS:
                await overtaking.check(reference, act, seen=guards.int_or_zero(form["seen"]))
            await ACTIONS[action].do(reference, form, act, keys)
            if action == "answer" and posted.files:
                await attachments.show(reference, posted, act, request)
            return Stored(303, {})

        await idempotency.answered(once, act, keys, doing)


async def _stepped(request: Request, reference: str, form: Form) -> Response:
    """On the way to an answer: begin from a template, look at it, keep a draft."""
    language = rendering.language_of(request)
    try:
        said = await _keep(request, reference, form) if form["step"] == "draft" else ""
        if form["step"] == "preview":
            case_answer.check(form)
    except Faulty as error:
        forms.refused(form, error, language)
        form.values["step"] = ""
        return await case_page.form(request, reference, "answer", form, status=422)
    except (DraftOvertaken, NotNow, RoleMayNot) as error:
        answer = errors.answer_to(error)
        changed = _whose(error, answer.title, request)
        if _is_script(request):
            return JSONResponse({"said": changed}, answer.status)
        form.values["step"] = ""
        return await case_page.form(
            request, reference, "answer", form, status=answer.status, changed=changed
        )
    if said and _is_script(request):
        return JSONResponse({"said": said, "draft": form["draft"]})
    return await case_page.form(request, reference, "answer", form, said=said)


def _is_script(request: Request) -> bool:
    return request.headers.get("accept", "") == "application/json"


async def _keep(request: Request, reference: str, form: Form) -> str:
    async with acting.opened(request) as act:
        unsent = answer_drafts.unsent(form.values)
        kept = await answer_drafts.save(reference, unsent, act, over=form["draft"])
    form.values["draft"] = kept.version
    language, zone = rendering.language_of(request), request.app.state.settings.timezone
    time = i18n.localise_datetime(kept.saved_at, language, zone)
    return i18n.translator(language).gettext(SAVED) % {"time": time}


def _whose(error: Exception, title: str, request: Request) -> str:
    if not isinstance(error, DraftOvertaken):
        return title
    language, zone = rendering.language_of(request), request.app.state.settings.timezone
    text = mark("%(who)s saved another draft of this answer at %(time)s.")
    time = i18n.localise_datetime(error.saved_at, language, zone)
    return i18n.translator(language).gettext(text) % {"who": error.by, "time": time}
