"""The cases of an agency, deadline first."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import inbox, permissions
from feedback.actors import Staff
from feedback.inbox import Filter
from feedback.lifecycle import CaseStatus
from sla import spelling
from sla.errors import NotText
from web import guards
from web.forms import Form
from web.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DUE = {"": mark("Any deadline"), "overdue": mark("Overdue"), "soon": mark("Due soon")}
DONE = {"transfer": mark("The case was handed over. It is in the other agency's inbox now.")}


@router.get("/inbox")
async def listed(request: Request) -> Response:
    """The list, narrowed as the form above it says."""
    query = request.query_params
    form = Form({name: query.get(name, "") for name in ("status", "due", "q")})
    form.values["status"] = form["status"] or "open"
    me: Staff = request.state.actor
    wanted = Filter(
        status=form["status"],
        due=form["due"],
        words=_words(form),
        page=guards.int_or_zero(query.get("page")) or 1,
    )
    at = request.app.state.clock()
    return await staff.page(
        request,
        "inbox/list.html",
        section="inbox",
        form=form,
        counts=await inbox.counted(me, at=at),
        found=await inbox.listed(me, wanted, at=at),
        statuses=list(CaseStatus),
        due=DUE,
        sees_all=me.role in permissions.SEE_ALL,
        is_narrowed=any(query.get(name) for name in form.values),
        done=DONE.get(query.get("done", "")),
    )


def _words(form: Form) -> str:
    """What to search for; what is no text cannot be in any case, and is not asked for again."""
    try:
        spelling.search_key(form["q"])
    except NotText:
        form.values["q"] = ""
    return form["q"]
