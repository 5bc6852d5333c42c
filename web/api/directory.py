"""Who there is and what they promise: agencies and services."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from feedback.errors import UnknownAgency
from sla import charter, spelling
from web.api.commitments import basis_of
from web.api.schemas import public
from web.guarding.desks import agency_json, commitment_json, service_json

router = APIRouter(prefix="/api/v1", tags=["directory"])

PAGE = 200
Words = Annotated[str, Query(max_length=200)]
Cursor = Annotated[str, Query(max_length=40)]


@router.get("/agencies")
async def agencies(request: Request, q: Words = "", cursor: Cursor = "") -> Response:
    """The agencies that exist today, in alphabetical order; `q` finds names without marks too."""
    known = await charter.current()
    found = known.open_agencies(on=request.app.state.today())
    key = spelling.search_key(q)
    items = [agency_json(a) for a in found if key in a.search_key]
    return public(request, _paged(items, cursor))


@router.get("/services")
async def services(
    request: Request, agency: Cursor, q: Words = "", cursor: Cursor = ""
) -> Response:
    """The services of one agency, each with the commitment that binds it today.

    `basis` says which one that is: `service` where the service has its own time, `feedback` where
    only feedback about it has one, null where nothing is promised.
    """
    known = await charter.current()
    found = known.agencies.get(agency)
    if found is None:
        raise UnknownAgency(agency)
    on = request.app.state.today()
    key = spelling.search_key(q)
    bound = [(s, known.commitment_of(found, s, on=on)) for s in known.offered(found, on=on)]
    items = [
        {**service_json(s), "commitment": commitment_json(made), "basis": basis_of(made)}
        for s, made in bound
        if key in s.search_key
    ]
    return public(request, _paged(items, cursor))


def _paged(items: list[dict[str, object]], cursor: str) -> dict[str, object]:
    """One page; the cursor is the code of the last item before it."""
    places = [i for i, item in enumerate(items) if item["code"] == cursor]
    start = places[0] + 1 if places else 0
    page = items[start : start + PAGE]
    more = start + PAGE < len(items)
    return {"items": page, "next": page[-1]["code"] if more else None}
