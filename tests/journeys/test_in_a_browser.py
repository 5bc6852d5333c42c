"""The main job by hand, in a real browser: a resident's phone, an officer's desk, both languages.

Every page on the way is looked at by axe; the journey is walked once without scripts too.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import City
from web.language import i18n

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PHONE, DESK = (390, 844), (1280, 900)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("HAILONG_REQUIRE_BROWSER") != "1",
        reason="no Chromium found",
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        ) as launched,
    ):
        yield launched


@dataclass
class Visitor:
    """Somebody at a browser, who reads one language."""

    page: Page
    city: City
    language: str
    scripts: bool
    pictures: Path

    def words(self, message: str) -> str:
        return i18n.translator(self.language).gettext(message)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.city.address}/{self.language}/{path}")
        self.look()

    def press(self, message: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.words(message), exact=True).first.click()
        self.look()

    def follow(self, message: str) -> None:
        self.page.get_by_role("link", name=self.words(message), exact=True).first.click()
        self.look()

    def fill(self, message: str, text: str) -> None:
        self.page.get_by_label(self.words(message), exact=True).fill(text)

    def look(self) -> None:
        """What axe finds is a fault, and so is a page wider than its window."""
        self.page.wait_for_load_state()
        name = re.sub(r"\W+", "-", self.page.url.split("/", 3)[3])[:60]
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if self.scripts:
            assert self.page.evaluate(wide) <= 0, self.page.url
            found = Axe().run(self.page)
            assert found.violations_count == 0, found.generate_report()

    def shows(self, text: str) -> bool:
        return text in self.page.locator("main").inner_text()


@pytest.fixture
def visitor(
    browser: Browser, city: City, tmp_path: Path
) -> Iterator[Callable[[str, tuple[int, int], bool], Visitor]]:
    """Makes visitors with a browser window of their own."""
    opened = []

    def made(language: str, size: tuple[int, int], scripts: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts
        )
        opened.append(context)
        return Visitor(context.new_page(), city, language, scripts, tmp_path)

    yield made
    for context in opened:
        context.close()


def _account(city: City, name: str, *more: str) -> str:
    """A new account's password."""
    return city.run("user", "add", name, *more).stdout.strip()


@pytest.mark.parametrize(
    ("language", "size", "scripts"),
    [("vi", PHONE, True), ("en", DESK, True), ("en", PHONE, False)],
    ids=["vi-phone", "en-desk", "en-phone-without-scripts"],
)
def test_a_resident_files_an_officer_answers_the_resident_rates(
    visitor: Callable[[str, tuple[int, int], bool], Visitor],
    city: City,
    language: str,
    size: tuple[int, int],
    scripts: bool,
) -> None:
    resident = visitor(language, size, scripts)
    reference, code = _file(resident)

    name = f"officer{language}{size[0]}{'' if scripts else 'x'}"
    password = _account(city, name, "--role", "officer", "--agency", "W1")
    officer = visitor(language, size, scripts)
    officer.go("inbox")
    officer.fill("Account name", name)
    officer.fill("Password", password)
    officer.press("Sign in")
    _enrol(officer)
    assert officer.shows(reference)
    officer.go(f"inbox/{reference}")
    officer.press("Take this case")
    officer.go(f"inbox/{reference}/answer")
    officer.press("Answer")
    assert officer.page.get_by_role("alert").count() == 1
    officer.fill("Your answer", "Đã thu gom xong lúc 9 giờ sáng nay. Cảm ơn ông bà.")
    officer.page.get_by_label(officer.words("Solved"), exact=True).check()
    cause = officer.page.get_by_label(officer.words("Why it had come to this"), exact=True)
    cause.select_option("officer")
    officer.press("Answer")

    resident.go("track")
    resident.fill("Your tracking code", "0000")
    resident.press("Open my case")
    assert resident.page.get_by_role("alert").count() == 1
    resident.fill("Your tracking code", code.lower())
    resident.press("Open my case")
    assert resident.shows("Đã thu gom xong lúc 9 giờ sáng nay.")
    before = _rated(city)
    resident.follow("Rate the result")
    resident.page.get_by_label(resident.words("Satisfied"), exact=True).check()
    resident.press("Send my rating")
    city.until(lambda: _rated(city) == before + 1)
    assert code not in resident.page.url


def _enrol(officer: Visitor) -> None:
    """The second factor, which staff must have before they see anything."""
    seed = officer.page.locator("main code").inner_text().replace(" ", "")
    officer.fill("Code", pyotp.TOTP(seed).now())
    officer.press("Turn it on")
    officer.follow("I have them; go on")


def _file(resident: Visitor) -> tuple[str, str]:
    resident.go("complaints/new")
    resident.fill("Which office, or what is it about?", "phuong mot")
    resident.press("Search")
    resident.follow("Phường Một" if resident.language == "vi" else "Ward One")
    resident.press("Thu gom rác" if resident.language == "vi" else "Waste collection")
    resident.press("Continue")
    assert resident.page.get_by_role("alert").count() == 1
    resident.fill("What happened?", "Đã ba ngày nay rác trước nhà tôi không được thu gom.")
    for _ in ("where", "how to reach one", "check"):
        resident.press("Continue")
    resident.press("Send it")
    found = re.search(r"HL-\d{6}-[0-9A-Z]{7}", resident.page.content())
    code = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]", resident.page.content())
    assert found is not None
    assert code is not None
    return found[0], code[0]


def _rated(city: City) -> int:
    return int(city.ask("select count(*) from counted_answer where overall = 4"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "path",
    ["", "complaints/new", "track", "rate", "privacy", "method", "data", "sign-in", "editions/"],
)
def test_every_public_page_is_clean_at_both_sizes(
    visitor: Callable[[str, tuple[int, int]], Visitor], language: str, path: str
) -> None:
    for size in (PHONE, DESK):
        visitor(language, size).go(path)


def test_what_is_not_there_says_so_in_the_readers_language(
    visitor: Callable[[str, tuple[int, int]], Visitor],
) -> None:
    for language in i18n.LANGUAGES:
        guest = visitor(language, PHONE)
        guest.go("nowhere")
        assert guest.page.locator("html").get_attribute("lang") == language
