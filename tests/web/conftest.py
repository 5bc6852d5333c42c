"""What most tests of pages begin with."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests import make
from tests.make import Clock
from tests.web.client import client
from web.settings import Settings


@pytest.fixture
def clock() -> Clock:
    """By which the pages go; a file whose tests let time pass has one of its own."""
    return Clock()


@pytest.fixture
async def browser(
    database: None, settings: Settings, clock: Clock
) -> AsyncIterator[httpx.AsyncClient]:
    """A reader of the small city of `make`, at the address the settings name."""
    await make.make_city()
    async with client(settings, clock) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made
