"""By keyboard alone: nothing is out of reach, nothing holds one back, and one sees where one is."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page
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

WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    || style.boxShadow !== "none" || style.backgroundColor === "rgb(255, 221, 0)"
    || ["radio", "checkbox"].includes(at.type);
  at.dataset.order ||= String(document.querySelectorAll("[data-order]").length);
  return { id: at.dataset.order, seen, name: at.outerHTML.slice(0, 120),
           y: box.top + scrollY, visible: box.width > 0 && box.height > 0 };
}"""
REACHABLE = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter(e => !e.disabled && e.checkVisibility() && !(e.type === "radio" && !e.checked))
  .filter(e => !e.dataset.order).map(e => e.outerHTML.slice(0, 120))"""


async def walked(page: Page) -> list[str]:
    """What is wrong on a walk by Tab through the whole page, from the top until it ends."""
    wrong, seen = [], []
    for _ in range(400):
        await page.keyboard.press("Tab")
        at = await page.evaluate(WHERE)
        if at is None or (seen and at["id"] == seen[0]):
            break
        if at["id"] in seen[-1:]:
            wrong.append(f"holds one back: {at['name']}")
            break
        seen.append(at["id"])
        if not at["seen"] or not at["visible"]:
            wrong.append(f"one does not see where one is: {at['name']}")
    else:
        wrong.append("no end")
    unreached = await page.evaluate(REACHABLE)
    groups = [each for each in unreached if 'type="radio"' not in each]
    return wrong + [f"out of reach: {each}" for each in groups]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("guest", ""),
        ("guest", "complaints/new?step=agency"),
        ("guest", "complaints/new?step=details&agency=W1&service=BIN"),
        ("guest", "rate"),
        ("answered", "track"),
        ("officer", "inbox?view=all"),
        ("officer", "inbox/{mine}"),
        ("officer", "inbox/{mine}/answer"),
    ],
)
async def test_a_page_is_walked_by_tab_from_end_to_end(
    browser: Browser, house: House, who: str, path: str
) -> None:
    page = await browser.new_page()
    await hold(page, house, who)
    mine = house.town.reference("mine")
    await page.goto(f"{house.address}/vi/{path.replace('{mine}', mine)}")
    wrong = await walked(page)
    await page.context.close()
    assert not wrong, "\n".join(wrong)


class Hands:
    """Somebody who has keys and no pointer."""

    def __init__(self, page: Page, house: House, language: str) -> None:
        self.page, self.house, self.language = page, house, language

    def words(self, message: str) -> str:
        return i18n.translator(self.language).gettext(message)

    async def to(self, locator: str) -> None:
        """Tab until that is where one is."""
        for _ in range(200):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate("s => !!document.activeElement?.matches(s)", locator):
                return
        raise AssertionError(f"{locator} is not reached on {self.page.url}")

    async def press(self, locator: str, key: str = "Enter") -> None:
        await self.to(locator)
        async with self.page.expect_navigation():
            await self.page.keyboard.press(key)

    async def choose(self, message: str) -> None:
        """Tab until these words are where one is, and press Enter."""
        said = "w => document.activeElement?.innerText?.trim() === w"
        for _ in range(200):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate(said, self.words(message)):
                break
        else:
            raise AssertionError(f"{message} is not reached on {self.page.url}")
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def type(self, locator: str, text: str) -> None:
        await self.to(locator)
        await self.page.keyboard.insert_text(text)


async def by_the_officer(house: House, does: Callable[[Act], Awaitable[None]]) -> None:
    """The officer of the town does something, wherever it is done."""
    async with database.connected(Postgres(house.data).url()), in_transaction():
        row = await AccountRow.get(name="officer")
        me = Staff(row.id, row.name, row.display_name, row.role, row.agency_id)
        await does(Act(by=me, at=clock.now()))


@pytest.mark.parametrize(("language", "scripts"), [("vi", True), ("en", False)])
async def test_a_resident_files_replies_rates_and_objects_by_keyboard_alone(
    browser: Browser, house: House, language: str, scripts: bool
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    page.set_default_timeout(60_000)
    if not scripts:
        await page.route("**/*.js", lambda route: route.abort())
    me, site, keys = Hands(page, house, language), f"{house.address}/{language}", house.town.keys
    text = f"Đã ba ngày nay rác ở ngõ {'12' if scripts else '14'} không được thu gom."
    await page.goto(f"{site}/complaints/new")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # the skip link
    assert page.url.endswith("#main")
    await me.press("main a[href*='step=agency']")
    await me.type("#q", "phuong mot")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await me.press("button[value=W1]")
    await me.choose("Something else, or I am not sure")
    await me.type("[name=text]", text)
    for _ in ("where", "how to reach one", "check"):
        await me.choose("Continue")
    await me.press("main button[value=send]")
    await page.wait_for_url("**/complaints/receipt")
    found = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]", await page.inner_text("main"))
    assert found is not None
    asked = f"select reference from resident_case where text = '{text}'"  # noqa: S608 -- ours
    reference = house.ask(asked)

    async def take_and_ask(act: Act) -> None:
        await casework.assign(reference, act, officer="officer")
        await casework.ask(reference, "Nhà số mấy ạ?", act, keys)

    await by_the_officer(house, take_and_ask)
    await page.goto(f"{site}/track")
    await me.type("[name=code]", found[0].lower())
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    assert "Nhà số mấy ạ?" in await page.inner_text("main")
    await me.type("[name=text]", "Số 5.")
    await me.choose("Send reply")
    await by_the_officer(house, lambda act: casework.answer(reference, "Đã xong.", act, keys))
    await page.goto(f"{site}/track")
    await me.choose("Rate the result")
    await me.to("[name=overall]")
    await page.keyboard.press("Space")
    await me.choose("Send my rating")
    await page.goto(f"{site}/track")
    await me.to("main details:has(textarea) summary")
    await page.keyboard.press("Enter")
    await me.type("[name=text]", "Rác vẫn còn.")
    await me.choose("Send it back")
    assert "Rác vẫn còn." in await page.inner_text("main")
    status = house.ask(f"select status from resident_case where reference = '{reference}'")  # noqa: S608
    void = house.ask(
        f"select count(*) from rating g join closure c on c.id = g.closure_id join promise p on"  # noqa: S608
        f" p.id = c.promise_id where p.code = '{reference}' and c.void_at is not null"
    )
    await context.close()
    assert (status, void) == ("in_hand", "1")


async def test_an_officer_takes_asks_and_answers_by_keyboard_alone(
    browser: Browser, house: House
) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    me = Hands(page, house, "en")
    await page.goto(f"{house.address}/en/inbox")
    await me.type("[name=name]", "officer")
    await me.type("[name=password]", make.PASSWORD)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    reference = house.town.reference("keyed")
    await page.goto(f"{house.address}/en/inbox?q={reference}&view=all")
    await me.choose("Take this case")
    await me.press("main a[href$='/answer']")
    await me.type("textarea[name=text]", "Đã thu gom xong lúc 9 giờ sáng nay.")
    await me.to("[name=outcome]")
    await page.keyboard.press("Space")
    await me.to("[name=cause]")
    await page.keyboard.press("ArrowDown")
    await me.choose("Answer")
    status = house.ask(f"select status from resident_case where reference = '{reference}'")  # noqa: S608
    await context.close()
    assert status == "answered"


@pytest.mark.parametrize("path", ["", "complaints/new?step=details&agency=W1&service=BIN", "rate"])
async def test_forced_colours_keep_the_edges_of_what_can_be_pressed(
    browser: Browser, house: House, path: str
) -> None:
    page = await browser.new_page(forced_colors="active", reduced_motion="reduce")
    await page.goto(f"{house.address}/vi/{path}")
    bare = """() => [...document.querySelectorAll("main button, main input, textarea")]
      .filter(e => e.type !== "hidden" && !e.matches(".hl-link"))
      .filter(e => e.checkVisibility() && !["radio", "checkbox"].includes(e.type))
      .filter(e => getComputedStyle(e).borderStyle === "none" &&
                   getComputedStyle(e).outlineStyle === "none")
      .map(e => e.outerHTML.slice(0, 120))"""
    moving = "() => document.getAnimations().map(a => String(a.animationName))"
    assert await page.evaluate(bare) == []
    assert await page.evaluate(moving) == []
    await page.context.close()


async def test_nothing_is_wider_than_a_phone_when_letters_are_twice_as_large(
    browser: Browser, house: House
) -> None:
    page = await browser.new_page(viewport={"width": 640, "height": 512}, device_scale_factor=2)
    await page.goto(f"{house.address}/vi/")
    assert await page.evaluate(looking.WIDE) == []
    await page.context.close()
