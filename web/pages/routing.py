"""What waits for coordinators to find whose matter it is, and what was sent from hand to hand."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import permissions
from feedback.office import routing
from web.pages import staff

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/routing")
async def listed(request: Request) -> Response:
    """Both lists; whoever works on cases can hand each one on from here."""
    me = request.state.actor
    return await staff.page(
        request,
        "routing/list.html",
        section="routing",
        found=await routing.routing(me, at=request.app.state.clock()),
        may_transfer=me.role in permissions.WORK_ON_CASES,
    )
