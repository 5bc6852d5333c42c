"""Whether the process lives, and whether it can work."""

import asyncio

import redis
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback.administration import notice_states
from web.api.schemas import reply
from web.language import i18n
from web.storage import database
from web.storage.rights import Standing

router = APIRouter()

DATABASE_SECONDS = 2.0


@router.get("/healthz", include_in_schema=False)
async def healthz() -> Response:
    """The process is alive."""
    return reply({"status": "ok"})


@router.get("/readyz", include_in_schema=False)
async def readyz(request: Request) -> Response:
    """The database answers and is migrated; a queue that is down only slows things.

    `"role": "owner"` says that the application signs in as the database's owner, so that nothing
    is kept from it; `loose`, that a role of its own may do what it must not.
    """
    role = Standing.BOUND
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            is_ready = await database.is_migrated()
            if is_ready:
                role = await database.standing()
    except Exception:  # noqa: BLE001 -- whatever keeps us from the database, we are not ready
        is_ready = False
    queue = "ok" if await _queue_answers(request) else "degraded"
    told = {"status": "ok" if is_ready else "unavailable", "queue": queue}
    if role is not Standing.BOUND:
        told["role"] = role.value
    if is_ready and await _are_stuck(request):
        told["notices"] = "stuck"
    return reply(told, 200 if is_ready else 503)


async def _are_stuck(request: Request) -> bool:
    """Whether what is owed to residents has waited for too long: no reason to send nobody here."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            since = await notice_states.owed_since(request.app.state.clock())
    except Exception:  # noqa: BLE001 -- the next look at the database will say what it is
        return False
    return since is not None


async def _queue_answers(request: Request) -> bool:
    queue: redis.Redis | None = request.app.state.queue
    if queue is None:
        return False
    try:
        return bool(await asyncio.to_thread(queue.ping))
    except (redis.RedisError, OSError):
        return False


@router.get("/", include_in_schema=False)
async def front_door(request: Request) -> Response:
    """To the language the browser asks for."""
    language = i18n.negotiate(request.headers.get("accept-language"))
    return RedirectResponse(f"/{language}/", 307, headers={"Vary": "Accept-Language"})
