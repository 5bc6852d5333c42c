"""An agency looks at its own figures before they are published, contests them, and replies."""

from collections.abc import Iterable, Mapping
from gettext import NullTranslations
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts
from feedback.actors import Staff
from feedback.errors import Faulty
from feedback.staff.hand_errors import NotApart
from ranking.errors import RankingError
from ranking.frozen.edition_body import Agency
from ranking.frozen.edition_detail import Stratum
from ranking.frozen.life_errors import ObjectionDecided, WindowClosed
from ranking.life import objections, replies
from ranking.life.objections import Objection
from sla import spelling
from web import acting, errors, forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import guards
from web.language import i18n
from web.language.i18n import mark
from web.pages import inbox_filters, staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

ABOUT = {
    "satisfaction": mark("What residents said"),
    "punctuality": mark("Promises and their dates"),
    "other": mark("Something else"),
}
DECISIONS = ("upheld", "declined")
KINDS = {"case": mark("complaints"), "dossier": mark("dossiers")}
CHANNELS = {**inbox_filters.CHANNELS, "online": mark("online"), "post": mark("by post")}
APPLICANTS = {"person": mark("for persons"), "business": mark("for businesses")}
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
        reader = drafts.Reader(form.values)
        about = "" if is_reply else _choice(reader, "about", ABOUT)
        text = reader.text(field, at_most=replies.TEXT_AT_MOST, required=True, clean=spelling.tidy)
        reader.finish()
        async with acting.opened(request) as act:
            if is_reply:
                await replies.reply(edition, text, act)
            else:
                await objections.object_to(edition, about, text, act)
    except Faulty as error:
        forms.refused(form, error, language)
        return await _own(request, edition, form, status=422)
    except RankingError as error:
        # The form itself is gone with the window.
        at_field = "" if isinstance(error, WindowClosed) else field
        status = forms.blame(form, at_field, error, language)
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
    try:
        reader = drafts.Reader(form.values)
        decision = _choice(reader, "decision", DECISIONS)
        answer = reader.text("answer", at_most=drafts.REASON_AT_MOST, required=True)
        reader.finish()
        async with acting.opened(request) as act:
            found = await _found(edition, number)
            await objections.decide(found.id, upheld=decision == "upheld", answer=answer, act=act)
    except Faulty as error:
        forms.refused(form, error, language)
        return await _one(request, edition, number, form, status=422)
    except (NotApart, RankingError) as error:
        # What is decided has no form any more.
        field = "" if isinstance(error, ObjectionDecided) else "decision"
        status = forms.blame(form, field, error, language)
        if status == 404:
            raise
        return await _one(request, edition, number, form, status=status)
    return staff.see(request, "objections", done=decision)


def _choice(reader: drafts.Reader, field: str, among: Iterable[str]) -> str:
    """What was chosen; that nothing was, is a fault."""
    chosen = reader.choice(field, {one: one for one in among}, default="")
    if not chosen and not any(fault.field == field for fault in reader.faults):
        reader.fault(field, "not_a_choice")
    return chosen


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
        kinds=_kinds(seen.agency, rendering.language_of(request)),
        said=await objections.of_agency(edition, agency),
        reply=await replies.of_agency(edition, agency),
        limit=replies.TEXT_AT_MOST,
    )


def _kinds(agency: Agency, language: str) -> list[tuple[str, Stratum]]:
    """The strata its satisfaction was computed from, in words."""
    words = i18n.translator(language)

    def named(of: Stratum) -> str:
        if not of.category:
            return words.gettext(mark("The other kinds of service, taken together"))
        kind, _, field = of.category.partition(":")
        parts = [
            field or _worded(KINDS, kind, words),
            _worded(CHANNELS, of.channel, words),
            _worded(APPLICANTS, of.applicant, words),
        ]
        return ", ".join(filter(None, parts))

    return [(named(one), one) for one in agency.satisfaction.strata or ()]


def _worded(names: Mapping[str, str], value: str, words: NullTranslations) -> str:
    """What a value is called; one that nobody named is told as it is."""
    return words.gettext(names[value]) if value in names else value


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
