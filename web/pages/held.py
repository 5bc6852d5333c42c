"""What looks like spam, for a person's look: each is let through or refused with a reason."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import holds
from feedback.errors import NoSuchCase, NotAFact, OwnRefusal
from feedback.staff.hand_errors import NotApart
from web import acting, forms
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.language import i18n_names
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/held")
async def listed(request: Request) -> Response:
    """What waits for a look, longest first."""
    return await _page(request, Form())


@router.post("/held")
async def decide(request: Request) -> Response:
    """Let one through to its agency, or refuse it; its sender reads which and why."""
    form = await forms.read(request)
    try:
        async with acting.opened(request) as act:
            decision = holds.decision_of(form["decision"])
            await holds.decide(form["reference"], decision, act, request.app.state.keys)
    except (NotAFact, NoSuchCase, NotApart, OwnRefusal) as error:
        status = forms.blame(form, "decision", error, rendering.language_of(request))
        return await _page(request, form, status=status)
    return staff.see(request, "held")


async def _page(request: Request, form: Form, *, status: int = 200) -> Response:
    number = max(1, guards.int_or_zero(request.query_params.get("page", "1")[:6]))
    waiting, pages = await holds.waiting(request.state.actor, page=number)
    return await staff.page(
        request,
        "held/list.html",
        section="held",
        status=status,
        form=form,
        waiting=waiting,
        decisions=i18n_names.HOLD_DECISIONS,
        number=min(number, pages),
        pages=pages,
    )
