"""Spot checks: what was drawn by lot, the call or the look into the file, and what came of it."""

from collections.abc import Collection

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import permissions, spot_checking, spot_checks
from feedback import spot_check_permissions as may
from feedback.errors import Faulty, NobodyKnown, RoleMayNot
from feedback.spot_check_errors import SpotCheckDone
from feedback.spot_checks import SpotCheck, Wanted
from feedback.spot_kinds import SpotKind, SpotOutcome
from web import acting, errors, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language import i18n, period_names
from web.language.i18n import mark, name_of
from web.pages import staff
from web.pages.reveal import ONCE_SHOWN
from web.tables import exports

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "recorded": mark("What came of it is on record, for good."),
    "again": mark("On record. The resident is to be called again."),
}
# What is found, as whoever calls or looks would say it.
OUTCOMES = {
    (SpotKind.CALL_BACK, SpotOutcome.AGREES): mark("It is as the agency told"),
    (SpotKind.CALL_BACK, SpotOutcome.DIFFERS): mark("It is not as the agency told"),
    (SpotKind.CALL_BACK, SpotOutcome.NOT_REACHED): mark("Nobody was reached"),
    (SpotKind.FILE, SpotOutcome.AGREES): mark("The file says what the agency told"),
    (SpotKind.FILE, SpotOutcome.DIFFERS): mark("The file says something else"),
    (SpotKind.FILE, SpotOutcome.NOT_REACHED): mark("The file was not shown"),
}
HINTS = {
    (SpotKind.CALL_BACK, SpotOutcome.AGREES): mark(
        "The matter was theirs, the result came, and whoever rated was the resident."
    ),
    (SpotKind.CALL_BACK, SpotOutcome.DIFFERS): mark(
        "Not their matter, no such result, or somebody else rated or told them what to say."
    ),
    (SpotKind.FILE, SpotOutcome.AGREES): mark("Days, result and resident are the same."),
    (SpotKind.FILE, SpotOutcome.DIFFERS): mark("A day, the result or the resident differs."),
}
COLUMNS = (
    *("number", "period", "kind", "agency", "service", "reference", "closed_at", "drawn_at"),
    *("due_at", "tries", "outcome", "done"),
)
STATES = {"waiting": False, "done": True}


@router.get("/spot-checks")
async def listed(request: Request) -> Response:
    """What was drawn, the nearest to do first."""
    periods = await spot_checks.periods_drawn()
    form = _chosen(request, periods)
    language = rendering.language_of(request)
    words = i18n.translator(language)
    number = guards.int_or_zero(request.query_params.get("page", "")[:9])
    at = request.app.state.clock()
    return await staff.page(
        request,
        "spot_checks/list.html",
        section="spot-checks",
        form=form,
        found=await spot_checks.listed(request.state.actor, _wanted(form), page=number),
        waiting=await spot_checks.waiting(at),
        periods=[(one, period_names.in_words(one, language).capitalize()) for one in periods],
        kinds=[(one.value, name_of(one, language)) for one in SpotKind],
        states=[("waiting", words.gettext("To be done")), ("done", words.gettext("Done"))],
        narrowed={name: form[name] for name in form.values if form[name]},
        outcomes=OUTCOMES,
        now=at,
    )


@router.get("/spot-checks.csv")
async def taken_along(request: Request) -> Response:
    """The same as a file."""
    form = _chosen(request, await spot_checks.periods_drawn())
    found = await spot_checks.every(request.state.actor, _wanted(form))
    return Response(
        exports.written([COLUMNS, *map(_row, found)]),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="spot-checks.csv"',
            "Cache-Control": "no-store, private",
        },
    )


@router.get("/spot-checks/{number}")
async def read(number: str, request: Request) -> Response:
    """One, every try at it, and the form for the next."""
    return await _page(request, number, Form())


@router.post("/spot-checks/{number}")
async def record(number: str, request: Request) -> Response:
    """What one try came to; or whom to call, before it."""
    form = await forms.read(request)
    if form["do"] == "call":
        return await _call(request, number, form)
    language = rendering.language_of(request)
    one, _ = await spot_checks.one(request.state.actor, _number(number))
    try:
        told = spot_checking.found(form.values, one.kind)
        async with acting.opened(request) as act:
            is_last = await spot_checking.record(one.number, told, act)
    except Faulty as error:
        forms.refused(form, error, language)
        return await _page(request, number, form, status=422)
    except (RoleMayNot, SpotCheckDone) as error:
        status = forms.blame(form, "", error, language)
        return await _page(request, number, form, status=status)
    return staff.see(request, "spot-checks", one.number, done="recorded" if is_last else "again")


async def _call(request: Request, number: str, form: Form) -> Response:
    """Shown on this answer alone, once it is written down who asked."""
    try:
        async with acting.opened(request) as act:
            contact = await spot_checking.call(_number(number), act, request.app.state.keys)
    except (NobodyKnown, RoleMayNot, SpotCheckDone) as error:
        status = forms.blame(form, "", error, rendering.language_of(request))
        return await _page(request, number, form, status=status)
    response = await _page(request, number, Form(), contact=contact)
    response.headers.update(ONCE_SHOWN)
    return response


async def _page(
    request: Request, number: str, form: Form, *, status: int = 200, contact: object = None
) -> Response:
    me, language = request.state.actor, rendering.language_of(request)
    one, tries = await spot_checks.one(me, _number(number))
    words = i18n.translator(language)
    refusal = permissions.why_not(may.check_may_spot_check, me, one.agency.id)
    return await staff.page(
        request,
        "spot_checks/one.html",
        section="spot-checks",
        status=status,
        one=one,
        tries=tries,
        form=form,
        contact=contact,
        has_contact=await spot_checking.has_contact(one.number),
        choices=[
            (of.value, words.gettext(OUTCOMES[one.kind, of]), _hint(one.kind, of, language))
            for of in SpotOutcome
        ],
        outcomes=OUTCOMES,
        done=DONE.get(request.query_params.get("done", "")),
        refused=errors.told(refusal, language) if refusal else "",
        now=request.app.state.clock(),
        limits=spot_checking,
    )


def _hint(kind: SpotKind, outcome: SpotOutcome, language: str) -> str:
    hint = HINTS.get((kind, outcome))
    return i18n.translator(language).gettext(hint) if hint else ""


def _number(text: str) -> int:
    return guards.int_or_zero(text[:18])


def _chosen(request: Request, periods: Collection[str]) -> Form:
    """What narrows the list; what there is not narrows nothing."""
    known = {"period": periods, "kind": set(SpotKind), "state": STATES}
    asked = {name: request.query_params.get(name, "") for name in known}
    return Form({name: value if value in known[name] else "" for name, value in asked.items()})


def _wanted(form: Form) -> Wanted:
    kind = form["kind"]
    return Wanted(
        period=form["period"],
        kind=SpotKind(kind) if kind in set(SpotKind) else None,
        is_done=STATES.get(form["state"]),
    )


def _row(one: SpotCheck) -> tuple[str, ...]:
    return (
        str(one.number),
        one.period,
        one.kind.value,
        one.agency.code,
        one.service.code if one.service else "",
        one.reference,
        *(at.isoformat() for at in (one.closed_at, one.drawn_at, one.due_at)),
        str(one.tries),
        one.outcome.value if one.outcome else "",
        "yes" if one.is_done else "no",
    )
