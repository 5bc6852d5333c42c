"""Rating a result, by tracking code or by the token of an invitation.

What was answered is shown again only to whoever enters the code once more, for that purpose.
"""

from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import drafts, permissions, questionnaires, ratings, tracking
from feedback.drafts import RatingDraft
from feedback.errors import Faulty, NoSuchCode, NotNow, Refusal, RoleMayNot, WindowClosed
from feedback.questionnaires import Version
from feedback.ratings import Answer, Given
from web import errors, forms
from web.drawing import rendering
from web.drawing.rendering import language_of, page
from web.forms import Form
from web.guarding import origins
from web.guarding.desks import Keyed
from web.language import i18n, questions
from web.language.i18n import mark
from web.pages import missing, sealed
from web.storage.engine import Busy

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

REFUSED: dict[type[Exception], str] = {
    NotNow: mark("There is no result to rate yet: the office has not answered, or is at it again."),
    WindowClosed: mark("The time to rate this result is over."),
    RoleMayNot: mark("You are signed in as staff. Ratings are for residents alone."),
}
# How a code came here: typed in or from the case's own page, with the link of an invitation, or
# from the paper of a counter.
MODES = {"link": "link", "counter": "counter"}


@router.get("/rate")
async def ask(request: Request) -> Response:
    """The questions; about the case at hand, if there is one."""
    if request.query_params.get("at") == "counter":
        return await _show(request, Form({"via": "counter"}), "")
    return await _show(request, Form(), sealed.get(request, sealed.CASE) or "")


@router.post("/rate")
async def rate(request: Request) -> Response:
    """Record the answers. The last ones before the window closes count."""
    form = await forms.read(request)
    held = sealed.from_field(form["held"], request)
    code = held or form["code"]
    refusal = permissions.why_not(permissions.check_may_rate, request.state.actor)
    if refusal is not None:
        return await _show(request, form, held, status=errors.answer_to(refusal).status)
    if not code.strip():
        missing.tell(form, "code", language_of(request))
    draft = _draft(request, form)
    if draft is None or form.faults:
        return await _show(request, form, held, status=422)
    mode = MODES.get(form["via"], "code")
    answer = Answer(code, draft, mode, origins.source(request))
    try:
        # Without a key: whoever sends the same page again means it, and the last answer counts.
        stored = await request.app.state.desks.ratings.ask(Keyed(answer, None))
    except (Refusal, Busy) as error:
        answered = errors.answer_to(error)
        field = "code" if isinstance(error, NoSuchCode) and not held else ""
        form.faults[field] = _words(request, REFUSED.get(type(error), answered.title))
        return await _show(request, form, held, status=answered.status)
    response = RedirectResponse(rendering.url(language_of(request), "rate/thanks"), 303)
    sealed.put(response, request, sealed.THANKS, stored.body["closes_at"])
    return response


@router.get("/rate/thanks")
async def thanks(request: Request) -> Response:
    """Until when it may be changed; what was answered is not shown to anybody again."""
    closes_at = sealed.get(request, sealed.THANKS)
    if closes_at is None:
        return RedirectResponse(rendering.url(language_of(request), "rate"), 303)
    return page(request, "rate/thanks.html", closes_at=datetime.fromisoformat(closes_at))


@router.get("/rate/answer")
async def ask_for_answer(request: Request) -> Response:
    """Whoever wants to see what was answered enters the code once more."""
    return page(request, "rate/answer.html", form=Form(), given=None, is_none=False)


@router.post("/rate/answer")
async def show_answer(request: Request) -> Response:
    """What was answered last, while it can be changed."""
    form = await forms.read(request)
    state = request.app.state
    if not form["code"].strip():
        missing.tell(form, "code", language_of(request))
        return page(request, "rate/answer.html", status=422, form=form, given=None, is_none=False)
    try:
        given = await ratings.given(form["code"], state.keys, at=state.clock())
    except NoSuchCode as error:
        answer = errors.answer_to(error)
        form.faults["code"] = _words(request, answer.title)
        _printable(form)
        status = answer.status
        return page(
            request, "rate/answer.html", status=status, form=form, given=None, is_none=False
        )
    return page(
        request,
        "rate/answer.html",
        form=Form(),
        given=given,
        is_none=given is None,
        answers=await _given(given, language_of(request)) if given else [],
    )


async def _given(given: Given, language: str) -> list[tuple[str, str]]:
    return _answers(given, await questionnaires.named(given.questions), language)


def _answers(given: Given, asked: Version, language: str) -> list[tuple[str, str]]:
    """Question and answer as they were put then."""
    found: list[tuple[str, str]] = []
    for question in questions.worded(asked, language):
        value = getattr(given.draft, question.field)
        if value in (None, ""):
            continue
        words = dict(question.answers).get(str(value))
        found.append((question.text, words or value))
    return found


def _draft(request: Request, form: Form) -> RatingDraft | None:
    language = language_of(request)
    try:
        return drafts.rating({**form.values, "language": language})
    except Faulty as error:
        missing.tell_all(form, error, language)
        forms.refused(form, error, language)
        return None


def _words(request: Request, message: str) -> str:
    return i18n.translator(language_of(request)).gettext(message)


async def _show(request: Request, form: Form, held: str, *, status: int = 200) -> Response:
    """The questions, unless the case at hand has nothing to rate now."""
    case = None
    if held:
        state = request.app.state
        try:
            case = await tracking.by_code(held, state.keys, at=state.clock())
        except NoSuchCode:
            held = ""
    _printable(form)
    return page(
        request,
        "rate/rate.html",
        status=status,
        form=form,
        case=case,
        held=sealed.in_field(held, request) if held else "",
        is_staff=permissions.why_not(permissions.check_may_rate, request.state.actor) is not None,
        questions=questions.worded(
            await questionnaires.asked(request.app.state.clock()), language_of(request)
        ),
        comment_at_most=drafts.COMMENT_AT_MOST,
    )


def _printable(form: Form) -> None:
    form.values = {name: value.replace("\0", "\ufffd") for name, value in form.values.items()}
