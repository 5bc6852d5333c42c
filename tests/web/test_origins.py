"""Where an answer came from: one browser is one device for a day, and nobody the day after."""

from datetime import timedelta

import httpx
import pytest
from tortoise.connection import get_connection

from feedback.models import RatingRow
from ranking.counts import spreading
from tests import make
from tests.make import NOW, ZONE, Clock
from tests.web.test_pages_corrections import send
from web import reactions
from web.guarding import origins
from web.settings import Settings


async def codes(settings: Settings, count: int) -> list[str]:
    """Of cases that were answered."""
    keys, officer = reactions.keyring(settings), await make.make_staff()
    receipts = [await make.make_answered_case(officer, keys=keys) for _ in range(count)]
    return [receipt.tracking_code for receipt in receipts]


async def devices() -> list[int | None]:
    return list(await RatingRow.all().order_by("id").values_list("device", flat=True))


async def test_answers_of_one_browser_are_of_one_device_that_day_and_forgotten_the_next(
    browser: httpx.AsyncClient, settings: Settings, clock: Clock
):
    first, second, third = await codes(settings, 3)
    for code in (first, second):
        answer = await send(browser, "/en/rate", code=code, overall="5")
        assert answer.status_code == 303
    clock.move(days=1)
    await send(browser, "/en/rate", code=third, overall="5")
    told = await devices()
    assert told[0] == told[1] is not None
    assert told[2] not in (None, told[0])
    for day in (1, 2):
        while await spreading.look_at_a_day(make.act(at=NOW + timedelta(days=day)), ZONE):
            pass
        assert sum(one is not None for one in await devices()) == 2 - day
    [left] = await get_connection("default").execute_query_dict(
        "select count(device) + count(network) as numbers from rating"
    )
    assert left["numbers"] == 0


async def test_a_program_without_a_cookie_is_known_by_what_it_calls_itself(
    browser: httpx.AsyncClient, settings: Settings
):
    for code, name in zip(await codes(settings, 3), ("one", "one", "other"), strict=True):
        answer = await browser.post(
            "/api/v1/cases/rate",
            json={"tracking_code": code, "overall": 5},
            headers={"User-Agent": name, "Cookie": ""},
        )
        assert answer.status_code == 200, answer.text
    first, second, third = await devices()
    assert first == second != third


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_neighbours_share_a_network_and_this_machine_is_in_none(host: str, network: str):
    assert origins.network(host) == network
