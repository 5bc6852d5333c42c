"""The pages of errors lead on: staff to their work, everybody else to the first page."""

import httpx
import pytest

from feedback.models import Role
from tests import make
from tests.web.test_pages_staff import get, sign_in
from web.guarding.access import LANDING
from web.guarding.access_table import ACCESS
from web.language import i18n

PREFIX = "/{lang:lang}/"


def foreign(role: Role) -> str:
    """A page that is not for this role."""
    return next(
        path.removeprefix(PREFIX)
        for (method, path), whom in ACCESS.items()
        if method == "GET" and path.startswith(PREFIX) and "{" not in path.removeprefix(PREFIX)
        if not whom.everybody and not whom.halfway and role not in whom.roles
    )


@pytest.mark.parametrize("role", list(Role))
async def test_whoever_may_not_open_a_page_is_led_back_to_their_work(
    browser: httpx.AsyncClient, role: Role
) -> None:
    await make.make_staff("lan", role=role, agency="W1" if role in OF_AGENCIES else None)
    await sign_in(browser)
    for language in i18n.LANGUAGES:
        page = await get(browser, f"/{language}/{foreign(role)}", 403)
        assert f"/{language}/{LANDING[role]}" in page.links()
        gone = await get(browser, f"/{language}/no-such-page", 404)
        assert gone.links().keys() & {f"/{language}/{LANDING[role]}", f"/{language}/"}


OF_AGENCIES = {Role.OFFICER, Role.HEAD}


async def test_a_guest_is_led_to_the_first_page(browser: httpx.AsyncClient) -> None:
    page = await get(browser, "/en/no-such-page", 404)
    assert "/en/" in page.links()
    assert "Back to your work" not in page.text
