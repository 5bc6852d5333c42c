"""Editions on the pages of those who publish them: what must be known before, and what breaks."""

import logging
from typing import Any

import httpx
import pytest

from feedback.models import Role, SpotCheckRow, SpotTryRow
from ranking.frozen import edition_body
from ranking.life import editions
from ranking.models import EditionRow, EditionStatus
from tests import make
from tests.make import ZONE, Clock
from tests.ranking import rows
from tests.web import editions as cities
from tests.web import test_board_corrected
from tests.web.client import ORIGIN
from tests.web.test_pages_corrections import get, sign_in
from tests.web.test_pages_spot_checks import DRAWN, drawn_dossier
from web import app
from web.settings import Settings


@pytest.fixture
def clock() -> Clock:
    return Clock(DRAWN)


@pytest.mark.parametrize(
    "broken",
    [
        {"agencies": None},
        {"data_version": 1},
        {"config": {"target": 7.0}},
        {"committed_at": "yesterday"},
    ],
)
async def test_an_edition_that_cannot_be_read_is_our_fault_and_in_the_log(
    browser: httpx.AsyncClient,
    settings: Settings,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    broken: dict[str, Any],
) -> None:
    whole = cities.make_edition()
    body = edition_body.to_json(whole)
    merged = {
        name: {**body[name], **value} if isinstance(value, dict) else value
        for name, value in broken.items()
    }
    row = await rows.store_edition(whole, status=EditionStatus.DRAFT, published_at=None)
    await EditionRow.filter(id=row.id).update(body={**body, **merged})
    await make.make_staff("mai", role=Role.PUBLISHER, agency=None)
    await sign_in(browser, "mai")
    answering = httpx.ASGITransport(app.create_app(settings, clock), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=answering, base_url=browser.base_url or ORIGIN, cookies=browser.cookies
    ) as reader:
        for path, said in (
            ("/vi/publishing/2026-Q3", "Xin lỗi"),
            ("/en/publishing/2026-Q3/signals", "Sorry, something went wrong on our side"),
        ):
            caplog.clear()
            answer = await reader.get(path)
            assert answer.status_code == 500
            assert said in answer.text
            [entry] = [one for one in caplog.records if one.message == "request failed"]
            assert entry.levelno == logging.ERROR
            assert "BadBody" in str(entry.exc_info)


async def test_a_publisher_is_told_which_spot_checks_are_not_done_before_publishing(
    browser: httpx.AsyncClient,
) -> None:
    await drawn_dossier()
    await editions.draft("2026-Q3", make.act(at=DRAWN), ZONE)
    await make.make_staff("mai", role=Role.PUBLISHER, agency=None)
    await sign_in(browser, "mai")
    page = await get(browser, "/en/publishing/2026-Q3")
    assert "Spot checks are not all done" in page.text
    assert "Call-back: 1 of 1 drawn are not done" in page.text
    page = await get(browser, "/vi/publishing/2026-Q3")
    assert "1 trong 1 kết quả rút thăm chưa thực hiện" in page.text
    for check in await SpotCheckRow.all():
        await SpotTryRow.create(
            check=check, number=1, outcome="not_reached", is_last=True, by="staff:duc", at=DRAWN
        )
    page = await get(browser, "/en/publishing/2026-Q3")
    assert "Spot checks are not all done" not in page.text


async def test_a_publisher_reads_in_words_what_a_correction_moves(
    browser: httpx.AsyncClient,
) -> None:
    corrected = test_board_corrected.AFTER
    await rows.store_edition(corrected, status=EditionStatus.DRAFT, published_at=None)
    await make.make_staff("mai", role=Role.PUBLISHER, agency=None)
    await sign_in(browser, "mai")
    page = await get(browser, "/vi/publishing/2026-Q3.2")
    assert "Lời hẹn đến hạn 120 1.122" in page.text
    assert "on_time" not in page.text
