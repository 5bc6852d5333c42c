"""What another site may show: its own frame, its own picture, and nothing else of ours."""

from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests import pages as reader
from tests.web import editions
from web.board import pages, release, widget
from web.board.serving import Board

FILES = pages.files(editions.make_edition(), base_url="https://hailong.example")


async def test_only_the_small_page_may_stand_in_another_sites_frame(tmp_path: Path) -> None:
    release.release(FILES, tmp_path / "2026-Q3")
    board = Board(PlainTextResponse("the application", 404), tmp_path)
    transport = httpx.ASGITransport(board)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for path in ("widget/26740/", "agencies/26740/", "embed/", ""):
            found = await client.get(f"/vi/editions/2026-Q3/{path}")
            policy = found.headers["content-security-policy"]
            framed = path.startswith("widget/")
            assert ("frame-ancestors *" in policy) == framed
            assert ("x-frame-options" in found.headers) == (not framed)
            assert "set-cookie" not in found.headers


def test_the_small_page_leads_back_and_has_no_script() -> None:
    page = reader.read(FILES["vi/widget/26740/index.html"])
    assert list(page.links()) == ["../../agencies/26740/"]
    assert not page.all("script")
    assert "Trên mục tiêu" in page.text


def test_a_badge_says_its_band_in_words_and_nothing_of_a_suppressed_agency() -> None:
    assert "Above target" in _title("en/widget/26740/badge.svg")
    assert "Not ranked" in _title("en/widget/26752/badge.svg")
    assert b"%" not in FILES["en/widget/26752/badge.svg"]


def _title(name: str) -> str:
    root = ET.fromstring(FILES[name])  # noqa: S314 -- our own
    return root.findtext("{http://www.w3.org/2000/svg}title") or ""


def test_the_lines_to_copy_lead_to_the_edition_for_ever() -> None:
    page = reader.read(FILES["en/embed/index.html"])
    assert 'src="https://hailong.example/en/editions/2026-Q3/widget/26740/"' in page.text
    assert "embed/" in reader.read(FILES["en/index.html"]).links()


@pytest.mark.parametrize(
    ("language", "share", "invented"),
    [("vi", "hài lòng (", "minh họa"), ("en", "satisfied (", "invented")],
)
def test_a_badge_says_what_its_figure_is_of_and_that_a_demo_is_invented(
    language: str, share: str, invented: str
) -> None:
    [agency, *_] = editions.make_edition().agencies
    real = widget.badge(agency, "2026-Q3", language, demo=False).decode()
    shown = widget.badge(agency, "2026-Q3", language, demo=True).decode()
    assert share in real
    assert invented not in real
    assert invented in shown
