"""The sheet for the wall of a counter."""

import httpx

from tests import make
from tests.make import NOW, Clock
from tests.web.client import client
from tests.web.test_pages_corrections import get, sign_in
from web.settings import Settings


async def test_the_sheet_leads_to_the_questions_of_the_counter(
    database: None, settings: Settings
) -> None:
    await make.make_city()
    await make.make_staff("lan")
    async with client(settings, Clock(NOW)) as browser:
        browser.base_url = httpx.URL(settings.base_url or "")
        await sign_in(browser, "lan")
        page = await get(browser, "/vi/poster")
        assert "/vi/rate?at=counter" in page.text
        assert "/vi/poster" in page.links()
        assert (await browser.get("/vi/rate?at=counter")).status_code == 200
