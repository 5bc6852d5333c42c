"""Feeds that go on, as readers of feeds understand them."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest

from ranking.frozen.edition_life import Commitment, Life
from ranking.models import PeriodRow
from tests.make import Clock
from tests.ranking import rows
from tests.web import client as clients
from tests.web import editions
from web.board import pages
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://hailong.example"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
PARTS = {"id", "title", "updated", "link", "author", "entry", "summary"}
AT = datetime(2026, 11, 22, tzinfo=UTC)
PROMISED = date(2026, 10, 15)  # it was published on the 20th
SMALL = (editions.gathered("26740", levels=(1, 2, 3, 200, 794)), editions.gathered("../up"))
EDITION = editions.make_edition(
    SMALL,
    life=Life(
        commitment=Commitment(
            digest="0", publish_on=PROMISED, objection_days=15, plan_days=30, agencies=2,
            late_agencies=(),
        )
    ),
)  # fmt: skip
CORRECTED = editions.make_edition(
    SMALL,
    name="2026-Q3.2",
    supersedes="2026-Q3",
    reason="Một phiếu tính hai lần",
    published_at=editions.PUBLISHED + timedelta(days=9),
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    await rows.store_edition(EDITION)
    await rows.store_edition(CORRECTED)
    async with clients.client(Settings(data=Path("var"), base_url=SITE), Clock(AT)) as made:
        yield made


async def _entries(client: httpx.AsyncClient, path: str) -> list[dict[str, str]]:
    found = await client.get(path)
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(found.content)  # noqa: S314 -- our own
    return [
        {
            "title": entry.findtext(f"{ATOM}title") or "",
            "summary": entry.findtext(f"{ATOM}summary") or "",
            "id": entry.findtext(f"{ATOM}id") or "",
            "href": entry.find(f"{ATOM}link").get("href", ""),  # type: ignore[union-attr]  # there
        }
        for entry in root.iter(f"{ATOM}entry")
    ]


async def test_editions_and_corrections_are_news_the_latest_first(
    client: httpx.AsyncClient,
) -> None:
    corrected, first = await _entries(client, "/en/feed.atom")
    assert corrected["title"] == "Results for Q3 2026, corrected"
    assert corrected["summary"].startswith("Một phiếu tính hai lần. Ranked 1 of 2 offices: ")
    assert first["href"] == f"{SITE}/en/editions/2026-Q3/"
    assert len({corrected["id"], first["id"]}) == 2


async def test_an_entry_is_the_same_in_the_editions_own_feed(client: httpx.AsyncClient) -> None:
    root = ET.fromstring(pages.files(EDITION)["feed.atom"])  # noqa: S314 -- our own
    own = {entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")}
    for language in ("vi", "en"):
        assert (await _entries(client, f"/{language}/feed.atom"))[1]["id"] in own


async def test_how_late_an_edition_came_stays_said(client: httpx.AsyncClient) -> None:
    _, first = await _entries(client, "/en/feed.atom")
    assert first["summary"].endswith("Published 5 days after the promised day.")


async def test_an_edition_that_should_be_there_is_news(client: httpx.AsyncClient) -> None:
    await PeriodRow.create(
        name="2026-Q2",
        starts_at=datetime(2026, 3, 31, 17, tzinfo=UTC),
        ends_at=datetime(2026, 6, 30, 17, tzinfo=UTC),
        cutoff_at=datetime(2026, 7, 15, 17, tzinfo=UTC),
        config={},
        config_digest="",
        committed_at=datetime(2026, 3, 1, tzinfo=UTC),
        publish_on=date(2026, 11, 20),
    )
    late = (await _entries(client, "/vi/feed.atom"))[0]
    assert late["title"] == "Trễ hạn công bố kết quả quý 2 năm 2026"
    assert "ngày 20 tháng 11 năm 2026" in late["summary"]
    assert late["href"] == f"{SITE}/vi/editions"


async def test_one_agency_has_a_feed_of_its_own(client: httpx.AsyncClient) -> None:
    found = await _entries(client, "/vi/agencies/26740/feed.atom")
    assert [one["title"] for one in found] == ["26740: Trên mục tiêu"] * 2
    assert found[0]["href"] == f"{SITE}/vi/editions/2026-Q3.2/agencies/26740/"
    assert (await client.get("/vi/agencies/1/feed.atom")).status_code == 404


@pytest.mark.parametrize("path", ["/vi/feed.atom", "/en/agencies/26740/feed.atom"])
async def test_an_independent_reader_finds_nothing_wrong(
    client: httpx.AsyncClient, path: str
) -> None:
    for content in ((await client.get(path)).content, pages.files(EDITION)["feed.atom"]):
        found = feedparser.parse(content)
        assert not found.bozo
        assert found.version == "atom10"
        assert found.feed.id.startswith("urn:uuid:")
        for entry in found.entries:
            assert entry.title
            assert entry.id.startswith("urn:uuid:")
            assert entry.updated_parsed
            assert entry.link


@pytest.mark.parametrize("path", ["/vi/feed.atom", "/en/agencies/26740/feed.atom"])
async def test_a_feed_has_what_its_standard_demands(client: httpx.AsyncClient, path: str) -> None:
    """RFC 4287, 4.1.1 and 4.1.2."""
    for content in ((await client.get(path)).content, pages.files(EDITION)["feed.atom"]):
        root = ET.fromstring(content)  # noqa: S314 -- our own
        assert len(root.findall(f"{ATOM}author")) == 1
        for of in (root, *root.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert len(of.findall(f"{ATOM}{name}")) == 1
            assert STAMP.fullmatch(of.findtext(f"{ATOM}updated", ""))
            assert of.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
            assert not {part.tag.removeprefix(ATOM) for part in of} - PARTS
        for entry in root.findall(f"{ATOM}entry"):
            ways = [(link.get("rel"), link.get("hreflang")) for link in entry.iter(f"{ATOM}link")]
            assert (None, entry.get("{http://www.w3.org/XML/1998/namespace}lang")) in ways
            assert len(set(ways)) == len(ways)
        ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
        assert len(set(ids)) == len(ids)
