"""What the little script of an edition adds: it finds names, and tells of a correction."""

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import House, Windows


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "Kết quả này đã được đính chính"), ("en", "These results were corrected")],
)
async def test_a_reader_of_corrected_results_is_led_to_those_that_hold(
    windows: Windows, house: House, language: str, words: str
) -> None:
    page = await windows.of("guest", language)
    address = f"/{language}/editions/{house.town.period}/"
    correction = f"/{language}/editions/{house.town.period}.2/"

    async def corrected(route: Route) -> None:
        answer = await route.fetch()
        link = f'<{correction}>; rel="successor-version"'
        await route.fulfill(response=answer, headers={**answer.headers, "link": link})

    await page.goto(house.address + address, wait_until="networkidle")
    await expect(page.get_by_text(words)).to_be_hidden()
    # Another address, for what came with the first one is kept for a while.
    await page.route("**/*later*", corrected)
    await page.goto(f"{house.address}{address}?later")
    await expect(page.get_by_text(words)).to_be_visible()
    leads = page.locator("[data-corrected] a")
    await expect(leads).to_have_attribute("href", correction)
    await page.unroute_all()


async def test_the_table_is_searched_as_one_types_without_marks(
    windows: Windows, house: House
) -> None:
    page = await windows.of("guest")
    await page.goto(f"{house.address}/vi/editions/{house.town.period}/by-name.html")
    lines = page.locator("main .hl-tile")
    many = await lines.count()
    assert many > 1
    await page.locator("[data-find] input").fill("phuong mot")
    await expect(lines.locator("visible=true")).to_have_count(1)
    await page.locator("[data-find] input").fill("")
    await expect(lines.locator("visible=true")).to_have_count(many)
