"""The application: settings and clock in, ASGI out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from typing import Any

import pydantic
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp
from tortoise.contrib.fastapi import RegisterTortoise
from tortoise.exceptions import ValidationError

from feedback import channels
from feedback.errors import FeedbackError
from ranking.errors import RankingError
from sla.acts import Event
from sla.errors import SlaError
from web import errors, failures, queueing, reactions
from web.api import attachments as attachment_calls
from web.api import (
    cases,
    commitments,
    description,
    directory,
    dossiers,
    editions,
    inbox,
    problems,
)
from web.board.serving import Board
from web.clock import Clock
from web.drawing import assets, rendering
from web.drawing.packing import Packing
from web.errors import CodeOwed, NoSuchPage, NotSignedIn, SlowDown, WebError
from web.guarding import access, desks, guards
from web.guarding.buckets import Buckets
from web.guarding.steady import Steady
from web.guarding.throttling import Counting
from web.language.i18n import mark
from web.pages import (
    about,
    account,
    admin,
    answer_templates,
    apology,
    attachments,
    calendars,
    case,
    complaints,
    corrections,
    dossier,
    elsewhere,
    erase,
    feeds,
    forgotten,
    handed_over,
    head,
    held,
    home,
    identities,
    inbox_actions,
    notices,
    objections,
    opinions,
    plans,
    poster,
    provider,
    publishing,
    rate,
    reach,
    receipts,
    reveal,
    reviews,
    routing,
    sign_in,
    signals,
    slow,
    spot_checks,
    standing,
    subscribe,
    terms,
    track,
    unsubscribe,
    webhooks,
    work_mail,
)
from web.pages import commitments as commitment_pages
from web.pages import inbox as inbox_pages
from web.running import health
from web.settings import Settings
from web.storage import database
from web.storage.engine import AWAY, Busy
from web.storage.sight import Sighted

log = logging.getLogger(__name__)

TITLES = {
    404: ("not-found", mark("There is nothing at this address.")),
    405: ("method-not-allowed", mark("This cannot be done at this address.")),
}


# Routes are tried in order: those where many come at once stand first.
ROUTERS = (
    cases.router,
    # A reference may hold slashes, as addresses below a case do: the case stands behind those.
    inbox_actions.router,
    inbox_pages.router,
    attachments.router,
    apology.router,
    reveal.router,
    case.router,
    attachment_calls.router,
    health.router,
    directory.router,
    commitments.router,
    inbox.router,
    dossiers.router,
    editions.router,
    home.router,
    complaints.router,
    receipts.router,
    elsewhere.router,
    track.router,
    reach.router,
    erase.router,
    rate.router,
    unsubscribe.router,
    about.router,
    feeds.router,
    standing.router,
    subscribe.router,
    commitment_pages.router,
    sign_in.router,
    account.router,
    forgotten.router,
    provider.router,
    identities.router,
    head.router,
    opinions.router,
    work_mail.router,
    corrections.router,
    dossier.router,
    answer_templates.router,
    webhooks.router,
    reviews.router,
    signals.router,
    spot_checks.router,
    terms.router,
    handed_over.router,
    held.router,
    routing.router,
    objections.router,
    plans.router,
    poster.router,
    publishing.router,
    admin.router,
    calendars.router,
    notices.router,
)


def create_app(settings: Settings, clock: Clock) -> ASGIApp:
    """The whole application, guards before it and the board before both.

    Raises RuntimeError for a route without a row in the access table.
    """
    app = FastAPI(
        title="Hài lòng",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(access.check)],
        lifespan=partial(_alive, settings=settings),
    )
    _furnish(app, settings, clock)
    for router in ROUTERS:
        app.include_router(router)
    description.describe(app)
    app.router.routes.extend(assets.routes())
    _handle_errors(app)
    access.check_complete(_routes())
    guarded = guards.Guard(Packing(Counting(Sighted(Steady(app)))), secure=app.state.secure)
    return Board(guarded, settings.data / "editions")


@asynccontextmanager
async def _alive(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    async with RegisterTortoise(app, config=_database(settings)):
        yield


def _database(settings: Settings) -> dict[str, Any]:
    if settings.database_url is None:
        raise RuntimeError("the application needs a database")
    return database.config(settings.database_url)


def _furnish(app: FastAPI, settings: Settings, clock: Clock) -> None:
    """What handlers find in `request.app.state`."""
    state = app.state
    state.settings = settings
    state.clock = clock
    state.keys = reactions.keyring(settings)
    state.channels = channels.known(settings.channels)
    state.shelf = reactions.shelf(settings)
    state.secure = (settings.base_url or "").startswith("https://")
    state.queue = queueing.client(settings.redis_url) if settings.redis_url else None
    nudges: set[asyncio.Task[bool]] = set()

    def after(events: Sequence[Event]) -> None:
        task = asyncio.create_task(queueing.nudge(reactions.jobs_after(events), queue=state.queue))
        nudges.add(task)
        task.add_done_callback(nudges.discard)

    def today() -> date:
        return clock().astimezone(settings.zone).date()

    state.today = today
    state.buckets = Buckets(state.queue)
    state.desks = desks.desks(state.keys, settings.zone, clock=clock, after=after)


def _routes() -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


def _handle_errors(app: FastAPI) -> None:
    for kind in (FeedbackError, SlaError, RankingError, WebError, Busy, pydantic.ValidationError):
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(RequestValidationError, _mistaken)
    app.add_exception_handler(ValidationError, _too_long)
    app.add_exception_handler(HTTPException, _mistaken)
    failures.answer_auditors(app)
    for away in AWAY:
        app.add_exception_handler(away, _away)
    app.add_exception_handler(Exception, _failed)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


async def _refused(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return problems.problem(request, error)
    if isinstance(error, SlowDown):
        return slow.page(request, error)
    if isinstance(error, NotSignedIn):
        return await sign_in.ended(request)
    if isinstance(error, CodeOwed):
        path = "sign-in/code" if error.has_factor else "account/second-factor"
        language = rendering.language_of(request)
        return RedirectResponse(rendering.url(language, path, next=request.url.path), 303)
    if isinstance(error, pydantic.ValidationError):
        return failures.error_page(request, 422)
    answer = errors.answer_to(error)
    return failures.error_page(request, answer.status, reason=answer.title)


async def _mistaken(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 422
    if _is_api(request):
        kind, title = TITLES.get(status, ("invalid", mark("Something in it needs mending.")))
        return problems.plain(request, status, kind, title)
    return failures.error_page(request, status)


async def _too_long(request: Request, error: Exception) -> Response:
    """A text longer than its column: nothing can be called so, and nothing was kept."""
    log.warning("longer than its column", exc_info=error)
    if request.method in guards.SAFE_METHODS:
        return await _refused(request, NoSuchPage())
    return await _mistaken(request, error)


async def _away(request: Request, error: Exception) -> Response:
    log.warning("database away", extra={"kind": type(error).__name__})
    return await _refused(request, Busy())


async def _failed(request: Request, error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    if _is_api(request):
        return problems.plain(request, 500, "failed", mark("Something went wrong on our side."))
    return failures.error_page(request, 500)
