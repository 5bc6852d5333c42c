"""Editions from draft to publication, for those who answer for them."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts, permissions
from feedback.actors import Staff
from feedback.errors import Faulty
from ranking import editions, periods
from ranking.errors import RankingError
from web import acting, errors, forms, i18n, rendering
from web.forms import Form
from web.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "drafted": mark("The draft is made. Please read it before you publish it."),
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
    """Compute the draft of a period, in place of an earlier one."""
    form = await forms.read(request)
    settings = request.app.state.settings
    try:
        period = drafts.reason(form.values, field="period")
        async with acting.opened(request) as act:
            row = await editions.draft(period, act, settings.zone, packs_dir=settings.packs_dir)
    except Faulty as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _list(request, form, status=422)
    except RankingError as error:
        return await _list(request, _blamed(form, "period", error, request), status=_status(error))
    return staff.see(request, "publishing", row.name, done="drafted")


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
        if _status(error) == 404:
            raise
        return await _edition(
            request, edition, _blamed(form, "", error, request), status=_status(error)
        )
    return staff.see(request, "publishing", edition, done="published")


def _blamed(form: Form, field: str, error: RankingError, request: Request) -> Form:
    words = i18n.translator(rendering.language_of(request))
    form.faults[field] = words.gettext(errors.answer_to(error).title)
    return form


def _status(error: RankingError) -> int:
    return errors.answer_to(error).status


async def _list(request: Request, form: Form, *, status: int = 200) -> Response:
    found = await editions.listed()
    return await _page(request, "publishing/list.html", status=status, form=form, found=found)


async def _edition(request: Request, name: str, form: Form, *, status: int = 200) -> Response:
    edition = await editions.read(name)
    [listed] = [each for each in await editions.listed() if each.name == name]
    return await _page(
        request,
        "publishing/edition.html",
        status=status,
        form=form,
        edition=edition,
        listed=listed,
        done=DONE.get(request.query_params.get("done", "")),
    )


async def _page(request: Request, template: str, *, status: int, **values: Any) -> Response:
    language = rendering.language_of(request)
    refusal = permissions.why_not(permissions.check_may_publish, request.state.actor)
    refused = i18n.translator(language).gettext(errors.answer_to(refusal).title) if refusal else ""
    return await staff.page(
        request, template, section="publishing", status=status, refused=refused, **values
    )
