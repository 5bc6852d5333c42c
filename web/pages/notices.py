"""The outbox as operators see it: what waits, since when, why; never to whom or what it says."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import notices, permissions
from feedback.administration import notice_states
from feedback.administration.notice_states import NoticeState
from web import acting, errors, forms, queueing
from web.language import i18n
from web.language.i18n import mark
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

KINDS: Mapping[str, str] = {
    "received": mark("Receipt of feedback"),
    "asked": mark("A question to the resident"),
    "answered": mark("An answer to the resident"),
    "extended": mark("A new date for the resident"),
    "handed_over": mark("Feedback that went to another procedure"),
    "invitation": mark("An invitation to rate"),
    "calendar_ends": mark("A warning that a calendar ends"),
    "password_reset": mark("A new password for a member of staff"),
}
CHANNELS: Mapping[str, str] = {notices.EMAIL: mark("e-mail"), notices.SMS: mark("text message")}

i18n.NAMES[NoticeState] = {
    NoticeState.OWED: mark("Waits to be sent"),
    NoticeState.PUT_OFF: mark("Failed, will be tried again"),
    NoticeState.GIVEN_UP: mark("Given up"),
    NoticeState.SENT: mark("Sent in the last 30 days"),
}


@router.get("/admin/notices")
async def listed(request: Request) -> Response:
    """What the outbox holds."""
    return await _page(request)


@router.post("/admin/notices")
async def try_again(request: Request) -> Response:
    """Try what failed again, now."""
    form = await forms.read(request)
    async with acting.opened(request) as act:
        await notice_states.try_again(act, kind=form["kind"], channel=form["channel"])
    await queueing.nudge(["send_notice"], queue=request.app.state.queue)
    return staff.see(request, "admin/notices", done="again")


async def _page(request: Request) -> Response:
    at = request.app.state.clock()
    refusal = permissions.why_not(permissions.check_may_administer, request.state.actor)
    return await staff.page(
        request,
        "admin/notices.html",
        section="admin",
        groups=await notice_states.groups(at),
        stuck_since=await notice_states.owed_since(at),
        kinds=KINDS,
        channels=CHANNELS,
        states=NoticeState,
        refused=errors.answer_to(refusal).title if refusal else "",
        is_done=request.query_params.get("done") == "again",
    )
