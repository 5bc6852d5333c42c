"""Pictures from other clients: a form of files with the tracking code, as a browser sends it."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import attachments
from feedback.attachments import SENDING_AT_MOST, Picture
from web import acting
from web.api.schemas import reply
from web.api.told import Pictures, gives
from web.errors import BadForm
from web.guarding import idempotency, uploads
from web.guarding.desks import in_zone
from web.guarding.idempotency import Stored

router = APIRouter(prefix="/api/v1", tags=["cases"])

TAKES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["tracking_code", "files"],
                    "properties": {
                        "tracking_code": {"type": "string"},
                        "files": {
                            "type": "array",
                            "maxItems": SENDING_AT_MOST,
                            "items": {"type": "string", "format": "binary"},
                            "description": "JPEG, PNG or WebP, at most 10 MB each.",
                        },
                    },
                }
            }
        },
    }
}


@router.post("/cases/attachments", status_code=201, openapi_extra=TAKES | gives(Pictures, 201))
async def attach(request: Request) -> Response:
    """Add pictures to a case. Each is drawn anew without its metadata before anybody sees it; one
    that cannot be is told with its reason and stops nothing.
    """
    keys = request.app.state.keys
    async with uploads.received(request, is_ours=False) as posted:
        code = posted.form["tracking_code"]
        if not posted.files:
            raise BadForm
        scope = f"{request.url.path}\0{request.state.actor.reference}"
        body = code.encode("utf-8", "replace") + posted.digest
        key = request.headers.get("idempotency-key", "")
        once = idempotency.once_of(key, scope, body, keys)
        async with acting.opened(request) as act:

            async def do() -> Stored:
                added = await attachments.attach(code, posted.files, act, keys)
                posted.keep([picture.name for picture in added])
                return Stored(201, {"items": told(added, request)})

            stored = await idempotency.answered(once, act, keys, do)
    return reply(stored.body, stored.status)


def told(pictures: list[Picture] | tuple[Picture, ...], request: Request) -> list[dict[str, Any]]:
    """Pictures as the API gives them; `reason` is null unless one was refused."""
    zone = request.app.state.settings.zone
    return [
        {
            "number": one.number,
            "by": "resident" if one.is_residents else "office",
            "state": one.state,
            "reason": one.reason or None,
            "at": in_zone(one.at, zone),
        }
        for one in pictures
    ]
