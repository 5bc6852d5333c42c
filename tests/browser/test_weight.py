"""What a resident's phone must load: bytes over the wire, counted by the browser itself."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page, Route

from tests.browser import looking
from tests.browser.conftest import House, hold
from tests.browser.test_every_page import opened
from tests.browser.town import STAFF
from tests.browser.visits import BESIDE, VISITS, Visit
from web.language import i18n

FIRST, AFTER = 60 * 1024, 20 * 1024
# Late letters wait for the next page: a tenth of what Core Web Vitals call good (0.1).
MOVED_AT_MOST = 0.01
SHOWN = [visit for visits in VISITS.values() for visit in visits] + BESIDE
# A receipt is shown once: there is no second time.
RESIDENTS = [
    visit for visit in SHOWN if visit.who not in STAFF and visit.who != "receipt" and not visit.form
]
LETTERS = "document.fonts.ready.then(() => true)"
FRAME = "new Promise(done => requestAnimationFrame(() => done(true)))"
# What moves is summed up by the browser; unsized pictures and late letters are what moves.
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(e => { sum += e.value; }))
    .observe({ type: "layout-shift", buffered: true });
  document.fonts.ready.then(() => setTimeout(() => done(sum), 300));
})"""


class Wire:
    """Counts what comes over the wire, fonts apart."""

    def __init__(self, session: CDPSession) -> None:
        self.session = session
        self.taken: dict[str, float] = {}
        self.fonts: set[str] = set()
        self.coming: set[str] = set()
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._told)
        session.on("Network.loadingFinished", self._done)
        session.on("Network.loadingFailed", self._failed)

    def _asked(self, event: dict[str, Any]) -> None:
        self.coming.add(event["requestId"])

    def _told(self, event: dict[str, Any]) -> None:
        if event["type"] == "Font":
            self.fonts.add(event["requestId"])

    def _done(self, event: dict[str, Any]) -> None:
        self.taken[event["requestId"]] = event["encodedDataLength"]
        self.coming.discard(event["requestId"])

    def _failed(self, event: dict[str, Any]) -> None:
        self.coming.discard(event["requestId"])

    async def counted(self, page: Page, house: House, visit: Visit, *, fresh: bool) -> float:
        """Bytes of one visit, with an empty cache or with one that has been here."""
        await self.session.send("Network.setCacheDisabled", {"cacheDisabled": fresh})
        self.taken.clear()
        await opened(page, house, visit, "vi")
        await self._all_here()
        return sum(size for key, size in self.taken.items() if key not in self.fonts)

    async def _all_here(self) -> None:
        """Whatever a page asks for, it asks for while it loads or for its letters: what is still
        coming then is waited for, and no second of silence.
        """
        await self.session.send("Runtime.evaluate", {"expression": LETTERS, "awaitPromise": True})
        while self.coming:
            await self.session.send("Runtime.evaluate", {"expression": FRAME, "awaitPromise": True})


@pytest.fixture(scope="module")
async def phone(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    yield page
    await page.close()


async def test_every_page_of_residents_is_light_and_lighter_the_second_time(
    phone: Page, house: House
) -> None:
    session = await phone.context.new_cdp_session(phone)
    await session.send("Network.enable")
    wire, heavy = Wire(session), []
    for visit in RESIDENTS:
        await phone.context.clear_cookies()
        await hold(phone, house, visit.who)
        first = await wire.counted(phone, house, visit, fresh=True)
        after = await wire.counted(phone, house, visit, fresh=False)
        if first > FIRST or after > AFTER:
            heavy.append(f"{visit}: {first:.0f} at first, {after:.0f} after")
    await session.detach()
    assert not heavy, "\n".join(heavy)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("visit", ["", "complaints/new", "track", "rate", "commitments/"])
async def test_nothing_moves_when_the_letters_arrive(
    phone: Page, house: House, visit: str, language: str
) -> None:
    async def late(route: Route) -> None:
        await phone.wait_for_timeout(300)
        await route.continue_()

    await phone.route("**/*.woff2", late)
    await looking.resize(phone, looking.PHONE)
    await phone.goto(f"{house.address}/{language}/{visit}")
    moved = await phone.evaluate(SHIFTS)
    await phone.unroute_all()
    assert moved < MOVED_AT_MOST
