"""Corrections of wrongly told ends: what waits, and the decision of a second person."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import corrections, drafts, permissions, told_dates
from feedback.corrections import Done, Work
from feedback.errors import Faulty, NoSuchCase, NotAFact
from feedback.staff.hand_errors import NotApart
from sla import charter
from sla.errors import AlreadyRequested, NotEnded, Outdated, SamePerson
from web import acting, errors, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language import i18n
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "approved": mark("The correction is approved. The promise is judged by the corrected end."),
    "declined": mark("The correction is declined. The end stays as it was told."),
    "asked": mark(
        "Your request is stored. A coordinator from outside the agency decides about it."
    ),
}
STATES = {"approved": mark("Approved"), "declined": mark("Declined")}
PAGE = 25


@router.get("/corrections")
async def listed(request: Request) -> Response:
    """What waits, oldest first, and what was decided, the latest first."""
    me, asked = request.state.actor, request.query_params
    agency, state = asked.get("agency", "")[:40], asked.get("state", "")
    number = max(guards.int_or_zero(asked.get("page")), 1)
    count, decided = await corrections.decided(
        me, agency=agency, state=state, offset=(number - 1) * PAGE, limit=PAGE
    )
    language = rendering.language_of(request)
    words, known = i18n.translator(language), await charter.current()
    return await staff.page(
        request,
        "corrections/list.html",
        section="corrections",
        found=await corrections.waiting(me),
        decided=decided,
        count=count,
        number=number,
        pages=-(-count // PAGE),
        filtered=Form({"agency": agency, "state": state}),
        states=[(value, words.gettext(text)) for value, text in STATES.items()],
        agencies=[
            (one.code, one.name(language))
            for one in known.open_agencies(on=request.app.state.today())
            if me.role in permissions.SEE_ALL
        ],
        may_ask=me.role in permissions.WORK_ON_CASES,
        done=DONE.get(asked.get("done", "")),
    )


@router.get("/corrections/new")
async def search(request: Request) -> Response:
    """Find the case or dossier whose end was told wrongly; then say how it was."""
    code = request.query_params.get("code", "").strip()[:40]
    form = Form({"code": code})
    if not code:
        return await _new(request, form, None)
    try:
        return await _new(request, form, await corrections.work_of(request.state.actor, code))
    except NoSuchCase:
        return await _unknown(request, form)


@router.post("/corrections/new")
async def ask(request: Request) -> Response:
    """Ask to correct the end of a case or dossier of one's own agency."""
    form = await forms.read(request)
    form.values["code"] = form["code"].strip()[:40].replace("\0", "\ufffd")
    language = rendering.language_of(request)
    try:
        work = await corrections.work_of(request.state.actor, form["code"])
    except NoSuchCase:
        return await _unknown(request, form)
    try:
        async with acting.opened(request) as act:
            await corrections.ask_for(form["code"], told_dates.correction(form.values), act)
    except (Faulty, NotAFact) as error:
        forms.refused(form, error, language)
        return await _new(request, form, work, status=422)
    except (AlreadyRequested, NotEnded) as error:
        form.faults["code"] = errors.told(error, language)
        return await _new(request, form, work, status=409)
    return staff.see(request, "corrections", done="asked")


async def _unknown(request: Request, form: Form) -> Response:
    words = i18n.translator(rendering.language_of(request))
    form.faults["code"] = words.gettext(mark("Your agency has no case or dossier of this number."))
    return await _new(request, form, None, status=404)


async def _new(request: Request, form: Form, work: Work | None, *, status: int = 200) -> Response:
    return await staff.page(
        request,
        "corrections/new.html",
        section="corrections",
        status=status,
        form=form,
        work=work,
        limits=drafts,
    )


@router.get("/corrections/{number}")
async def read(number: str, request: Request) -> Response:
    """One request, with the form of the decision or with what was decided."""
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
    except (NotApart, Outdated, SamePerson) as error:
        status = forms.blame(form, "decision", error, rendering.language_of(request))
        return await _one(request, number, form, status=status)
    return staff.see(request, "corrections", done=form["decision"])


def _number(written: str) -> int:
    return guards.int_or_zero(written[:9])


async def _one(request: Request, number: str, form: Form, *, status: int = 200) -> Response:
    found = await corrections.one(request.state.actor, _number(number))
    if isinstance(found, Done):
        return await staff.page(
            request, "corrections/decided.html", section="corrections", status=status, found=found
        )
    check = corrections.check_may_decide(request.state.actor, found.request)
    return await staff.page(
        request,
        "corrections/one.html",
        section="corrections",
        status=status,
        found=found,
        form=form,
        refused=await errors.why_not(check, rendering.language_of(request)),
        limits=drafts,
    )
