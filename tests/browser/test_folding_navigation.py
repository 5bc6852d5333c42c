"""The navigation of staff folds on a telephone and lies open on a desk, without any script."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser import looking
from tests.browser.conftest import House, hold

FOLDS = (("nav.hl-nav", "Menu: Administration"), ("nav.hl-subnav", "Administration: Audit trail"))


@pytest.fixture
async def page(browser: Browser, house: House) -> AsyncIterator[Page]:
    made = await browser.new_page(java_script_enabled=False)
    await hold(made, house, "administrator")
    yield made
    await made.close()


@pytest.mark.parametrize(("where", "says"), FOLDS)
async def test_on_a_telephone_a_line_says_where_one_is_and_unfolds_the_rest(
    page: Page, house: House, where: str, says: str
) -> None:
    await page.set_viewport_size({"width": looking.PHONE[0], "height": looking.PHONE[1]})
    await page.goto(f"{house.address}/en/admin/audit")
    line, links = page.locator(f"{where} summary"), page.locator(f"{where} a")
    assert (await line.inner_text()).strip() == says
    assert not await links.first.is_visible()
    await line.press("Enter")
    assert await links.first.is_visible()
    assert await page.locator(f"{where} a[aria-current]").count() == 1


@pytest.mark.parametrize("where", [where for where, _ in FOLDS])
async def test_on_a_desk_nothing_is_folded(page: Page, house: House, where: str) -> None:
    await page.set_viewport_size({"width": looking.DESK[0], "height": looking.DESK[1]})
    await page.goto(f"{house.address}/en/admin/audit")
    assert not await page.locator(f"{where} summary").is_visible()
    for link in await page.locator(f"{where} a").all():
        assert await link.is_visible()
