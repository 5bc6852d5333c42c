"""Answers set aside: what was found, and what two persons say becomes of it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts, permissions
from feedback.errors import RoleMayNot
from feedback.staff import apart
from feedback.staff.hand_errors import NotApart
from ranking.doubts import quarantine
from ranking.doubts.quarantine import REASONS
from ranking.doubts.quarantine_errors import NoSuchQuarantine
from ranking.errors import RankingError
from sla import charter
from web import acting, errors, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language import i18n
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "held": mark("Your word is stored. A second person has to say the same."),
    "excluded": mark("The answers are left out, for good. Every edition says how many and why."),
    "released": mark("The answers are let in again and count."),
}
VERDICTS = {verdict.value: verdict for verdict in REASONS}
EFFECT = {
    "excluded": mark("Leave the answers out"),
    "released": mark("Let the answers in again"),
}
WORDS = {
    "one_source": mark("All from one source"),
    "staff": mark("Given by staff"),
    "paid": mark("Given for a reward"),
    "copied": mark("Copied from one another"),
    "automated": mark("Given by a machine"),
    "genuine": mark("Genuine residents"),
    "event": mark("An event explains them"),
    "not_proven": mark("Nothing is proven"),
}


@router.get("/reviews")
async def listed(request: Request) -> Response:
    """What waits for a word, and what was settled."""
    found = await quarantine.listed()
    return await staff.page(
        request,
        "reviews/list.html",
        section="reviews",
        waiting=[one for one in found if one.settled_at is None],
        settled=[one for one in found if one.settled_at is not None],
        agency_of=(await charter.current()).agency_of_id,
        done=DONE.get(request.query_params.get("done", "")),
    )


@router.get("/reviews/{number}")
async def read(number: str, request: Request) -> Response:
    """What was found, what was said, and the form for one's own word."""
    return await _one(request, number, Form())


@router.post("/reviews/{number}")
async def decide(number: str, request: Request) -> Response:
    """Leave the answers out, or let them in again: two persons must say the same."""
    form = await forms.read(request)
    words = i18n.translator(rendering.language_of(request))
    verdict, _, reason = form["decision"].partition(":")
    if verdict not in VERDICTS:
        form.faults["decision"] = words.gettext(mark("Please choose one of the answers."))
        return await _one(request, number, form, status=422)
    try:
        async with acting.opened(request) as act:
            state = await quarantine.decide(
                guards.int_or_zero(number[:9]),
                VERDICTS[verdict],
                reason,
                act,
                note=form["note"][: drafts.REASON_AT_MOST],
            )
    except NoSuchQuarantine:
        raise
    except (RankingError, NotApart, RoleMayNot) as error:
        status = forms.blame(form, "decision", error, rendering.language_of(request))
        return await _one(request, number, form, status=status)
    return staff.see(request, "reviews", done=state.value)


async def _one(request: Request, number: str, form: Form, *, status: int = 200) -> Response:
    found = await quarantine.one(guards.int_or_zero(number[:9]))
    words = i18n.translator(rendering.language_of(request))
    me = request.state.actor
    refused = permissions.why_not(permissions.check_may_review_answers, me, found.agency_id)
    refused = refused or await apart.why_not(me, *(said.by for said in found.decisions))
    has_said = any(said.by == me.reference for said in found.decisions)
    choices = [
        (f"{of.value}:{reason}", words.gettext(WORDS[reason]), words.gettext(EFFECT[of.value]))
        for of, reasons in REASONS.items()
        for reason in reasons
    ]
    return await staff.page(
        request,
        "reviews/one.html",
        section="reviews",
        status=status,
        found=found,
        agency=(await charter.current()).agency_of_id(found.agency_id),
        form=form,
        choices=choices,
        words=WORDS,
        may_decide=found.settled_at is None and not has_said,
        has_said=has_said,
        refused=errors.told(refused, rendering.language_of(request)) if refused else "",
        limits=drafts,
    )
