"""What a period will be counted by, whole, for everybody, from the moment it is committed to."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ranking.frozen import edition_rows
from web.drawing import tagged

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/terms/{period}.json")
async def read(period: str, request: Request) -> Response:
    """The terms as they are digested: the SHA-256 of these bytes is the digest shown before."""
    terms = await edition_rows.terms_named(period)
    return tagged.file(
        request,
        terms.written(),
        "application/json",
        cache_control="public, max-age=300",
        access_control_allow_origin="*",
    )
