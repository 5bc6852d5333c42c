"""One running house with a town in it, one browser, and windows for whoever looks at a page."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import redis
from playwright.async_api import Browser, Page, async_playwright

from tests import make, pages
from tests.browser import town as towns
from tests.browser.town import Town
from tests.journeys.conftest import last_quarter
from tests.running import Up, running, said
from web.running.embedded import Postgres, Valkey
from web.settings import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PUBLISHED = ("--by", "Trần Văn Bình", "--waive", "Số liệu dựng cho việc thử")
SECRETS = {"secret_key": "s" * 40, "pepper": "p" * 40}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser, or belongs to the same house."""
    here = Path(__file__).parent
    missing = CHROMIUM is None and os.environ.get("HAILONG_REQUIRE_BROWSER") != "1"
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(missing, reason="no Chromium found"))


@dataclass
class House:
    """The running house, the town in it, and the cookies of staff who are signed in."""

    up: Up
    data: Path
    town: Town
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://{self.up.address}"

    def ask(self, statement: str) -> str:
        """What the database says."""
        return Postgres(self.data).psql(statement, "hailong").strip()

    def forgive(self) -> None:
        """Forget who asked too much: whoever comes next is not to wait for it."""
        with redis.Redis.from_url(Valkey(self.data).url) as server:
            for name in server.scan_iter("hailong:bucket:*"):
                server.delete(name)

    def cookies_of(self, who: str) -> dict[str, str]:
        """A guest has none; a role has signed in; else the name of a case whose code is known."""
        if who == "guest":
            return {}
        if who in towns.STAFF:
            if who not in self.cookies:
                self.cookies[who] = self._signed_in(who)
            return self.cookies[who]
        if who == "thanks":
            closes = self.town.now + timedelta(days=20)
            return {"hailong_thanks": self.town.sealed("hailong_thanks", closes.isoformat())}
        if who == "receipt":
            code = self.town.code("fresh")
            return {"hailong_receipt": self.town.sealed("hailong_receipt", code)}
        return {"hailong_case": self.town.sealed("hailong_case", self.town.code(who))}

    def _signed_in(self, who: str) -> dict[str, str]:
        with httpx.Client(base_url=self.address) as visitor:
            fields = pages.read(visitor.get("/vi/sign-in").text).fields(-1)
            given = {**fields, "name": who, "password": make.PASSWORD}
            assert visitor.post("/vi/sign-in", data=given).status_code == 303
            return {"hailong_session": visitor.cookies["hailong_session"]}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    data = folder / "var"
    asked = {f"HAILONG_{name.upper()}": value for name, value in SECRETS.items()}
    with running(data, folder / "words", HAILONG_DEMO="yes", **asked) as up:
        settings = Settings(data=data, demo=True, **SECRETS)
        period, middle = last_quarter()
        town = asyncio.run(towns.settle(settings, Postgres(data).url(), period, middle))
        for command in (["draft", period], ["publish", period, *PUBLISHED]):
            done = said(folder, "edition", *command, "--data", str(data), **asked)
            assert done.returncode == 0, done.stderr
        yield House(up, data, town)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        await launched.close()


@dataclass
class Windows:
    """One window a language, whoever looks out of it: opening one costs more than a page."""

    browser: Browser
    house: House
    opened: dict[str, Page] = field(default_factory=dict)

    async def of(self, who: str, language: str = "vi") -> Page:
        """The window, holding what this visitor holds and nothing else."""
        if language not in self.opened:
            self.opened[language] = await self.browser.new_page()
        page = self.opened[language]
        await page.context.clear_cookies()
        await hold(page, self.house, who)
        return page


async def hold(page: Page, house: House, who: str) -> None:
    """Have the browser keep the cookies of this visitor."""
    kept = house.cookies_of(who)
    await page.context.add_cookies(
        [{"name": name, "value": value, "url": house.address} for name, value in kept.items()]
    )


@pytest.fixture(scope="session")
async def windows(browser: Browser, house: House) -> Windows:
    return Windows(browser, house)
