"""What waits for a second person, what waits for its day, and what became of the rest."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts, questionnaires
from feedback import permissions as may
from feedback.administration import calendar_days, changes
from feedback.administration.change_errors import (
    ChangeImpossible,
    ChangeOver,
    DayHasCome,
    OwnProposal,
)
from feedback.administration.changes import Change
from feedback.deeds import ChangeKind, ChangeState
from feedback.errors import Faulty
from feedback.questionnaire import Question
from feedback.staff import accounts
from feedback.staff.hand_errors import NotApart
from ranking.errors import RankingError
from ranking.frozen.edition_errors import NoSuchEdition
from ranking.life import proposing, thresholds
from sla.errors import ReasonMissing
from web import acting, doing, errors
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form, read
from web.guarding import guards
from web.imports import calendar_preview
from web.language import i18n
from web.pages import staff
from web.pages.admin import frame, questionnaire
from web.pages.calendars import hours_of

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

# A proposed file of days is taken by what reads files, which nobody but a page needs.
DOERS = {**doing.DOERS, ChangeKind.CALENDAR_DAY: calendar_preview.carry_out}
REFUSED = (
    Faulty,
    ReasonMissing,
    NotApart,
    OwnProposal,
    ChangeOver,
    DayHasCome,
    ChangeImpossible,
    RankingError,
)


@router.get("/admin/changes")
async def listed(request: Request) -> Response:
    """All that waits, and what is over."""
    query = request.query_params
    before = guards.int_or_zero(query.get("before", "")[:9])
    after = guards.int_or_zero(query.get("after", "")[:9])
    over = await changes.over(before=before or None)
    proposed, planned = await changes.proposed(after=after), await changes.planned()
    every = (*proposed, *planned, *over)
    people = {one.proposed_by for one in every} | {one.decided_by or "" for one in every}
    return await frame.page(
        request,
        "admin/changes.html",
        proposed=proposed,
        planned=planned,
        over=over,
        page=changes.PAGE,
        is_first=not (before or after),
        asked={"before": before or None, "after": after or None},
        names=await accounts.display_names(people),
    )


@router.get("/admin/changes/{number}")
async def shown(number: str, request: Request) -> Response:
    """One of them, with the forms to decide about it."""
    return await _one(request, _number(number), Form())


@router.post("/admin/changes/{number}")
async def decide(number: str, request: Request) -> Response:
    """Approve it, refuse it, or cancel what one has proposed or planned."""
    form, which = await read(request), _number(number)
    if form["do"] not in {"approve", "refuse", "cancel"}:
        raise NoSuchPage
    today = request.app.state.today()
    try:
        answer = form["answer"] if form["do"] == "approve" else ""
        if not answer:
            answer = "" if form["do"] == "approve" else drafts.reason(form.values, field="answer")
        async with acting.opened(request) as act:
            if form["do"] == "approve":
                await changes.approve(which, act, DOERS, today=today, answer=answer[:1000])
            elif form["do"] == "refuse":
                await changes.refuse(which, act, answer=answer)
            else:
                await changes.cancel(which, act, today=today, reason=answer)
    except REFUSED as error:
        frame.tell(form, error, request)
        return await _one(request, which, form, status=422)
    done = {"approve": "approved", "refuse": "refused", "cancel": "cancelled"}[form["do"]]
    return staff.see(request, "admin/changes", done=done)


async def _moved(change: Change, request: Request) -> list[tuple[str, str, str]]:
    """What a proposal for a period changes of its terms, in words, while it waits."""
    if change.kind is not ChangeKind.PERIOD or change.state is not ChangeState.PROPOSED:
        return []
    try:
        found = await proposing.differences(change, request.app.state.clock())
    except NoSuchEdition:  # the period has begun, and nothing was ever fixed for it
        return []
    language = rendering.language_of(request)
    return [
        (name, _told(name, before, language), _told(name, after, language))
        for name, before, after in found
    ]


def _told(name: str, value: str, language: str) -> str:
    if name in (*proposing.SHARES, *thresholds.SHARES):
        return i18n.localise_percent(Decimal(value) / 100, language)
    if name == "publish_on":
        return i18n.localise_date(date.fromisoformat(value), language, style="long")
    return value or "–" if name == "left_out" else i18n.localise_number(Decimal(value), language)


def _asked(change: Change) -> list[tuple[str, tuple[Question, ...]]]:
    if change.kind is not ChangeKind.QUESTIONNAIRE:
        return []
    return questionnaire.asked(questionnaires.of_draft(questionnaires.of_change(change)))


def _number(text: str) -> int:
    return guards.int_or_zero(text[:9])


async def _one(request: Request, number: int, form: Form, *, status: int = 200) -> Response:
    change = await changes.read(number)
    people = {change.proposed_by, change.decided_by or ""}
    language = rendering.language_of(request)
    refusal = may.why_not(may.check_may_change, request.state.actor, change.kind)
    return await frame.page(
        request,
        "admin/change.html",
        status=status,
        change=change,
        form=form,
        names=await accounts.display_names(people),
        fields=frame.facts(request),
        alone=await errors.why_not(changes.check_may_decide(request.state.actor, change), language),
        today=request.app.state.today(),
        limits=drafts,
        moved=await _moved(change, request),
        day=await calendar_days.wanted_by(change) if "day" in change.body else None,
        hours_of=hours_of,
        shown_as=_asked(change),
        blank=Form(),
        refused=errors.told(refusal, language) if refusal else "",
    )
