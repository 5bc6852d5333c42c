"""Improvement plans: what agencies clearly below the target mean to do, and whether they do it."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts
from feedback.actors import Staff
from feedback.errors import Faulty
from ranking.errors import RankingError
from ranking.frozen.life_errors import BadDay, MeasureEnded
from ranking.life import plans
from ranking.life.plans import MeasureDraft, Owed, PlanDraft
from sla import charter, spelling
from web import acting, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

AT_ONCE = 3
"""Measures one form takes; a further version takes more."""
OWNER_AT_MOST = 200
OUTCOMES: Mapping[str, bool | None] = {"done": True, "dropped": False}
DONE = {
    "written": mark("The plan is stored and public. Its days are promises from now on."),
    "done": mark("The measure is reported done. What you wrote is public."),
    "dropped": mark("The measure is given up. Your reason is public."),
}


@router.get("/plans")
async def listed(request: Request) -> Response:
    """Every plan that a published edition asks for, the missing ones too."""
    agency = request.query_params.get("agency", "")[:40]
    found = await _owed(request, agency=agency)
    return _public(request, "plans/list.html", found=found, agency=agency)


@router.get("/plans/{period}/{agency}")
async def read(period: str, agency: str, request: Request) -> Response:
    """One plan with all its versions."""
    state = request.app.state
    found = await plans.one(period[:10], agency[:40], state.clock(), state.settings.zone)
    return _public(request, "plans/one.html", found=found)


@router.get("/my-plans")
async def mine(request: Request) -> Response:
    """The plans the own agency owes."""
    found = await _owed(request, agency=await _my_code(request))
    return await _page(request, "plans/mine.html", found=found)


@router.get("/my-plans/{period}")
async def edit(period: str, request: Request) -> Response:
    """Write the plan, its next version, or how a measure ended."""
    return await _mine(request, period, None)


@router.post("/my-plans/{period}")
async def write(period: str, request: Request) -> Response:
    """Store a version with further measures."""
    form = await forms.read(request)
    language = rendering.language_of(request)
    try:
        draft = _draft(form)
        async with acting.opened(request) as act:
            zone = request.app.state.settings.zone
            await plans.write(period[:10], draft, act, zone, of=_of(request))
    except Faulty as error:
        forms.refused(form, error, language)
        return await _mine(request, period, form, status=422)
    except RankingError as error:
        status = forms.blame(form, _at(form, error), error, language)
        if status == 404:
            raise
        return await _mine(request, period, form, status=status)
    return staff.see(request, "my-plans", period, done="written", **_taken_over(request))


@router.post("/my-plans/{period}/{measure}")
async def report(period: str, measure: str, request: Request) -> Response:
    """Report a measure done, with what shows it, or give it up, with the reason."""
    form = await forms.read(request)
    language = rendering.language_of(request)
    number = guards.int_or_zero(measure[:9])
    field = f"report_{number}"
    try:
        reader = drafts.Reader(form.values)
        is_done = reader.choice("outcome", OUTCOMES, default=None)
        text = reader.text(field, at_most=drafts.REASON_AT_MOST, required=True)
        if is_done is None:
            reader.fault(field, "not_a_choice")
        reader.finish()
        async with acting.opened(request) as act:
            await plans.report(number, text, act, is_done=bool(is_done))
    except Faulty as error:
        forms.refused(form, error, language)
        return await _mine(request, period, form, status=422)
    except RankingError as error:
        # What has ended has no form any more.
        at_field = "" if isinstance(error, MeasureEnded) else field
        status = forms.blame(form, at_field, error, language)
        if status == 404:
            raise
        return await _mine(request, period, form, status=status)
    done = "done" if is_done else "dropped"
    return staff.see(request, "my-plans", period, done=done, **_taken_over(request))


def _draft(form: Form) -> PlanDraft:
    """What the form says; a row with nothing in it is not there. Raises `Faulty`."""
    reader = drafts.Reader(form.values)
    cause = reader.text(
        "cause", at_most=4 * drafts.REASON_AT_MOST, required=True, clean=spelling.tidy
    )
    goal = reader.text("goal", at_most=drafts.REASON_AT_MOST, required=True)
    measures = []
    for number in range(1, AT_ONCE + 1):
        fields = [f"{name}_{number}" for name in ("measure", "owner", "due")]
        is_there = any(form[field].strip() for field in fields)
        text = reader.text(fields[0], at_most=drafts.REASON_AT_MOST, required=is_there)
        owner = reader.text(fields[1], at_most=OWNER_AT_MOST, required=is_there)
        due_on = _day(reader, fields[2], required=is_there)
        if text and owner and due_on:
            measures.append(MeasureDraft(text, owner, due_on))
    reader.finish()
    return PlanDraft(cause, goal, tuple(measures))


def _at(form: Form, error: RankingError) -> str:
    """The field that a refusal is about: the day that cannot be, or the first measure."""
    if isinstance(error, BadDay):
        days = {form[f"due_{number}"]: f"due_{number}" for number in range(AT_ONCE, 0, -1)}
        return days.get(error.due_on.isoformat(), "due_1")
    return "measure_1"


def _day(reader: drafts.Reader, field: str, *, required: bool) -> date | None:
    written = reader.text(field, at_most=10, required=required)
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        reader.fault(field, "not_a_day")
        return None


async def _owed(request: Request, *, agency: str) -> list[Owed]:
    state = request.app.state
    return await plans.owed(state.clock(), state.settings.zone, agency=agency)


def _of(request: Request) -> str:
    """Whose plan it is, where the own agency took it over; empty: the own one's."""
    return request.query_params.get("of", "")[:40]


def _taken_over(request: Request) -> dict[str, str]:
    return {"of": _of(request)} if _of(request) else {}


async def _my_code(request: Request) -> str:
    me: Staff = request.state.actor
    known = await charter.current()
    return known.agency_of_id(me.agency_id).code if me.agency_id is not None else "\0"


async def _mine(request: Request, period: str, form: Form | None, *, status: int = 200) -> Response:
    state = request.app.state
    mine, zone = await _my_code(request), state.settings.zone
    found = await plans.one(period[:10], mine, state.clock(), zone, of=_of(request))
    stands = {"cause": found.plan.cause, "goal": found.plan.goal}
    typed = form or Form()
    return await _page(
        request,
        "plans/write.html",
        status=status,
        found=found,
        taken_over=_taken_over(request),
        form=dataclasses.replace(typed, values={**stands, **typed.values}),
        numbers=range(1, AT_ONCE + 1),
        limit=drafts.REASON_AT_MOST,
    )


def _public(request: Request, template: str, **values: Any) -> Response:
    return rendering.page(request, template, **values)


async def _page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    return await staff.page(
        request,
        template,
        section="my-plans",
        status=status,
        done=DONE.get(request.query_params.get("done", "")),
        **values,
    )
