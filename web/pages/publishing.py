"""Editions from draft to publication, for those who answer for them."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts, permissions
from feedback.actors import Staff
from feedback.errors import Faulty
from ranking.counts import recounting
from ranking.doubts import spot_drawing
from ranking.errors import RankingError
from ranking.life import editions, objections, publishing, replies, schedule_watch, wishes
from ranking.method import periods
from web import acting, errors, forms
from web.board import life
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language import i18n
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "wished": mark("The draft is being made. This takes a moment; please load this page again."),
    "withheld": mark("The reply is kept back. Your reason is published in its place."),
    "published": mark("The edition is published. Its public pages appear within a minute."),
}


@router.get("/publishing")
async def listed(request: Request) -> Response:
    """All editions, and what can be drafted."""
    state = request.app.state
    before = periods.containing(state.clock(), state.settings.zone).previous()
    return await _list(request, Form({"period": before.name}))


@router.post("/publishing")
async def draft(request: Request) -> Response:
    """Wish for the draft of a period, or with a reason for a correction of its edition."""
    form = await forms.read(request)
    language = rendering.language_of(request)
    try:
        reader = drafts.Reader(form.values)
        period = reader.text("period", at_most=10, required=True)
        reason = reader.text("reason", at_most=drafts.REASON_AT_MOST)
        reader.finish()
        async with acting.opened(request) as act:
            await wishes.wish(period, reason, act, request.app.state.settings.zone)
    except Faulty as error:
        forms.refused(form, error, language)
        return await _list(request, form, status=422)
    except RankingError as error:
        status = _blame(form, "period", error, request)
        return await _list(request, form, status=status)
    return staff.see(request, "publishing", done="wished")


@router.get("/publishing/{edition}")
async def read(edition: str, request: Request) -> Response:
    """One edition as it will be, or is, published."""
    return await _edition(request, edition, Form())


@router.post("/publishing/{edition}")
async def publish(edition: str, request: Request) -> Response:
    """Publish a draft, for good."""
    form = await forms.read(request)
    me: Staff = request.state.actor
    if form["read"] != "yes":
        words = i18n.translator(rendering.language_of(request))
        form.faults["read"] = words.gettext(mark("Please confirm that you have read the draft."))
        return await _edition(request, edition, form, status=422)
    try:
        async with acting.opened(request) as act:
            await editions.publish(edition, me.display_name, act)
    except RankingError as error:
        status = _blame(form, "", error, request)
        if status == 404:
            raise
        return await _edition(request, edition, form, status=status)
    return staff.see(request, "publishing", edition, done="published")


@router.post("/publishing/{edition}/replies")
async def withhold(edition: str, request: Request) -> Response:
    """Keep back a reply that names persons, with the reason."""
    form = await forms.read(request)
    number = guards.int_or_zero(form["reply"][:9])
    field = f"withheld_{number}"
    try:
        reason = drafts.reason(form.values, field=field)
        async with acting.opened(request) as act:
            await replies.withhold(number, reason, act)
    except Faulty as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _edition(request, edition, form, status=422)
    except RankingError as error:
        status = _blame(form, field, error, request)
        return await _edition(request, edition, form, status=status)
    return staff.see(request, "publishing", edition, done="withheld")


def _blame(form: Form, field: str, error: RankingError, request: Request) -> int:
    return forms.blame(form, field, error, rendering.language_of(request))


async def _list(request: Request, form: Form, *, status: int = 200) -> Response:
    state = request.app.state
    at, zone = state.clock(), state.settings.zone
    coming = periods.containing(at, zone).following()
    return await _page(
        request,
        "publishing/list.html",
        status=status,
        form=form,
        found=await editions.listed(),
        wishes=[(wish, _fault(wish, request)) for wish in await wishes.last()],
        announced=await schedule_watch.announced(at, zone),
        recounts=await recounting.latest(),
        coming=coming.name,
        done=DONE.get(request.query_params.get("done", "")),
        limits=drafts,
    )


def _fault(wish: wishes.Wish, request: Request) -> str:
    """What came in the way of a draft, in words."""
    if wish.fault is None:
        return ""
    kinds = {kind.__name__: answer.title for kind, answer in errors.ANSWERS.items()}
    words = i18n.translator(rendering.language_of(request))
    return words.gettext(kinds.get(wish.fault, kinds["RankingError"]))


async def _edition(request: Request, name: str, form: Form, *, status: int = 200) -> Response:
    edition = await editions.read(name)
    [listed] = [each for each in await editions.listed() if each.name == name]
    at = request.app.state.clock()
    reason = None if listed.published_at else await publishing.refusal(name, at)
    return await _page(
        request,
        "publishing/edition.html",
        status=status,
        form=form,
        edition=edition,
        listed=listed,
        objections=await objections.of_edition(name),
        replies=await replies.latest(name),
        moved=life.moved(edition, rendering.language_of(request)),
        closes_at=dict(await objections.drafts(at)).get(name),
        undone=[one for one in await spot_drawing.of_edition(edition) if one.waiting],
        obstacle=errors.told(reason, rendering.language_of(request)) if reason else "",
        done=DONE.get(request.query_params.get("done", "")),
        limits=drafts,
    )


async def _page(request: Request, template: str, *, status: int, **values: Any) -> Response:
    language = rendering.language_of(request)
    refusal = permissions.why_not(permissions.check_may_publish, request.state.actor)
    refused = errors.told(refusal, language) if refusal else ""
    return await staff.page(
        request, template, section="publishing", status=status, refused=refused, **values
    )
