"""What the filing script adds: drafts that outlive a lost line, progress, forgetting."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, FilePayload, Page

from tests import hostile
from tests.browser import looking
from tests.browser.conftest import House
from web.language import i18n

TEXT = "Đèn đường trước nhà tôi hỏng đã ba ngày, tối quá không đi được."
MAIL = "an.nguyen@example.vn"
KEPT = "() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })"
HAS = "text => JSON.stringify({ ...localStorage }).includes(text)"
LONG = 60_000


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A phone of its own, which has never been here."""
    context = await browser.new_context(
        viewport={"width": looking.PHONE[0], "height": looking.PHONE[1]}
    )
    page = await context.new_page()
    page.set_default_timeout(LONG)
    yield page
    await context.close()


async def begun(page: Page, house: House, language: str = "vi") -> None:
    """Something is typed, and kept."""
    await page.goto(f"{house.address}/{language}/complaints/new?step=details&agency=W1")
    await page.fill("#text", TEXT)
    await page.wait_for_function(HAS, arg=TEXT)


async def onward(page: Page, step: str) -> None:
    async with page.expect_navigation():
        await page.click(f"main button[name=step][value={step}]")


async def checked(page: Page, house: House) -> None:
    await begun(page, house)
    for step in ("place", "contact", "check"):
        await onward(page, step)


def filed(house: House) -> int:
    return int(house.ask(f"select count(*) from resident_case where text = '{TEXT}'"))  # noqa: S608 -- ours


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_what_was_typed_outlives_a_lost_connection(
    phone: Page, house: House, language: str
) -> None:
    await begun(phone, house, language)
    await phone.context.set_offline(True)
    async with phone.expect_event("requestfailed"):
        await phone.click("main button[name=step][value=place]", no_wait_after=True)
    await phone.close()
    await phone.context.set_offline(False)
    again = await phone.context.new_page()
    again.set_default_timeout(LONG)
    await again.goto(f"{house.address}/{language}/complaints/new")
    await again.wait_for_selector("[data-draft=offer]:not([hidden])")
    assert TEXT[:60] in await again.inner_text("[data-draft=about]")
    async with again.expect_navigation():
        await again.click("[data-draft=offer] button[type=submit]")
    assert await again.input_value("#text") == TEXT


async def test_a_page_loaded_anew_keeps_what_was_typed(phone: Page, house: House) -> None:
    await begun(phone, house)
    await phone.reload()
    assert await phone.input_value("#text") == TEXT


async def test_another_visit_shows_nothing_in_the_fields_unasked(phone: Page, house: House) -> None:
    await begun(phone, house)
    await phone.goto(f"{house.address}/vi/complaints/new?step=details&agency=W1")
    assert await phone.input_value("#text") == ""


async def test_back_brings_back_what_was_sent_on(phone: Page, house: House) -> None:
    await begun(phone, house)
    await onward(phone, "place")
    await phone.fill("#location", "12 Lê Lợi")
    await onward(phone, "contact")
    await onward(phone, "place")
    assert await phone.input_value("#location") == "12 Lê Lợi"
    await onward(phone, "details")
    assert await phone.input_value("#text") == TEXT


async def test_forgetting_leaves_nothing_on_the_phone(phone: Page, house: House) -> None:
    await begun(phone, house)
    await phone.click("[data-draft=keeping] button[data-draft=forget]")
    await phone.wait_for_selector("[data-draft=forgotten]:not([hidden])")
    assert TEXT[:20] not in await phone.evaluate(KEPT)
    await onward(phone, "place")
    await phone.fill("#location", "12 Lê Lợi")
    await onward(phone, "contact")
    kept = await phone.evaluate(KEPT)
    assert TEXT[:20] not in kept
    assert "Lê Lợi" not in kept
    await phone.goto(f"{house.address}/vi/complaints/new")
    assert not await phone.is_visible("[data-draft=offer]")


async def test_contact_data_are_kept_only_where_one_says_so(phone: Page, house: House) -> None:
    await begun(phone, house)
    await onward(phone, "place")
    await onward(phone, "contact")
    await phone.fill("#email", MAIL)
    await phone.dispatch_event("#email", "input")
    assert MAIL not in await phone.evaluate(KEPT)
    await phone.check("[data-draft=contact]")
    await phone.fill("#email", f"x{MAIL}")
    await phone.wait_for_function(HAS, arg=f"x{MAIL}")


async def test_sending_says_how_far_it_is_and_takes_the_draft_away(
    phone: Page, house: House
) -> None:
    before = filed(house)
    await checked(phone, house)
    picture = hostile.photo() * 40
    await phone.set_input_files(
        "#files", [FilePayload(name="den.jpg", mimeType="image/jpeg", buffer=picture)]
    )
    line = await phone.context.new_cdp_session(phone)
    await line.send("Network.enable")
    slow = {"latency": 20, "downloadThroughput": -1, "uploadThroughput": len(picture) / 4}
    await line.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    await phone.click("main button[value=send]", no_wait_after=True)
    await phone.wait_for_function("() => { const b = document.querySelector('#sending');"
                                  " return b && b.checkVisibility() && b.value > 0; }")  # fmt: skip
    await phone.wait_for_url("**/vi/complaints/receipt")
    assert filed(house) == before + 1
    assert TEXT[:20] not in await phone.evaluate(KEPT)


async def test_what_could_not_be_sent_is_sent_once_when_the_line_is_back(
    phone: Page, house: House
) -> None:
    before = filed(house)
    await checked(phone, house)
    await phone.context.set_offline(True)
    await phone.click("main button[value=send]", no_wait_after=True)
    await phone.wait_for_selector("[data-send=lost]:not([hidden])")
    assert TEXT[:20] in await phone.evaluate(KEPT)
    await phone.context.set_offline(False)
    await phone.wait_for_url("**/vi/complaints/receipt")
    assert filed(house) == before + 1


async def test_chosen_pictures_are_shown_before_they_are_sent_and_can_be_taken_away(
    phone: Page, house: House
) -> None:
    await checked(phone, house)
    photo = hostile.photo()
    chosen = [("den.jpg", photo), ("lon.jpg", photo + b"\0" * 10 * 1024 * 1024), ("x.txt", b"x")]
    await phone.set_input_files(
        "#files", [FilePayload(name=n, mimeType="image/jpeg", buffer=b) for n, b in chosen]
    )
    await phone.wait_for_function("() => document.querySelector('.hl-chosen canvas').width > 0")
    assert await phone.locator(".hl-chosen li").count() == 3
    assert await phone.locator(".hl-chosen strong").count() == 1
    assert await looking.faults(phone) == []
    await phone.click(".hl-chosen li:has-text('lon.jpg') button")
    await phone.click(".hl-chosen li:has-text('x.txt') button")
    names = "() => [...document.querySelector('#files').files].map(file => file.name)"
    assert await phone.evaluate(names) == ["den.jpg"]
    await phone.set_input_files(
        "#files",
        [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=photo) for n in "abcdef"],
    )
    assert await phone.inner_text(".hl-chosen [role=status]")
    await phone.set_input_files("#files", [])
    assert not await phone.is_visible(".hl-chosen")
