"""The lists of cases in a browser: what comes in meanwhile, many at once, kept lists, keys."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, BrowserContext, Page
from tortoise.transactions import in_transaction

from feedback import casework
from feedback.actors import Staff
from feedback.models import AccountRow
from sla.acts import Act
from tests import make
from tests.browser import looking
from tests.browser.conftest import House, hold
from web import clock
from web.language import i18n
from web.running.embedded import Postgres
from web.storage import database

LONG = 60_000
WHERE = """[...document.querySelectorAll("[data-case]")]
  .findIndex(row => row.contains(document.activeElement))"""
ANSWER = "Đã cử tổ vệ sinh đến thu gom, xin cảm ơn đã phản ánh."


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
async def desk(
    request: pytest.FixtureRequest, browser: Browser, house: House
) -> AsyncIterator[Page]:
    """An officer's window, with scripts and without."""
    async for page in _desk(browser, house, scripts=request.param):
        yield page


@pytest.fixture
async def scripted(browser: Browser, house: House) -> AsyncIterator[Page]:
    async for page in _desk(browser, house, scripts=True):
        yield page


async def _desk(browser: Browser, house: House, *, scripts: bool) -> AsyncIterator[Page]:
    context: BrowserContext = await browser.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=scripts
    )
    page = await context.new_page()
    page.set_default_timeout(LONG)
    await hold(page, house, "officer")
    yield page
    await context.close()


async def filed(house: House, subject: str) -> str:
    """A case of the officer's agency, filed just now."""
    async with database.connected(Postgres(house.data).url()), in_transaction():
        receipt = await make.make_case(at=clock.now(), keys=house.town.keys, subject=subject)
    return receipt.reference


async def by(house: House, who: str, does: Callable[[Act], Awaitable[None]]) -> None:
    """Somebody of the town does something, wherever it is done."""
    async with database.connected(Postgres(house.data).url()), in_transaction():
        row = await AccountRow.get(name=who)
        me = Staff(row.id, row.name, row.display_name, row.role, row.agency_id)
        await does(Act(by=me, at=clock.now()))


async def taken_by_the_head(house: House, reference: str) -> None:
    await by(house, "head", lambda act: casework.assign(reference, act, officer="head"))


def charge_of(house: House, reference: str) -> str:
    return house.ask(
        "select coalesce(a.name, '') from resident_case c left join account a"  # noqa: S608 -- ours
        f" on a.id = c.officer_id where reference = '{reference}'"
    )


async def test_of_many_put_in_charge_at_once_each_that_was_left_says_why(
    desk: Page, house: House
) -> None:
    good, gone = await filed(house, "Nhiều một"), await filed(house, "Nhiều hai")
    await desk.goto(f"{house.address}/vi/inbox?q=nhiều&view=all")
    for reference in (good, gone):
        await desk.check(f"input[value='{reference}']", force=True)
    await desk.select_option("#assign-officer", "colleague")

    async def answered(act: Act) -> None:
        await casework.assign(gone, act, officer="officer")
        await casework.answer(gone, ANSWER, act, house.town.keys)

    await by(house, "officer", answered)
    async with desk.expect_navigation():
        await desk.click("#assign button")
    told = await desk.inner_text(".hl-outcome")
    assert await desk.get_attribute(".hl-outcome", "role") == "alert"
    assert good in told
    assert re.search(rf"{gone}: \S+", told)
    assert charge_of(house, good) == "colleague"
    assert charge_of(house, gone) == "officer"


async def test_what_comes_in_is_said_and_shown_on_demand_and_nothing_typed_is_lost(
    scripted: Page, house: House
) -> None:
    page = scripted
    first = await filed(house, "Tin mới đầu")
    await page.clock.install()
    await page.goto(f"{house.address}/vi/inbox?view=unassigned")
    await page.check(f"input[value='{first}']", force=True)
    await page.click("#q")
    await page.keyboard.type("đang gõ")
    opened = int(await page.inner_text("[data-count='view=open']"))
    rows = await page.locator("[data-case]").count()
    second = await filed(house, "Tin mới sau")
    await page.clock.fast_forward(21_000)
    await page.wait_for_function("() => document.querySelector('[data-news-place]').innerText")
    assert await page.get_attribute("[data-news-place]", "role") == "status"
    assert "1 việc mới" in await page.inner_text("[data-news-place]")
    assert int(await page.inner_text("[data-count='view=open']")) == opened + 1
    assert await page.evaluate("document.activeElement.id") == "q"
    assert await page.locator("[data-case]").count() == rows
    await page.click("[data-news-place] a")
    await page.wait_for_selector(f"input[value='{second}']", state="attached")
    assert await page.input_value("#q") == "đang gõ"
    assert await page.is_checked(f"input[value='{first}']")
    assert not await page.is_checked(f"input[value='{second}']")
    assert "cập nhật" in await page.inner_text("[data-news-place]")
    assert page.url.endswith("/inbox?view=unassigned")
    await page.keyboard.press("j")
    assert await page.evaluate("document.activeElement.closest('[data-case]') !== null")


async def test_a_list_is_kept_for_oneself_renamed_and_no_longer_kept(
    browser: Browser, desk: Page, house: House
) -> None:
    own = "Chưa ai nhận"
    await desk.goto(f"{house.address}/vi/inbox?view=open&officer=-")
    summary = "details.hl-sift summary"
    await desk.click(summary)
    await desk.fill("input[name=name]", own)
    async with desk.expect_navigation():
        await desk.click(".hl-sift__keep button")
    assert own in await desk.inner_text(".hl-views")
    await desk.click(summary)
    await desk.fill("input[name=name]", own + " (mới)")
    async with desk.expect_navigation():
        await desk.click(".hl-sift__keep button")
    assert own + " (mới)" in await desk.inner_text(".hl-views")
    other = await browser.new_page()
    await hold(other, house, "head")
    await other.goto(f"{house.address}/vi/inbox")
    assert own not in await other.inner_text(".hl-views")
    await other.context.close()
    async with desk.expect_navigation():
        await desk.click(f"li.hl-views__own:has-text('{own}') button")
    assert own not in await desk.inner_text(".hl-views")


async def test_keys_go_through_the_list_and_tell_what_they_do(scripted: Page, house: House) -> None:
    page = scripted
    for number in range(3):
        await filed(house, f"Phím tắt {number}")
    await page.goto(f"{house.address}/vi/inbox?q=%22phím+tắt%22&view=all")
    for key, expected in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        await page.keyboard.press(key)
        assert await page.evaluate(WHERE) == expected
    await page.keyboard.press("x")
    box = page.locator("[data-case]").nth(1).locator("input[type=checkbox]")
    assert await box.is_checked()
    await page.keyboard.press("?")
    assert await page.is_visible("[data-keys]")
    help_ = await page.inner_text("[data-keys]")
    assert all(re.search(rf"(^|\s){re.escape(key)}\s", help_) for key in ("j", "k", "x", "a", "/"))
    await page.click("[data-keys-switch]")
    assert await page.inner_text("[data-keys-said]") == i18n.translator("vi").gettext(
        "Shortcut keys are off."
    )
    await page.reload()
    await page.keyboard.press("j")
    assert await page.evaluate(WHERE) == -1
    await page.click("[data-keys-show]")
    await page.click("[data-keys-switch]")
    await page.keyboard.press("?")
    await page.keyboard.press("/")
    assert await page.evaluate("document.activeElement.id") == "q"
    await page.keyboard.type("jx?")
    assert await page.input_value("#q") == "jx?"
    await page.keyboard.press("Escape")
    await page.locator("[data-case] a").nth(2).focus()
    reference = await page.locator("[data-case]").nth(2).locator("input").get_attribute("value")
    async with page.expect_navigation():
        await page.keyboard.press("a")
    assert charge_of(house, str(reference)) == "officer"


async def test_of_two_who_press_at_once_one_wins_and_the_other_loses_no_word(
    desk: Page, house: House
) -> None:
    reference = await filed(house, "Hai người cùng bấm")
    await by(house, "officer", lambda act: casework.assign(reference, act, officer="officer"))
    await desk.goto(f"{house.address}/vi/inbox/{reference}/answer")
    await desk.fill("textarea[name=text]", ANSWER)
    await desk.check("[name=outcome][value=solved]")
    await desk.select_option("[name=cause]", "unknown")
    await taken_by_the_head(house, reference)
    async with desk.expect_navigation():
        await desk.click("form[data-draft] button:not([name])")
    told = await desk.inner_text("main")
    assert i18n.translator("vi").gettext("This has changed in the meantime") in told
    assert await desk.input_value("textarea[name=text]") == ANSWER
    status = house.ask(f"select status from resident_case where reference = '{reference}'")  # noqa: S608
    assert status == "in_hand"


async def test_the_draft_of_an_answer_outlives_a_reload(desk: Page, house: House) -> None:
    reference = await filed(house, "Bản nháp")
    await by(house, "officer", lambda act: casework.assign(reference, act, officer="officer"))
    address = f"{house.address}/vi/inbox/{reference}/answer"
    is_scripted = await _has_scripts(desk)
    if is_scripted:
        await desk.clock.install()
    await desk.goto(address)
    await desk.fill("textarea[name=text]", ANSWER)
    if is_scripted:
        async with desk.expect_response(lambda answer: answer.request.method == "POST"):
            await desk.clock.fast_forward(11_000)
    else:
        async with desk.expect_navigation():
            await desk.click("form[data-draft] button[value=draft]")
    await desk.goto(address)
    assert await desk.input_value("textarea[name=text]") == ANSWER


async def _has_scripts(page: Page) -> bool:
    await page.set_content("<noscript><p id=none></p></noscript>")
    return await page.locator("#none").count() == 0


async def test_what_narrows_a_list_fits_a_phone_with_large_letters(
    scripted: Page, house: House
) -> None:
    """Its fold is open once keeping the list was refused."""
    await looking.resize(scripted, looking.PHONE)
    await scripted.goto(f"{house.address}/vi/inbox?q=rac")
    async with scripted.expect_navigation():
        await scripted.evaluate(looking.SEND, ["inbox/lists", {}])
    assert await scripted.locator("details.hl-sift[open]").count() == 1
    await scripted.evaluate(looking.LETTERS, "200%")
    assert await scripted.evaluate(looking.WIDE) == []
