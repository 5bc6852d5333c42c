"""How somebody wants to be written to about their work."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback.office import work_mail
from feedback.office.work_mail import Wish
from web import forms
from web.acting import Acting
from web.errors import NoSuchPage
from web.forms import Form
from web.language import i18n
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/work-mail")
async def shown(request: Request) -> Response:
    """The digest may be declined; alerts about deadlines may not."""
    wish = await work_mail.wish_of(request.state.actor)
    values = {"language": wish.language, "digest": "yes" if wish.wants_digest else ""}
    return await staff.page(
        request,
        "head/work_mail.html",
        section="work-mail",
        form=Form(values),
        is_kept=request.query_params.get("done") == "kept",
    )


@router.post("/work-mail")
async def keep(request: Request, act: Acting) -> Response:
    """From now on they are written to like this."""
    form = await forms.read(request)
    if form["language"] not in i18n.LANGUAGES:
        raise NoSuchPage
    wish = Wish(form["language"], wants_digest=form["digest"] == "yes")
    await work_mail.wish(wish, request.state.actor, act)
    return staff.see(request, "work-mail", done="kept")
