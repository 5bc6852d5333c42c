"""Keys of agencies' systems. A secret is shown once, on the page that answers the form."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import agency_keys, drafts
from feedback.agency_keys import Given
from feedback.errors import Faulty, KeyOver, NoSuchKey, NotAFact, UnknownAgency
from feedback.scopes import Scope
from web import acting, forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import guards
from web.language.i18n import mark
from web.pages import staff, sure
from web.pages.admin import frame
from web.pages.sure import Question

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

# The names of the boxes; a colon would be none of an element's.
BOXES: dict[str, Scope] = {f"opens_{one.name.lower()}": one for one in Scope}

REVOKING = Question(
    mark("Revoke key number %(number)s?"),
    mark(
        "The system that uses it is shut out at once, and a revoked key never comes back. To change"
        " over without a break, replace it instead."
    ),
    mark("Revoke"),
)
REPLACING = Question(
    mark("Replace key number %(number)s?"),
    mark(
        "The agency gets a second key that opens the same. The first one stays good for fourteen"
        " days, so that its system can change over without a break."
    ),
    mark("Replace"),
)


@router.get("/admin/keys")
async def listed(request: Request) -> Response:
    """Keys, searched by agency or label."""
    return await _keys(request, Form())


@router.post("/admin/keys")
async def change(request: Request) -> Response:
    """Give an agency a key, give one a successor, or revoke one."""
    form = await forms.read(request)
    if form["revoke"] and not sure.is_sure(form):
        about = {"number": _number(form["revoke"])}
        return await sure.ask(request, form, REVOKING, section="admin", back="admin/keys", **about)
    if form["revoke"]:
        async with acting.opened(request) as act:
            await agency_keys.revoke(_number(form["revoke"]), act, reason=sure.why(form))
        return staff.see(request, "admin/keys", done="revoked")
    if form["rotate"] and not sure.is_sure(form):
        about = {"number": _number(form["rotate"])}
        return await sure.ask(request, form, REPLACING, section="admin", back="admin/keys", **about)
    if form["rotate"]:
        return await _rotate(request, form)
    try:
        opens = " ".join(one for box, one in BOXES.items() if form[box] == "yes")
        wish = agency_keys.wish(opens, form["label"], form["days"])
        reason = drafts.reason(form.values)
        async with acting.opened(request) as act:
            given = await agency_keys.add(
                form["agency"], wish, act, request.app.state.keys, reason=reason
            )
    except (Faulty, NotAFact, UnknownAgency) as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _keys(request, form, status=422)
    return await _keys(request, Form(), given=given)


async def _rotate(request: Request, form: Form) -> Response:
    keys, reason = request.app.state.keys, sure.why(form)
    try:
        async with acting.opened(request) as act:
            given = await agency_keys.rotate(_number(form["rotate"]), act, keys, reason=reason)
    except NoSuchKey as error:
        raise NoSuchPage from error
    except KeyOver as error:
        status = forms.blame(form, "", error, rendering.language_of(request))
        return await _keys(request, form, status=status)
    return await _keys(request, Form(), given=given)


def _number(text: str) -> int:
    return guards.int_or_zero(text[:9])


async def _keys(
    request: Request, form: Form, *, status: int = 200, given: Given | None = None
) -> Response:
    typed, _ = frame.searched(request)
    query = request.query_params
    before = guards.int_or_zero(query.get("before", "")[:9])
    at = request.app.state.clock()
    found = await agency_keys.listed(at, search=typed, before=before or None)
    form.values.setdefault("q", typed)
    return await frame.page(
        request,
        "admin/keys.html",
        status=status,
        form=form,
        found=found,
        is_first=not before,
        narrowed={"q": typed} if typed else {},
        has_any=bool(found.rows or typed or before),
        boxes=BOXES,
        agencies=await frame.open_agencies(request),
        given=given,
        states=agency_keys.KeyState,
        order=tuple(Scope),
    )
