"""A resident whose case left for a procedure of the law reads where it went, and by when."""

from collections.abc import AsyncIterator

import httpx
import pytest

from feedback import restricted
from feedback.models import Procedure, Role
from tests import make
from tests.make import NOW, Clock, act
from tests.web.client import client
from tests.web.test_pages_corrections import get, send
from web import reactions
from web.settings import Settings


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings, Clock(NOW)) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made


@pytest.mark.parametrize("procedure", Procedure)
async def test_it_says_where_it_went_and_what_the_law_allows(
    browser: httpx.AsyncClient, settings: Settings, procedure: Procedure
) -> None:
    keys = reactions.keyring(settings)
    receipt = await make.make_case(keys=keys)
    coordinator = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    pointer = await restricted.hand_over(
        receipt.reference, act(coordinator), keys, procedure=procedure
    )
    await send(browser, "/en/track", code=receipt.tracking_code)
    page = await get(browser, "/en/track")
    assert pointer in page.text
    assert "You have withdrawn this case" not in page.text
    assert "The time the law gives" in page.text
    # Both count from Monday 5 October: 10 days for a complaint, 7 working days for a denunciation.
    assert {"complaint_statutory": "15 October 2026", "denunciation": "14 October 2026"}[
        procedure.value
    ] in page.text
    [link] = [one for one in page.links() if "/complaints/elsewhere/" in one]
    assert (await browser.get(link)).status_code == 200
    page = await get(browser, "/vi/track")
    assert "Thời hạn theo luật" in page.text
