"""Administration as its pages and forms are used."""

import re

import httpx

from tests import make


class Office:
    """Somebody signed in, who opens pages and sends forms."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser

    async def enter(self, name: str) -> None:
        self.browser.cookies.clear()
        token = await self.token("/vi/sign-in")
        data = {"csrf_token": token, "name": name, "password": make.PASSWORD}
        assert (await self.browser.post("/vi/sign-in", data=data)).status_code == 303

    async def token(self, path: str) -> str:
        """The token of the forms of a page, whatever else is on it."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', (await self.browser.get(path)).text)
        assert found is not None
        return found[1]

    async def get(self, path: str, language: str = "vi") -> httpx.Response:
        return await self.browser.get(f"/{language}/admin/{path}")

    async def send(self, path: str, **values: str) -> httpx.Response:
        data = {"csrf_token": await self.token("/vi/admin/audit"), **values}
        return await self.browser.post(f"/vi/admin/{path}", data=data)
