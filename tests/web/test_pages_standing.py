"""Addresses that stay: whoever embedded an agency years ago sees its latest result."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from ranking.frozen.edition_body import Edition
from sla.models import FormerNameRow
from tests.make import Clock
from tests.ranking import rows
from tests.web import client as clients
from tests.web import editions
from web.board import release
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")

AT = datetime(2026, 11, 22, tzinfo=UTC)
SMALL = (editions.gathered("26740", levels=(1, 2, 3, 200, 794)), editions.gathered("26743"))


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    await _publish(tmp_path, editions.make_edition(SMALL))
    async with clients.client(Settings(data=tmp_path), Clock(AT)) as made:
        yield made


async def _publish(data: Path, edition: Edition) -> None:
    await rows.store_edition(edition)
    folders = ("agencies", "widget")
    release.release(
        {f"vi/{of}/{one.code}/index.html": b"" for of in folders for one in edition.agencies}
        | {"manifest.json": b'{"files": {}}'},
        data / "editions" / edition.name,
    )


async def _leads(client: httpx.AsyncClient, path: str) -> str:
    found = await client.get(path)
    assert found.status_code == 302
    assert found.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in found.headers
    return found.headers["location"]


async def test_page_widget_and_badge_lead_to_the_latest_edition(client: httpx.AsyncClient) -> None:
    latest = "/vi/editions/2026-Q3"
    assert await _leads(client, "/vi/agencies/26740") == f"{latest}/agencies/26740/"
    assert await _leads(client, "/vi/widget/26740") == f"{latest}/widget/26740/"
    assert await _leads(client, "/vi/widget/26740/badge.svg") == f"{latest}/widget/26740/badge.svg"


async def test_without_a_language_the_browser_is_asked(client: httpx.AsyncClient) -> None:
    found = await client.get("/widget/26740", headers={"accept-language": "en"})
    assert found.headers["location"] == "/en/widget/26740"
    assert "Accept-Language" in found.headers["vary"]


async def test_only_the_way_to_a_widget_may_be_framed(client: httpx.AsyncClient) -> None:
    framed = await client.get("/vi/widget/26740")
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    page = await client.get("/vi/agencies/26740")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_an_office_that_is_no_more_leads_to_its_heir(client: httpx.AsyncClient) -> None:
    old = await rows.make_agency("1", closes_on=date(2026, 7, 1))
    heir = await rows.make_agency("26740", opens_on=date(2026, 7, 1))
    await FormerNameRow.create(
        code=old.code, name="Phường 1", district="", name_key="1", district_key="",
        is_whole=True, successors=1, agency=heir,
    )  # fmt: skip
    assert await _leads(client, "/vi/agencies/1") == "/vi/editions/2026-Q3/agencies/26740/"


@pytest.mark.parametrize("agency", ["99999", "..%2F..", "%00", "x" * 300])
async def test_what_stood_in_no_edition_is_not_found(
    client: httpx.AsyncClient, agency: str
) -> None:
    assert (await client.get(f"/vi/widget/{agency}")).status_code == 404
