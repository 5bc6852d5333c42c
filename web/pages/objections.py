"""An agency looks at its own figures before they are published, contests them, and replies."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts
from feedback.actors import Staff
from feedback.errors import Faulty
from feedback.staff.hand_errors import NotApart
from ranking import objections, replies
from ranking.errors import RankingError
from ranking.objections import Objection
from sla import spelling
from web import acting, errors, forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import guards
from web.language import i18n
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

ABOUT = {
    "satisfaction": mark("What residents said"),
    "punctuality": mark("Promises and their dates"),
    "other": mark("Something else"),
}
DONE = {
    "objected": mark("Your objection is stored. Somebody from outside your agency decides."),
    "replied": mark("Your reply is stored. It is published with the edition."),
    "upheld": mark("The objection is upheld. The draft has to be made again before publication."),
    "declined": mark("The objection is not upheld. The agency reads your reason."),
}


@router.get("/objections")
async def listed(request: Request) -> Response:
    """The drafts that are open to agencies; for those who decide, what was objected to them."""
    me: Staff = request.state.actor
    at = request.app.state.clock()
    found = await objections.drafts(at)
    raised = []
    if not objections.is_head(me):
        raised = [(name, await objections.of_edition(name)) for name, _ in found]
    return await _page(
        request,
        "objections/list.html",
        found=[(name, closes_at, at < closes_at) for name, closes_at in found],
        raised=raised,
        is_head=objections.is_head(me),
    )


@router.get("/objections/{edition}")
async def look(edition: str, request: Request) -> Response:
    """The own agency's figures in a draft, with what was said to them."""
    return await _own(request, edition, Form())


@router.post("/objections/{edition}")
async def say(edition: str, request: Request) -> Response:
    """Object to the figures, or reply to them."""
    form = await forms.read(request)
    language = rendering.language_of(request)
    is_reply = form["what"] == "reply"
    field = "reply" if is_reply else "text"
    try:
        text = _text(form, field)
        async with acting.opened(request) as act:
            if is_reply:
                await replies.reply(edition, text, act)
            else:
                await objections.object_to(edition, form["about"], text, act)
    except Faulty as error:
        forms.refused(form, error, language)
        return await _own(request, edition, form, status=422)
    except RankingError as error:
        status = forms.blame(form, field, error, language)
        if status == 404:
            raise
        return await _own(request, edition, form, status=status)
    return staff.see(request, "objections", edition, done="replied" if is_reply else "objected")


@router.get("/objections/{edition}/{number}")
async def read(edition: str, number: str, request: Request) -> Response:
    """One objection, with the form of the decision."""
    return await _one(request, edition, number, Form())


@router.post("/objections/{edition}/{number}")
async def decide(edition: str, number: str, request: Request) -> Response:
    """Uphold it or not, always with a reason."""
    form = await forms.read(request)
    language = rendering.language_of(request)
    decision = form["decision"]
    try:
        if decision not in {"upheld", "declined"}:
            words = i18n.translator(language)
            form.faults["decision"] = words.gettext(mark("Please choose one of the answers."))
            return await _one(request, edition, number, form, status=422)
        answer = drafts.reason(form.values, field="answer")
        async with acting.opened(request) as act:
            found = await _found(edition, number)
            await objections.decide(found.id, upheld=decision == "upheld", answer=answer, act=act)
    except Faulty as error:
        forms.refused(form, error, language)
        return await _one(request, edition, number, form, status=422)
    except (NotApart, RankingError) as error:
        status = forms.blame(form, "decision", error, language)
        if status == 404:
            raise
        return await _one(request, edition, number, form, status=status)
    return staff.see(request, "objections", done=decision)


def _text(form: Form, field: str) -> str:
    reader = drafts.Reader(form.values)
    text = reader.text(field, at_most=replies.TEXT_AT_MOST, required=True, clean=spelling.tidy)
    reader.finish()
    return text


async def _own(request: Request, edition: str, form: Form, *, status: int = 200) -> Response:
    me: Staff = request.state.actor
    at = request.app.state.clock()
    try:
        seen = await objections.preview(edition, me, at)
    except RankingError as error:
        if errors.answer_to(error).status != 410:
            raise
        raise NoSuchPage from None  # published or a trial: its pages are elsewhere
    agency = me.agency_id or 0
    return await _page(
        request,
        "objections/own.html",
        status=status,
        form=form,
        seen=seen,
        edition=seen.edition,
        agency=seen.agency,
        said=await objections.of_agency(edition, agency),
        reply=await replies.of_agency(edition, agency),
        limit=replies.TEXT_AT_MOST,
    )


async def _found(edition: str, number: str) -> Objection:
    found = await objections.one(guards.int_or_zero(number[:9]))
    if found.edition != edition:
        raise NoSuchPage
    return found


async def _one(
    request: Request, edition: str, number: str, form: Form, *, status: int = 200
) -> Response:
    found = await _found(edition, number)
    me: Staff = request.state.actor
    check = objections.check_may_decide(me, found.id, found.agency.id, found.raised_by)
    return await _page(
        request,
        "objections/one.html",
        status=status,
        form=form,
        found=found,
        refused=await errors.why_not(check, rendering.language_of(request)),
        limit=drafts.REASON_AT_MOST,
    )


async def _page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    words = i18n.translator(rendering.language_of(request))
    return await staff.page(
        request,
        template,
        section="objections",
        status=status,
        about=[(value, words.gettext(text)) for value, text in ABOUT.items()],
        done=DONE.get(request.query_params.get("done", "")),
        **values,
    )
