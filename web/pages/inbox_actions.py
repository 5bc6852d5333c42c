"""What is done from a list of cases: putting somebody in charge of several, keeping the list."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback.errors import NotAFact
from feedback.office import bulk, saved_lists
from feedback.office.bulk import Outcome
from sla.acts import Act
from web import acting, errors, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language import i18n
from web.pages import inbox, staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one case of several; `refused` says why not, in words, or nothing."""

    reference: str
    refused: str


@router.post("/inbox/assign")
async def assign(request: Request) -> Response:
    """Put somebody in charge of each chosen case; what cannot be is said beside what was."""
    form = await forms.read(request)
    chosen = [value for name, value in form.values.items() if name.startswith("case-")]
    async with acting.opened(request) as act:
        outcomes = await bulk.assign(chosen, act, officer=form["officer"])
    language = rendering.language_of(request)
    told = [_told(outcome, language) for outcome in outcomes]
    beside = await inbox.beside_any(request)
    asked, known = await inbox.asked_by(request, dict(parse_qsl(form["list"])), beside.officers)
    done = [one for one in told if not one.refused]
    return await inbox.shown(
        request,
        asked,
        known,
        beside,
        status=200 if done or not told else 409,
        outcome={
            "done": done,
            "refused": [one for one in told if one.refused],
            "officer": beside.officers.get(form["officer"], ""),
            "none": not told,
        },
    )


def _told(outcome: Outcome, language: str) -> Told:
    if outcome.refusal is None:
        return Told(outcome.reference, "")
    if isinstance(outcome.refusal, NotAFact):
        title = errors.REASONS[outcome.refusal.reason]
    else:
        title = errors.answer_to(outcome.refusal).title
    return Told(outcome.reference, i18n.translator(language).gettext(title))


@router.post("/inbox/lists")
async def keep(request: Request) -> Response:
    """Keep the list one looks at under a name."""

    async def do(form: Form, query: str, act: Act) -> None:
        await saved_lists.keep(form["name"], query, act)

    return await _named(request, do, done="kept")


@router.post("/inbox/lists/rename")
async def rename(request: Request) -> Response:
    """Give one of one's own lists another name."""

    async def do(form: Form, _: str, act: Act) -> None:
        await saved_lists.rename(guards.int_or_zero(form["number"]), form["name"], act)

    return await _named(request, do, done="renamed")


async def _named(
    request: Request, do: Callable[[Form, str, Act], Awaitable[None]], *, done: str
) -> Response:
    """Back to the list one looks at, or what is wrong with the name beside it."""
    form = await forms.read(request)
    beside = await inbox.beside_any(request)
    asked, known = await inbox.asked_by(request, dict(parse_qsl(form["list"])), beside.officers)
    try:
        async with acting.opened(request) as act:
            await do(form, asked.without(), act)
    except NotAFact as error:
        keeping = forms.refused(Form({"name": form["name"]}), error, rendering.language_of(request))
        return await inbox.shown(request, asked, known, beside, status=422, keeping=keeping)
    return staff.see(request, "inbox", **{**asked.values, "page": None, "done": done})


@router.post("/inbox/lists/forget")
async def forget(request: Request) -> Response:
    """No longer keep one of one's own lists."""
    form = await forms.read(request)
    async with acting.opened(request) as act:
        await saved_lists.forget(guards.int_or_zero(form["number"]), act)
    return staff.see(request, "inbox", done="forgotten")
