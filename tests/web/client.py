"""A client of the whole application that reads every page it is given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests import pages
from tests.make import Clock
from web import app
from web.settings import Settings

ORIGIN = "http://testserver"


async def _read(response: httpx.Response) -> None:
    await response.aread()
    if response.headers.get("content-type", "").startswith("text/html"):
        pages.read(response.text)


@asynccontextmanager
async def client(settings: Settings, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the application inside the test's own transaction; errors of ours surface."""
    transport = httpx.ASGITransport(app=app.create_app(settings, clock))
    async with httpx.AsyncClient(
        transport=transport, base_url=ORIGIN, event_hooks={"response": [_read]}
    ) as made:
        yield made
