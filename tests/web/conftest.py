"""What most tests of pages begin with."""

from collections.abc import AsyncIterator

import httpx
import pytest

from feedback.models import Role
from tests import make
from tests.make import Clock
from tests.web.client import client
from tests.web.office import Office
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


@pytest.fixture
async def office(browser: httpx.AsyncClient) -> Office:
    """The administrator an at work, who needs another to approve: bo."""
    for name in ("an", "bo"):
        await make.make_staff(name, role=Role.ADMINISTRATOR, agency=None)
    found = Office(browser)
    await found.enter("an")
    return found
