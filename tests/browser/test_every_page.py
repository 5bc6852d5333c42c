"""Every page of the access table, and what each refuses, in both languages and at every width."""

import asyncio
from functools import partial

import pytest
from playwright.async_api import Error, Page, Route

from tests.browser import looking
from tests.browser import town as towns
from tests.browser.conftest import House, Windows
from tests.browser.visits import ACTING, BESIDE, NO_PAGE, VISITS, Visit
from web.drawing import rendering
from web.failures import ERROR_PAGES
from web.guarding.access_table import ACCESS
from web.language import i18n
from web.pages.case_actions import ACTIONS

ALL = [*(visit for visits in VISITS.values() for visit in visits), *BESIDE]


def test_every_page_has_a_visit() -> None:
    """A new route needs a row in `visits.py`: how to reach its page, or why it shows none."""
    pages = {
        (method, route)
        for method, route in ACCESS
        if not route.startswith(("/api/", "/heal", "/ready"))
    }
    assert pages - set(VISITS) - set(NO_PAGE) == set()
    assert (set(VISITS) | set(NO_PAGE)) - pages == set()
    assert set(ACTIONS) == set(ACTING)


async def opened(page: Page, house: House, visit: Visit, language: str) -> None:
    """Go there, and do what the visit does."""
    names = _Names(house)
    names["language"] = language
    answer = await page.goto(f"{house.address}/{language}/{visit.path.format_map(names)}")
    assert answer is not None
    if visit.form:
        sent = {name: value.format_map(names) for name, value in visit.sent.items()}
        action = f"/{language}/{visit.form.format_map(names)}".partition("?")[0]
        async with page.expect_response(
            lambda r: r.request.is_navigation_request() and r.status != 303
        ) as answered:
            await page.evaluate(looking.SEND, [action, sent])
        answer = await answered.value
        await page.wait_for_load_state()
    assert answer.status == visit.status, (answer.status, await page.inner_text("main"))
    assert await page.get_attribute("html", "lang") == language


class _Names(dict[str, str]):
    def __init__(self, house: House) -> None:
        super().__init__()
        self.town = house.town

    def __missing__(self, name: str) -> str:
        if name.startswith("code of "):
            return self.town.code(name.removeprefix("code of "))
        if name == "above":
            return self.town.appeal
        found = getattr(self.town, name, None)
        return str(found) if found is not None else self.town.reference(name)


async def _looked_at(windows: Windows, visit: Visit, language: str) -> list[str]:
    page = await windows.of(visit.who, language)
    failed: list[str] = []

    def note(error: Error) -> None:
        failed.append(f"script: {error}")

    page.on("pageerror", note)
    await looking.resize(page, looking.PHONE)
    await opened(page, windows.house, visit, language)
    found = await looking.faults(page, is_public=visit.who not in towns.STAFF)
    page.remove_listener("pageerror", note)
    return [f"{language} {fault}" for fault in failed + found]


@pytest.mark.parametrize("visit", ALL, ids=str)
async def test_a_page_has_no_fault_at_any_width(windows: Windows, visit: Visit) -> None:
    found = await asyncio.gather(*(_looked_at(windows, visit, one) for one in i18n.LANGUAGES))
    faults = [fault for of_language in found for fault in of_language]
    assert not faults, "\n".join(faults)


async def _answered(route: Route, *, body: str) -> None:
    await route.fulfill(body=body, content_type="text/html")


@pytest.mark.parametrize("status", sorted(ERROR_PAGES))
async def test_a_page_of_an_error_has_no_fault(windows: Windows, house: House, status: int) -> None:
    """Those that are hard to provoke, as the application renders them."""
    for language in i18n.LANGUAGES:
        page = await windows.of("guest", language)
        known = {
            "path": f"/{language}/x",
            "query": "",
            "demo": False,
            "csrf_token": "",
            "base_url": "",
        }
        body = rendering.render(f"errors/{status}.html", language, message="", **known)
        await page.route("**/broken", partial(_answered, body=body))
        await page.goto(f"{house.address}/{language}/broken")
        faults = await looking.faults(page)
        await page.unroute_all()
        assert not faults, "\n".join(faults)
