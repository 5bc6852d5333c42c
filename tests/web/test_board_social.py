"""The pictures links are shown with: of the right size, the same each time, saying what is true."""

import io
import struct
from pathlib import Path

import httpx
import pytest
from PIL import Image
from starlette.responses import PlainTextResponse

from tests import pages as reader
from tests.web import editions
from web.board import canvas, pages, release, social
from web.board.serving import Board

EDITION = editions.make_edition()
FILES = pages.files(EDITION, base_url="https://hailong.example")
PICTURES = sorted(name for name in FILES if name.endswith(".png"))


def test_an_edition_and_every_agency_with_figures_has_one_in_each_language() -> None:
    shown = [of for of in EDITION.agencies if of.satisfaction.score.share is not None]
    assert len(PICTURES) == 2 * (1 + len(shown))
    assert "vi/preview.png" in PICTURES
    assert "en/agencies/26740/preview.png" in PICTURES
    assert "en/agencies/26752/preview.png" not in PICTURES  # too few answered


@pytest.mark.parametrize("name", PICTURES[:3])
def test_a_picture_is_small_and_of_the_size_sites_ask_for(name: str) -> None:
    content = FILES[name]
    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert len(content) < 60_000
    Image.open(io.BytesIO(content)).load()


def test_the_same_edition_gives_the_same_bytes() -> None:
    again = social.painter(EDITION, "vi", pages.title(EDITION, "vi"), demo=False)
    agency = next(of for of in EDITION.agencies if of.code == "26740")
    assert again.agency(agency) == FILES["vi/agencies/26740/preview.png"]


def test_pages_name_their_picture_and_what_it_says() -> None:
    for name, file in (
        ("vi/agencies/26740/index.html", "agencies/26740/preview.png"),
        ("vi/agencies/26752/index.html", "preview.png"),
        ("vi/index.html", "preview.png"),
    ):
        page = reader.read(FILES[name])
        told = {of.get("property") or of.get("name"): of.get("content") for of in page.all("meta")}
        assert told["og:image"] == f"https://hailong.example/vi/editions/2026-Q3/{file}"
        assert f"vi/{file}" in FILES
        assert told["twitter:card"] == "summary_large_image"
        assert told["og:image:alt"]
    assert "Trên mục tiêu" in FILES["vi/agencies/26740/index.html"].decode()


def test_without_an_address_of_the_site_nothing_is_promised() -> None:
    assert b"og:image" not in pages.files(EDITION)["vi/index.html"]


async def test_it_is_served_as_what_it_is(tmp_path: Path) -> None:
    release.release(FILES, tmp_path / "2026-Q3")
    transport = httpx.ASGITransport(Board(PlainTextResponse("none", 404), tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        found = await client.get("/vi/editions/2026-Q3/preview.png")
    assert found.headers["content-type"] == "image/png"
    assert "content-encoding" not in found.headers
    assert found.content == FILES["vi/preview.png"]


def test_long_names_are_cut_and_short_ones_are_not() -> None:
    letters = canvas.font(58, bold=True)
    assert canvas.lines("Phường Tăng Nhơn Phú", letters, 1072, 2) == ["Phường Tăng Nhơn Phú"]
    cut = canvas.lines("Sở " * 90, letters, 1072, 2)
    assert len(cut) == 2
    assert cut[-1].endswith("…")
    assert all(letters.getlength(line) <= 1072 for line in cut)
    [word] = canvas.lines("x" * 200, letters, 1072, 2)
    assert letters.getlength(word) <= 1072


def test_a_number_stands_on_the_line_of_what_it_counts() -> None:
    letters = canvas.font(58, bold=True)
    text = "Trong 5 cơ quan được xếp hạng, 1 cơ quan vượt rõ mức 90% hài lòng"
    found = canvas.lines(text, letters, 1072, 3)
    assert " ".join(found) == text
    assert [line[-1:].isdecimal() for line in found] == [False, False]
